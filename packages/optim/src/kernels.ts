import { type Tensor } from '@mg/tensor';
import { compileKernels, elements, moveIn, read, type TypedArray, wrote } from '@mg/tensor/internal';
import { kernels as digits } from './kernels.wasm.ts';

/** Arrays that are remembered of a parameter: null for one that a step does without. */
type Arrays = readonly (TypedArray | null)[];

/** The same as tensors. */
type Tensors<Remembered extends Arrays> = { readonly [I in keyof Remembered]: Tensor | Extract<Remembered[I], null> };

/**
 * A step over all elements of a parameter `p`, along the gradient `g`: changes both the parameter and what is remembered of it. This
 * is a rule's definition, which serves float64, and everything where there is no WebAssembly.
 */
export type Loop<Remembered extends Arrays, Numbers extends readonly number[]> = (
  p: TypedArray,
  g: TypedArray,
  remembered: Remembered,
  numbers: Numbers,
) => void;

/** The same on float32, compiled: takes addresses, in bytes and 0 for null, then the number of elements, then the numbers. */
type Kernel = (...addressesAndNumbers: readonly number[]) => void;

/** The kernels of assembly/, one for each rule. */
export type Kernels = Readonly<Record<'adagrad' | 'adam' | 'rmsprop' | 'sgd', Kernel>>;

const compiled = compileKernels(digits) as Kernels | null;

/**
 * Takes a step by a rule's kernel or else, in float64 and without WebAssembly, by its loop. A kernel rounds to float32 after
 * each operation and a loop once at the end: so it is one of them for all sizes, wherever the elements lie.
 */
export function take<Remembered extends Arrays, Numbers extends readonly number[]>(
  rule: keyof Kernels,
  loop: Loop<Remembered, Numbers>,
  p: Tensor,
  g: Tensor,
  remembered: Tensors<Remembered>,
  numbers: Numbers,
): void {
  const addresses = compiled === null || p.dtype !== 'float32' ? null : moveIn([p, g, ...remembered]);
  if (compiled === null || addresses === null) {
    const gradient = read(g); // which may make a copy: views that are taken before may be of no use after
    const arrays = remembered.map((each) => each && elements(each));
    loop(elements(p), gradient, arrays as Arrays as Remembered, numbers);
    return;
  }
  addresses.push(p.size, ...numbers);
  compiled[rule](...addresses);
  wrote(p);
  for (const each of remembered) if (each !== null) wrote(each);
}
