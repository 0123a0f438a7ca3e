import { type Reading } from './adapter.ts';
import { isTensorLike, tensorBrand, type TensorLike } from './differentiable.ts';
import { type Library, outputsOf } from './library.ts';
import { memoryOf, shareMemory, writeMemory } from './memory.ts';

/** The brand's value, if the tensor's library can compute gradients without writing to any `grad`. */
interface GradFunction {
  grad(
    outputs: readonly TensorLike[],
    inputs: readonly TensorLike[],
    options: {
      readonly gradOutputs: readonly TensorLike[];
      readonly retainGraph?: boolean;
      readonly createGraph?: boolean;
      readonly allowUnused: true;
    },
  ): readonly (TensorLike | null)[];
}

/**
 * Tensors of @mg/tensor, in float64.
 *
 * Elements are written in place, through the strides if a tensor is not contiguous, so a function may also capture its
 * inputs. If elements share memory (in an expanded view, or in two inputs that overlap), one cannot change without
 * the other. The function then receives a copy in which every element has its own memory.
 */
export function tensorLibrary(inputs: readonly TensorLike[]): Library<TensorLike> {
  const copied = shareMemory(inputs.filter(isTensorLike).map((x) => [x, memoryOf(x)] as const));
  const withGrads = <R>(wanted: readonly TensorLike[], use: () => R): R => {
    const before = wanted.map(({ grad }) => grad);
    try {
      return use();
    } finally {
      wanted.forEach((x, i) => {
        x.grad = before[i] ?? null;
      });
    }
  };
  return {
    precision: 'float64',
    refuse: (x, index) => {
      if (!isTensorLike(x)) {
        throw new TypeError(
          `gradcheck: input ${index} is a Value, but another input is a Tensor; pass only Tensors or only Values`,
        );
      }
      if (x.requiresGrad && x.dtype !== 'float64') {
        throw new TypeError(
          `gradcheck: input ${index} is ${x.dtype}, expected float64, because rounding dominates finite differences in ${x.dtype}; create the input with { dtype: 'float64' }`,
        );
      }
    },
    read: readTensor,
    write: (x, data) => {
      if (copied.has(x)) return filled(x, data);
      const memory = memoryOf(x);
      if (memory === null) {
        throw new TypeError(
          `gradcheck: an input of shape [${x.shape.join(', ')}] is not contiguous and lacks strides or storage.array, so its elements cannot be written; pass x.contiguous()`,
        );
      }
      writeMemory(memory, data);
      return x;
    },
    isCopied: (x) => copied.has(x),
    withBackward: (fn, all, places, use) => {
      const wanted = pick(all, places);
      return withGrads(wanted, () => {
        const outputs = outputsOf(fn(...all));
        return use(outputs, (output, cotangent) => {
          const root = at(outputs, output);
          return backward(root, wanted, root.requiresGrad ? filled(root, cotangent) : root, { retainGraph: true });
        });
      });
    },
    cotangent: (x, data) => {
      const leaf = filled(x, data) as { -readonly [K in keyof TensorLike]: TensorLike[K] };
      leaf.requiresGrad = true;
      return leaf;
    },
    gradients: (fn, all, places, output, cotangent) => {
      const wanted = pick(all, places);
      return withGrads(wanted, () =>
        backward(at(outputsOf(fn(...all)), output), wanted, cotangent, { createGraph: true }),
      );
    },
  };
}

/** The gradients of one output, from the `grad` function of its library, which has no side effects, or from `backward`. */
function backward(
  root: TensorLike,
  wanted: readonly TensorLike[],
  cotangent: TensorLike,
  options: { readonly retainGraph?: boolean; readonly createGraph?: boolean },
): readonly (TensorLike | null)[] {
  if (!root.requiresGrad) return wanted.map(() => null);
  const library = (root as unknown as Record<symbol, unknown>)[tensorBrand];
  if (hasGrad(library)) {
    return library.grad([root], wanted, { ...options, gradOutputs: [cotangent], allowUnused: true });
  }
  for (const x of wanted) x.grad = null;
  root.backward(cotangent, options);
  return wanted.map(({ grad }) => grad);
}

function hasGrad(x: unknown): x is GradFunction {
  return typeof x === 'object' && x !== null && 'grad' in x && typeof x.grad === 'function';
}

function readTensor(x: TensorLike): Reading {
  const dense = x.contiguous();
  return {
    shape: x.shape,
    dtype: x.dtype,
    data: dense.data,
    requiresGrad: x.requiresGrad,
  };
}

/** A new contiguous leaf with the shape of `x` and these elements. */
function filled(x: TensorLike, data: Float64Array): TensorLike {
  const copy = x.detach().contiguous().clone();
  data.forEach((each, i) => {
    copy.data[i] = each;
  });
  return copy;
}

function at(outputs: readonly TensorLike[], index: number): TensorLike {
  const output = outputs[index];
  if (output === undefined)
    throw new TypeError(
      `gradcheck: output ${index} is missing in a later call of the function; return the same number of outputs each time`,
    );
  return output;
}

function pick(all: readonly TensorLike[], places: readonly number[]): TensorLike[] {
  return places.map((place) => at(all, place));
}
