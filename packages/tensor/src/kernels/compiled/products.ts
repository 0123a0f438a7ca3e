import { linearMemory, type WasmMemory } from '../../array/linear-memory.ts';
import { shared } from '../../array/shared.ts';
import { instantiate } from './module.ts';
import { products } from './products.wasm.ts';

/**
 * The compiled products of float32 in linear memory. They know addresses only, in bytes and multiples of 4, and check nothing.
 * Strides are in elements. What is written overlaps nothing that is read.
 *
 * A product rounds each sum as it goes, in float32 and in the order of the sum: not as the reference, which sums in double. The same
 * numbers give the same bits, however they lie; the two builds differ.
 */
export interface ProductKernels {
  /**
   * `out[m, n] = Σ a[m, k] · b[k, n] + bias[n]`, dense; without a bias its address is 0. `relu` writes 0 for what is below. At
   * `room` there is room for as many numbers as `roomForMatmul` says.
   */
  readonly matmul: (
    a: number,
    aRow: number,
    aInner: number,
    b: number,
    bInner: number,
    bColumn: number,
    out: number,
    m: number,
    n: number,
    k: number,
    bias: number,
    relu: boolean,
    room: number,
  ) => void;
  readonly roomForMatmul: (m: number, n: number, k: number, aRow: number, bColumn: number) => number;
  /** The product alone, or added to what is in `out`, whose rows are `outRow` elements apart; with room as `roomFor` says. */
  readonly multiply: (
    a: number,
    aRow: number,
    aInner: number,
    b: number,
    bInner: number,
    bColumn: number,
    out: number,
    outRow: number,
    m: number,
    n: number,
    k: number,
    adds: boolean,
    room: number,
  ) => void;
  readonly roomFor: (m: number, n: number, k: number) => number;
  /** Adds a bias, unless its address is 0, to the rows of a product, and has `relu` cut them. */
  readonly finish: (
    out: number,
    outRow: number,
    m: number,
    n: number,
    bias: number,
    biasRow: number,
    biasColumn: number,
    relu: boolean,
  ) => void;
}

/** The kernels, working in `memory`; null where they cannot be compiled, and the reference kernels serve. */
export function compileProducts(memory: WasmMemory): ProductKernels | null {
  return instantiate(products, memory, { tall: 4 }) as ProductKernels | null;
}

/**
 * The same with a fused multiply-add, `f32x4.relaxed_madd`, which rounds once, and is one instruction where the processor has it; null
 * where the engine lacks relaxed SIMD. The last bit may differ between machines.
 *
 * It is made here of the other build, for the two differ in nothing else: where that has
 *
 *     f32x4.mul  local.get c  f32x4.add          fd e6 01   20 c   fd e4 01
 *     nop ×3     local.get c  f32x4.relaxed_madd 01 01 01   20 c   fd 85 02
 */
export function compileRelaxedProducts(memory: WasmMemory): ProductKernels | null {
  const relaxed = products.replaceAll(/fde601(20..)fde401/g, '010101$1fd8502');
  return instantiate(relaxed, memory, { tall: 6 }) as ProductKernels | null;
}

/** Those that give the same bits everywhere; null where there are none. */
const plainProductKernels: () => ProductKernels | null = once(compileProducts);
const relaxed = once(compileRelaxedProducts);

/** The fastest kernels that there are, or those that give the same bits everywhere, if that is asked for; null where there are none. */
export function productKernels(): ProductKernels | null {
  return determinism.isAsked ? plainProductKernels() : (relaxed() ?? plainProductKernels());
}

/** Compiles when first called: a program hardly needs both builds. */
function once(compile: (memory: WasmMemory) => ProductKernels | null): () => ProductKernels | null {
  let kernels: ProductKernels | null | undefined;
  return () => {
    if (kernels === undefined) kernels = linearMemory === null ? null : compile(linearMemory.memory);
    return kernels;
  };
}

/** Whether each seeded run has to give the same bits on every engine and machine. */
const determinism: { isAsked: boolean } = shared('determinism', () => ({ isAsked: false }));

/**
 * Has every operation give the same bits on every engine and machine, so that a seeded run can be repeated anywhere: products are
 * rounded after each multiplication and each addition, instead of once after both where the processor can. Off by default.
 *
 * Throws an Error where WebAssembly is missing or forbidden: its kernels and those in JavaScript round differently.
 */
export function setDeterministic(on: boolean): void {
  if (on && plainProductKernels() === null) {
    throw new Error(
      'setDeterministic: needs WebAssembly, which is missing here, or forbidden; results would differ from elsewhere',
    );
  }
  determinism.isAsked = on;
}
