/**
 * PyTorch's other names of methods, with ours: there are no aliases. Calling one of them throws, and the editor shows the same sentence,
 * because the type of the method asks for it as `this`.
 */
export const foreignNames = {
  arctan: 'x.atan()',
  argsort: 'x.sort(axis).indices',
  bmm: 'x.matmul(y)',
  bool: "x.to('bool')",
  clamp: 'x.clip(min, max)',
  clampMax: 'x.clip(undefined, max)',
  clampMin: 'x.clip(min)',
  dim: 'x.ndim',
  double: "x.to('float64')",
  expand: 'x.broadcastTo([2, 3])',
  float: "x.to('float32')",
  int: "x.to('int32')",
  long: "x.to('int32')",
  mm: 'x.matmul(y)',
  multiply: 'x.mul(y)',
  mv: 'x.matmul(y)',
  numel: 'x.size',
  numpy: 'x.data',
  repeat: 'x.tile([2, 3])',
  swapaxes: 'x.transpose(0, 1)',
  t: 'x.T',
  tolist: 'x.toArray()',
  var: 'x.variance(axis)',
  view: 'x.reshape([2, 3])',
} as const;

/** A method for each of the names, which no tensor has: `this` is the sentence that says what to call. */
export type ForeignMethods = {
  readonly [Name in keyof typeof foreignNames]: (
    this: `use ${(typeof foreignNames)[Name]}`,
    ...given: readonly unknown[]
  ) => never;
};
