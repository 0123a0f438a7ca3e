import {
  arange,
  concat,
  defineOp,
  einsum,
  enableGrad,
  eye,
  full,
  fullLike,
  grad,
  linspace,
  manualSeed,
  noGrad,
  ones,
  onesLike,
  permutation,
  rand,
  randint,
  randn,
  saveSafetensors,
  scalar,
  stack,
  tensor,
  type Tensor,
  where,
  zeros,
  zerosLike,
} from '@mg/tensor';
import { expect, test } from 'vitest';

/** Passes an argument that TypeScript would refuse, as plain JavaScript can. */
const anything = (x: unknown): never => x as never;

const floats = tensor([[1, 2], [3, 4]]); // prettier-ignore
const bytes = tensor([0, 100, 255], { dtype: 'uint8' });
const integers = tensor([1, -2], { dtype: 'int32' });
const bools = tensor([true, false]);
const images = zeros([1, 1, 4, 4]);

const doesNotFit = (op: string, x: number): string =>
  `RangeError: ${op}: ${x} does not fit uint8; int32 holds it, and to('int32') converts a tensor`;
const unknown = (op: string, name: string, known: string): string =>
  `TypeError: ${op}: there is no option ${name}; it takes ${known}`;
const operators =
  'TypeError: operators do not support tensors: write t.add(1) for t + 1, t.lt(1) for t < 1; item() returns a single number, String(t) the text';

/** Mistakes, each with the class and the full message of its error. */
const mistakes: readonly (readonly [what: string, call: () => unknown, error: string])[] = [
  [
    'a list as an operand',
    () => floats.add(anything([1, 2])),
    'TypeError: add: takes tensors and numbers, got a list; tensor(…) makes a tensor of a list',
  ],
  [
    'a string as an operand',
    () => floats.add(anything('2')),
    "TypeError: add: takes tensors and numbers, got the string '2'; tensor(…) makes a tensor of a list",
  ],
  [
    'keepdims as a bare boolean',
    () => floats.sum(0, anything(true)),
    'TypeError: sum: the options must be an object, as in { keepdims }, got true',
  ],
  [
    'options in place of the axis',
    () => floats.sum(anything({ keepdims: true })),
    'TypeError: sum: the axis must be an integer, or a list of them, got an object; options come after it, as in sum(undefined, { … })',
  ],
  [
    'an axis in quotes',
    () => floats.sum(anything('0')),
    "TypeError: sum: the axis must be an integer, or a list of them, got the string '0'",
  ],
  [
    'an axis in quotes in a list',
    () => floats.sum(anything(['0'])),
    "TypeError: sum: the axis must be an integer, got the string '0'",
  ],
  [
    'max of two tensors',
    () => floats.max(anything(floats)),
    'TypeError: max: takes an axis, got a tensor of shape [2, 2]; maximum() compares two tensors',
  ],
  [
    'min of two tensors',
    () => floats.min(anything(floats)),
    'TypeError: min: takes an axis, got a tensor of shape [2, 2]; minimum() compares two tensors',
  ],
  [
    'keepdim for keepdims',
    () => floats.mean(0, anything({ keepdim: true })),
    'TypeError: mean: there is no option keepdim; it takes keepdims',
  ],
  [
    'unbiased for correction',
    () => floats.std(0, anything({ unbiased: false })),
    'TypeError: std: there is no option unbiased; it takes keepdims, correction',
  ],
  [
    'a string as the correction',
    () => floats.variance(0, { correction: anything('1') }),
    "TypeError: variance: the correction must be a number, got the string '1'",
  ],
  [
    'an axis out of range for std',
    () => floats.std(anything(2)),
    'ShapeError: std: there is no axis 2, a 2-d tensor has axes -2 to 1',
  ],
  [
    'ord for p',
    () => floats.norm(0, anything({ ord: 1 })),
    'TypeError: norm: there is no option ord; it takes keepdims, p',
  ],
  [
    'fro for 2',
    () => floats.norm(0, anything({ p: 'fro' })),
    "TypeError: norm: p must be a number, got the string 'fro'",
  ],
  [
    'the smallest element of an empty axis',
    () => zeros([2, 0]).norm(1, { p: -Infinity }),
    'ShapeError: norm: cannot reduce an empty axis, the shape is [2, 0]',
  ],
  [
    'dim for axis',
    () => floats.cumsum(anything({ dim: 0 })),
    'TypeError: cumsum: the axis must be an integer, got an object',
  ],
  [
    'softmax without an axis',
    () => floats.softmax(anything(undefined)),
    'TypeError: softmax: the axis must be an integer, got undefined',
  ],
  [
    'an unknown option of conv2d',
    () => images.conv2d(zeros([1, 1, 2, 2]), anything({ pad: 1 })),
    'TypeError: conv2d: there is no option pad; it takes bias, stride, padding, dilation, groups',
  ],
  [
    'options for the weight',
    () => images.conv2d(anything({ stride: 2 })),
    'TypeError: conv2d: the weight must be a tensor, got an object; tensor(…) converts a list',
  ],
  [
    'a list as the bias of conv2d',
    () => images.conv2d(zeros([1, 1, 2, 2]), { bias: anything([0]) }),
    'TypeError: conv2d: bias must be a tensor of shape [1], got a list',
  ],
  [
    'returnIndices, which is not supported',
    () => images.maxPool2d(2, anything({ returnIndices: true })),
    'TypeError: maxPool2d: there is no option returnIndices; it takes stride, padding, ceilMode, dilation',
  ],
  [
    'the stride after the kernel',
    () => images.avgPool2d(2, anything(1)),
    'TypeError: avgPool2d: the options must be an object, as in { stride, padding, ceilMode, countIncludePad, divisorOverride }, got 1',
  ],
  [
    'no kernel',
    () => images.maxPool2d(anything(undefined)),
    'ShapeError: maxPool2d: the kernel must be an integer >= 1, or a pair of them, got undefined',
  ],
  [
    'an invalid padding',
    () => images.conv2d(zeros([1, 1, 2, 2]), { padding: anything('ab') }),
    "ShapeError: conv2d: the padding must be an integer >= 0, or a pair of them, got the string 'ab'",
  ],
  [
    'a kernel of three',
    () => images.maxPool2d(anything([1, 2, 3])),
    'ShapeError: maxPool2d: the kernel must be an integer >= 1, or a pair of them, got [1, 2, 3]',
  ],
  [
    'images of two axes',
    () => floats.avgPool2d(2),
    'ShapeError: avgPool2d: takes [batch, channels, height, width] or [channels, height, width], got [2, 2]',
  ],
  [
    'the weight of layerNorm in place of options',
    () => floats.layerNorm(2, anything(floats)),
    'TypeError: layerNorm: the options must be an object, as in { weight, bias, eps }, got a tensor of shape [2, 2]',
  ],
  [
    'a list as the bias of layerNorm',
    () => floats.layerNorm(2, { bias: anything([0, 0]) }),
    'TypeError: layerNorm: bias must be a tensor of shape [2], got a list',
  ],
  [
    'a weight of another shape',
    () => floats.batchNorm({ weight: zeros([3]) }),
    'ShapeError: batchNorm: weight must be a tensor of shape [2], got a tensor of shape [3]',
  ],
  [
    'layerNorm without a size',
    () => floats.layerNorm(anything(undefined)),
    'ShapeError: layerNorm: takes a list such as [2, 3], got undefined',
  ],
  [
    'train for training',
    () => floats.batchNorm(anything({ train: true })),
    'TypeError: batchNorm: there is no option train; it takes weight, bias, eps, runningMean, runningVar, training, momentum',
  ],
  [
    'no momentum',
    () => floats.batchNorm({ momentum: anything(null) }),
    'TypeError: batchNorm: momentum must be a number, got null',
  ],
  [
    'a matrix product with a number',
    () => floats.matmul(anything(2)),
    'TypeError: matmul: the other operand must be a tensor, got 2; mul() multiplies by a number',
  ],
  [
    'a matrix product with a list',
    () => floats.matmul(anything([[1]])),
    'TypeError: matmul: the other operand must be a tensor, got a list; tensor(…) converts a list',
  ],
  [
    'a matrix product of bools',
    () => bools.matmul(bools),
    "DTypeError: matmul: does not support two bools; to('int32') converts",
  ],
  [
    'a dot product with a list',
    () => bytes.dot(anything([1, 2])),
    'TypeError: dot: the other operand must be a tensor, got a list; tensor(…) converts a list',
  ],
  [
    'a dot product of bools',
    () => bools.dot(bools),
    "DTypeError: dot: does not support two bools; to('int32') converts",
  ],
  [
    'an outer product with nothing',
    () => bytes.outer(anything(undefined)),
    'TypeError: outer: the other operand must be a tensor, got undefined; tensor(…) converts a list',
  ],
  [
    'an outer product of matrices',
    () => floats.outer(floats),
    'ShapeError: outer: takes two vectors, got [2, 2] and [2, 2]; flatten() them, or use matmul()',
  ],
  [
    'a dot product of vectors that differ',
    () => bytes.dot(integers),
    'ShapeError: dot: inner sizes 3 and 2 differ, [3] @ [2]',
  ],
  [
    'operands of einsum in a list',
    () => einsum('ij,jk', anything([floats, floats])),
    'TypeError: einsum: operand 0 must be a tensor, got a list; as in einsum(equation, a, b)',
  ],
  [
    'einsum without an equation',
    () => einsum(anything(floats), floats),
    "TypeError: einsum: the equation is a string, as in 'ij,jk->ik', got a tensor of shape [2, 2]",
  ],
  [
    'einsum of bools',
    () => einsum('i,i', bools, bools),
    "DTypeError: einsum: does not support two bools; to('int32') converts",
  ],
  [
    'a difference of bools',
    () => bools.sub(bools),
    "DTypeError: sub: does not support two bools; to('int32') converts, logicalOr() and ne() take bools",
  ],
  [
    'a difference of bools in place',
    () => bools.clone().sub_(bools),
    "DTypeError: sub_: does not support two bools; to('int32') converts, logicalOr() and ne() take bools",
  ],
  [
    'a sum in place of shapes that do not fit',
    () => floats.clone().add_(zeros([3] as number[])),
    'ShapeError: add_: shapes [2, 2] and [3] do not broadcast',
  ],
  [
    'a condition that is no tensor',
    () => where(anything(true), 1, 2),
    'TypeError: where: the condition must be a tensor, got true; tensor(…) converts a list',
  ],
  [
    'text to fill with',
    () => zeros([2]).fill_(anything('a')),
    "TypeError: fill_: the value must be a number, got the string 'a'",
  ],
  [
    'bounds in an object',
    () => floats.clip(anything({ min: 0 })),
    'TypeError: clip: min must be a number, got an object',
  ],
  [
    'bounds in a list, in place',
    () => floats.clone().clip_(0, anything([1])),
    'TypeError: clip_: max must be a number, got a list',
  ],
  [
    'options of leakyRelu',
    () => floats.leakyRelu(anything({ slope: 0.1 })),
    'TypeError: leakyRelu: the slope must be a number, got an object',
  ],
  ['options of elu', () => floats.elu(anything({ alpha: 1 })), 'TypeError: elu: alpha must be a number, got an object'],
  [
    'a number to copy',
    () => zeros([2]).copy_(anything(1)),
    'TypeError: copy_: the source must be a tensor, got 1; fill_(number) writes one number everywhere',
  ],
  ['a negative power of bytes', () => bytes.pow(-1), doesNotFit('pow', -1)],
  ['bytes times a negative number', () => bytes.mul(-1), doesNotFit('mul', -1)],
  ['a number to add that bytes cannot hold', () => bytes.add(300), doesNotFit('add', 300)],
  ['a maximum beyond bytes', () => bytes.maximum(300), doesNotFit('maximum', 300)],
  ['a sum in place beyond bytes', () => bytes.clone().add_(256), doesNotFit('add_', 256)],
  [
    'a choice between bytes and a larger number',
    () => where(tensor([true, false, true]), bytes, 300),
    doesNotFit('where', 300),
  ],
  ['bytes filled with 300 in place', () => bytes.clone().fill_(300), doesNotFit('fill_', 300)],
  ['a bound that bytes cannot hold', () => bytes.clip(-1, 300), doesNotFit('clip', -1)],
  ['a bound in place that bytes cannot hold', () => bytes.clone().clip_(0, 300), doesNotFit('clip_', 300)],
  [
    'int32 filled with a larger number',
    () => integers.clone().fill_(3e9),
    "RangeError: fill_: 3000000000 does not fit int32; float64 holds it, and to('float64') converts a tensor",
  ],
  [
    'int32 filled with NaN',
    () => integers.clone().fill_(NaN),
    "RangeError: fill_: NaN does not fit int32; float64 holds it, and to('float64') converts a tensor",
  ],
  [
    'a matrix product beyond bytes',
    () => bytes.dot(bytes),
    "RangeError: dot: the total 75025 does not fit uint8; convert with to('int32') first",
  ],
  ['an operator of JavaScript', () => `${(scalar(1) as unknown as number) + 1}`, operators],
  ['a comparison of JavaScript', () => (scalar(1) as unknown as number) < 1, operators],
  ['a tensor as a number', () => Number(scalar(1)), operators],
  [
    'a number too large for int32',
    () => tensor([1, 3e9], { dtype: 'int32' }),
    "RangeError: tensor: 3000000000 does not fit int32; float64 holds it, and to('float64') converts a tensor",
  ],
  ['a number too large for uint8', () => tensor([300], { dtype: 'uint8' }), doesNotFit('tensor', 300)],
  ['a negative byte', () => tensor([[0], [-1]], { dtype: 'uint8' }), doesNotFit('tensor', -1)],
  [
    'floats of a typed array as bytes',
    () => tensor(new Float32Array([256]), { dtype: 'uint8' }),
    doesNotFit('tensor', 256),
  ],
  [
    'NaN as a whole number',
    () => tensor(NaN, { dtype: 'int32' }),
    "RangeError: tensor: NaN does not fit int32; float64 holds it, and to('float64') converts a tensor",
  ],
  [
    'infinity as a whole number',
    () => full([2], -Infinity, { dtype: 'int32' }),
    "RangeError: full: -Infinity does not fit int32; float64 holds it, and to('float64') converts a tensor",
  ],
  ['bytes filled with 300 by full', () => full([2], 300, { dtype: 'uint8' }), doesNotFit('full', 300)],
  ['a byte above 255', () => scalar(300, { dtype: 'uint8' }), doesNotFit('scalar', 300)],
  ['bytes filled with 300 by fullLike', () => fullLike(bytes, 300), doesNotFit('fullLike', 300)],
  ['a range beyond bytes', () => arange(250, 260, { dtype: 'uint8' }), doesNotFit('arange', 256)],
  ['steps beyond bytes', () => linspace(0, 300, 2, { dtype: 'uint8' }), doesNotFit('linspace', 300)],
  ['bytes set to 300', () => bytes.clone().set(0, 300), doesNotFit('set', 300)],
  [
    'integers set to NaN',
    () => integers.clone().set(0, NaN),
    "RangeError: set: NaN does not fit int32; float64 holds it, and to('float64') converts a tensor",
  ],
  ['bytes padded with 300', () => bytes.pad([[1, 1]], { value: 300 }), doesNotFit('pad', 300)],
  [
    'full without a value',
    () => full([2], anything(undefined)),
    'TypeError: full: the value must be a number, got undefined',
  ],
  [
    'scalar without a value',
    () => scalar(anything(undefined)),
    'TypeError: scalar: the value must be a number, got undefined',
  ],
  [
    'a dtype in place of options',
    () => zeros([2], anything('int32')),
    "TypeError: zeros: the options must be an object, as in { dtype, requiresGrad, generator }, got the string 'int32'",
  ],
  [
    'another name for dtype',
    () => ones([2], anything({ dtyp: 'int32' })),
    unknown('ones', 'dtyp', 'dtype, requiresGrad, generator'),
  ],
  [
    "PyTorch's requires_grad",
    () => tensor([2], anything({ requires_grad: true })),
    unknown('tensor', 'requires_grad', 'dtype, requiresGrad, generator, shape'),
  ],
  [
    'a shape for zerosLike',
    () => zerosLike(floats, anything({ shape: [2] })),
    unknown('zerosLike', 'shape', 'dtype, requiresGrad, generator'),
  ],
  [
    'a list in place of a model',
    () => onesLike(anything([1, 2])),
    'TypeError: onesLike: the model must be a tensor, got a list; tensor(…) converts a list',
  ],
  [
    'a seed in place of a generator',
    () => rand([2], anything({ generator: 42 })),
    'TypeError: rand: the generator must be a Generator, as in new Generator(42), got 42',
  ],
  [
    'a function in place of a generator',
    () => permutation(2, anything({ generator: () => 0.5 })),
    'TypeError: permutation: the generator must be a Generator, as in new Generator(42), got a function',
  ],
  [
    'an option that randint does not know',
    () => randint(0, 9, [2], anything({ seed: 1 })),
    unknown('randint', 'seed', 'dtype, requiresGrad, generator'),
  ],
  [
    'a word as the seed',
    () => {
      manualSeed(anything('a'));
    },
    "RangeError: manualSeed: the seed must be an integer from 0 to 2^53 - 1, got the string 'a'",
  ],
  [
    'too many elements',
    () => zeros([1e6, 1e6]),
    'ShapeError: zeros: shape [1000000, 1000000]: 1000000000000 elements of float32, 4000000000000 bytes, are more than the maximum of 2^32 elements',
  ],
  [
    'too many random numbers',
    () => randn([1e6, 1e6]),
    'ShapeError: randn: shape [1000000, 1000000]: 1000000000000 elements of float32, 4000000000000 bytes, are more than the maximum of 2^32 elements',
  ],
  ['sizes one by one', () => zeros(anything(2), anything(3)), 'ShapeError: zeros: takes a list such as [2, 3], got 2'],
  [
    'sizes of ones one by one',
    () => ones(anything(2), anything(3)),
    'ShapeError: ones: takes a list such as [2, 3], got 2',
  ],
  [
    'a bare size for randint',
    () => randint(0, 9, anything(5)),
    'ShapeError: randint: takes a list such as [2, 3], got 5',
  ],
  ['no size', () => eye(anything(undefined)), 'RangeError: eye: n must be an integer from 0 to 2^31, got undefined'],
  [
    'no number of steps',
    () => linspace(0, 1, anything(undefined)),
    'RangeError: linspace: steps must be an integer from 0 to 2^31, got undefined',
  ],
  [
    'a list of tensors as data',
    () => tensor(anything([floats, floats])),
    'TypeError: tensor: takes numbers and booleans, got a tensor of shape [2, 2]; stack([…]) takes tensors',
  ],
  [
    'a shape that data does not fill',
    () => tensor([1, 2, 3], { shape: [2, -1] }),
    'ShapeError: tensor: [3] has 3 elements, which do not fit [2, -1]; one size may be -1, to be inferred',
  ],
  [
    'a number as a gradient',
    () => {
      tensor([1]).grad = anything(0);
    },
    'TypeError: grad: takes a tensor or null, got 0',
  ],
  [
    'a number as a hook',
    () => tensor([1], { requiresGrad: true }).registerHook(anything(2)),
    'TypeError: registerHook: takes a function, as in registerHook(() => …), got 2',
  ],
  [
    'a hook that returns a number',
    () => {
      const x = tensor(1, { requiresGrad: true });
      x.registerHook(anything(() => 0));
      x.mul(2).backward();
    },
    'TypeError: registerHook: a hook must return a tensor or nothing, got 0',
  ],
  [
    'a tensor in place of a function',
    () => noGrad(anything(floats)),
    'TypeError: noGrad: takes a function, as in noGrad(() => …), got a tensor of shape [2, 2]',
  ],
  [
    'undefined in place of a function',
    () => enableGrad(anything(undefined)),
    'TypeError: enableGrad: takes a function, as in enableGrad(() => …), got undefined',
  ],
  [
    'options that backward does not know',
    () => {
      scalar(1, { requiresGrad: true })
        .mul(1)
        .backward(null, anything({ retain_graph: true }));
    },
    unknown('backward', 'retain_graph', 'retainGraph, createGraph'),
  ],
  [
    'options that grad does not know',
    () => grad(floats, floats, anything({ create_graph: true })),
    unknown('grad', 'create_graph', 'retainGraph, createGraph, gradOutputs, allowUnused'),
  ],
  [
    'a function to differentiate',
    () =>
      grad(
        anything(() => 1),
        [floats],
      ),
    'TypeError: grad: takes a list, as in grad([a, b]), got a function',
  ],
  [
    'numbers to differentiate by',
    () => grad(floats, anything([1])),
    'TypeError: grad: item 0 of the list must be a tensor, got 1; tensor(…) converts a list',
  ],
  [
    'a list of tensors for an operation of defineOp',
    () => defineOp({ name: 'total', forward: (list: Tensor[]) => list[0] ?? floats, backward: () => [null] })([floats]),
    'TypeError: total: input 0 holds tensors; pass them one by one, so that gradients flow to them',
  ],
  [
    'an object with a tensor for an operation of defineOp',
    () =>
      defineOp({ forward: (x: Tensor, { mask }: { mask: Tensor }) => x.mul(mask), backward: () => [null, null] })(
        floats,
        { mask: floats },
      ),
    'TypeError: a custom operation: input 1 holds tensors; pass them one by one, so that gradients flow to them',
  ],
  [
    'an unknown part of defineOp',
    () => defineOp(anything({ forward: () => floats, vjp: () => [] })),
    unknown('defineOp', 'vjp', 'name, forward, backward'),
  ],
  [
    'two tensors to concat',
    () => concat(anything(floats), anything(floats)),
    'TypeError: concat: takes a list, as in concat([a, b]), got a tensor of shape [2, 2]',
  ],
  [
    'two tensors to stack',
    () => stack(anything(floats), anything(floats)),
    'TypeError: stack: takes a list, as in stack([a, b]), got a tensor of shape [2, 2]',
  ],
  [
    'lists of numbers to stack',
    () => stack(anything([[1], [2]])),
    'TypeError: stack: item 0 of the list must be a tensor, got a list; tensor(…) converts a list',
  ],
  [
    '0-d tensors to concat',
    () => concat([scalar(1), scalar(2)]),
    'ShapeError: concat: 0-d tensors have no axis; stack([…]) gives them one',
  ],
  [
    'a 0-d tensor to split',
    () => scalar(1).split(1),
    'ShapeError: split: a 0-d tensor has no axis; reshape([1]) gives it one',
  ],
  [
    'a 0-d tensor to cut into chunks',
    () => scalar(1).chunk(1),
    'ShapeError: chunk: a 0-d tensor has no axis; reshape([1]) gives it one',
  ],
  [
    'more chunks than an axis gives',
    () => zeros([2, 4]).chunk(3, -1),
    'ShapeError: chunk: axis 1 of [2, 4] gives 2 parts of 2 elements, not 3; split takes the size of a part',
  ],
  [
    'chunks of a single element',
    () => zeros([1]).chunk(2),
    'ShapeError: chunk: axis 0 of [1] gives 1 part of 1 element, not 2; split takes the size of a part',
  ],
  [
    'a slice of a 0-d tensor',
    () => scalar(1).slice(0),
    'ShapeError: slice: a 0-d tensor has no axis; reshape([1]) gives it one',
  ],
  ['axes one by one', () => floats.permute(anything(1)), 'ShapeError: permute: takes a list such as [2, 3], got 1'],
  [
    'sizes one by one for reshape',
    () => floats.reshape(anything(2)),
    'ShapeError: reshape: takes a list such as [2, 3], got 2',
  ],
  [
    'a size for broadcastTo',
    () => floats.broadcastTo(anything(2)),
    'ShapeError: broadcastTo: takes a list such as [2, 3], got 2',
  ],
  [
    'a kept size of a missing axis',
    () => floats.broadcastTo(anything([-1, 2, 2])),
    'ShapeError: broadcastTo: a shape must be a list of integers >= 0, got [-1, 2, 2]',
  ],
  [
    'unsqueeze without an axis',
    () => floats.unsqueeze(anything(undefined)),
    'TypeError: unsqueeze: the axis must be an integer, got undefined',
  ],
  [
    'a bare number as a padding',
    () => floats.pad(anything(1)),
    'ShapeError: pad: takes [before, after], whole numbers from 0 up, for each of the 2 axes, got 1',
  ],
  [
    'a flat list as a padding',
    () => floats.pad(anything([1, 1])),
    'ShapeError: pad: takes [before, after], whole numbers from 0 up, for each of the 2 axes, got [1,1]',
  ],
  [
    'the value of a padding in place of options',
    () =>
      floats.pad(
        [
          [1, 1],
          [1, 1],
        ],
        anything(5),
      ),
    'TypeError: pad: the options must be an object, as in { value }, got 5',
  ],
  [
    'descending as a bare boolean',
    () => floats.sort(0, anything(true)),
    'TypeError: sort: the options must be an object, as in { descending }, got true',
  ],
  [
    'an option that topk does not know',
    () => floats.topk(1, 0, anything({ descending: false })),
    unknown('topk', 'descending', 'largest'),
  ],
  [
    'an infinite offset of a diagonal',
    () => floats.tril(Infinity),
    'RangeError: tril: the offset must be an integer, got Infinity',
  ],
  [
    'a fraction as an index',
    () => floats.at(1.5),
    "TypeError: at: an index must be an integer, null, a slice(…), '...', or a tensor of integers or bools, got 1.5",
  ],
  [
    'a word as an index',
    () => floats.at(anything('x')),
    "TypeError: at: an index must be an integer, null, a slice(…), '...', or a tensor of integers or bools, got the string 'x'",
  ],
  [
    'a list as an index',
    () => floats.at(anything([0])),
    "TypeError: at: an index must be an integer, null, a slice(…), '...', or a tensor of integers or bools, got a list; tensor([…], { dtype: 'int32' }) makes a tensor of it",
  ],
  [
    'a list to be set',
    () => floats.clone().set(0, anything([1, 2])),
    'TypeError: set: the value must be a tensor, got a list; tensor(…) converts a list',
  ],
  [
    'a label that is not a class',
    () => tensor([0, 3], { dtype: 'int32' }).oneHot(3),
    'RangeError: oneHot: label 3 is out of range for 3 classes, which go from 0 to 2',
  ],
  [
    'a list of indices to take',
    () => floats.take(anything([0]), 0),
    "TypeError: take: the index must be a tensor, got a list; tensor([…], { dtype: 'int32' }) converts a list",
  ],
  [
    'a list of indices to gather',
    () => floats.gather(0, anything([0])),
    "TypeError: gather: the index must be a tensor, got a list; tensor([…], { dtype: 'int32' }) converts a list",
  ],
  [
    'floats as indices',
    () => floats.gather(0, floats),
    "DTypeError: gather: indices are int32 or uint8, got float32; to('int32') converts",
  ],
  [
    'a number to scatter',
    () => floats.scatterAdd(-1, floats.to('int32').sub(1).clip(0, 1), anything(1)),
    'TypeError: scatterAdd: the source must be a tensor, got 1; tensor(…) converts a list',
  ],
  [
    'more indices than a source to scatter',
    () => floats.scatterAdd(0, zeros([3, 2], { dtype: 'int32' }), floats),
    'ShapeError: scatterAdd: indices of shape [3, 2] do not fit the source, of shape [2, 2]; they need as many axes, and no axis may be longer',
  ],
  [
    'an index out of range for take',
    () => floats.take(tensor([1, -3], { dtype: 'int32' }), 0),
    'RangeError: take: index -3 is out of range for axis 0 of [2, 2], whose indices go from -2 to 1',
  ],
  [
    'an index out of range for gather',
    () => floats.gather(1, tensor([[2], [0]], { dtype: 'int32' })),
    'RangeError: gather: index 2 is out of range for axis 1 of [2, 2], whose indices go from 0 to 1',
  ],
  [
    'an index out of range for an embedding',
    () => tensor([2], { dtype: 'int32' }).embedding(floats),
    'RangeError: embedding: index 2 is out of range for axis 0 of [2, 2], whose indices go from 0 to 1',
  ],
  [
    'a negative index for an embedding',
    () => tensor([0, -1], { dtype: 'int32' }).embedding(floats),
    'RangeError: embedding: index -1 is out of range for axis 0 of [2, 2], whose indices go from 0 to 1',
  ],
  [
    'a scalar as an embedding',
    () => integers.embedding(scalar(3)),
    'ShapeError: embedding: the weight must be a matrix [count, size], got shape []',
  ],
  [
    'a tensor of three axes as an embedding',
    () => integers.embedding(zeros([2, 2, 2])),
    'ShapeError: embedding: the weight must be a matrix [count, size], got shape [2, 2, 2]',
  ],
  [
    'a list as an embedding',
    () => integers.embedding(anything([[1]])),
    'TypeError: embedding: the weight must be a tensor, got a list; tensor(…) converts a list',
  ],
  [
    'a mask of floats',
    () => floats.maskedFill(floats, 0),
    'DTypeError: maskedFill: the mask is bool, got float32; compare first, as in x.gt(0)',
  ],
  [
    'a mask of another shape',
    () => floats.maskedFill(tensor([true, false, true]), 0),
    'ShapeError: maskedFill: shapes [3] and [2, 2] do not broadcast',
  ],
  [
    'a word to fill a mask with',
    () => floats.maskedFill(floats.gt(0), anything('0')),
    "TypeError: maskedFill: takes tensors and numbers, got the string '0'; tensor(…) makes a tensor of a list",
  ],
  [
    'an option that printing does not know',
    () => floats.toString(anything({ digits: 2 })),
    unknown('toString', 'digits', 'precision, threshold, edgeItems, lineWidth'),
  ],
  [
    'metadata in place of options',
    () => saveSafetensors({ floats }, anything({ epoch: '3' })),
    unknown('saveSafetensors', 'epoch', 'metadata, dtypes'),
  ],
  [
    'an unknown dtype',
    () => floats.to(anything('float16')),
    'DTypeError: to: there is no dtype float16; it is one of bool, uint8, int32, float32, float64',
  ],
  [
    'an unknown dtype of many elements',
    () => zeros([1000], anything({ dtype: 'float16' })),
    'DTypeError: zeros: there is no dtype float16; it is one of bool, uint8, int32, float32, float64',
  ],
];

/** The class and the message of the error that `fn` throws. */
function thrownBy(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return String(error);
  }
  return 'nothing';
}

test.each(mistakes)('%s', (_, call, message) => {
  expect(thrownBy(call)).toBe(message);
});

test('a tensor prints as in a template, and by String', () => {
  const x = tensor([1, 2.5]);
  expect([`a ${x as unknown as string}`, `a ${String(x)}`]).toEqual(new Array(2).fill('a tensor([1.0, 2.5])'));
});
