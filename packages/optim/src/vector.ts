/** The numbers of all parameters, one after the other. */
export type Vector = ReturnType<typeof Float64Array.of>; // by its name, TypeScript before 5.7 does not know it

/** The sum of the products. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Adds factor · x to a, in place. */
export function addScaled(a: Vector, x: Vector, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * x[i]!;
}

/** The largest absolute value; NaN if there is a NaN. */
export function largest(x: Vector): number {
  let most = 0;
  for (const each of x) if (!(Math.abs(each) <= most)) most = Math.abs(each);
  return most;
}
