import { type Storage } from '../storage.ts';
import * as transcendental from './transcendental.ts';

/** Fills `out` from one dense operand of as many elements. */
export type UnaryKernel = (x: Storage, out: Storage) => void;

/** Fills `out` from two dense operands of as many elements. */
export type BinaryKernel = (a: Storage, b: Storage, out: Storage) => void;

// Each kernel has a loop of its own: one loop that calls a function per element is six times slower.

export const add: BinaryKernel = ({ array: a }, { array: b }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
};

export const sub: BinaryKernel = ({ array: a }, { array: b }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! - b[i]!;
};

export const mul: BinaryKernel = ({ array: a }, { array: b }, { array: out }) => {
  if (out instanceof Int32Array) for (let i = 0; i < out.length; i++) out[i] = Math.imul(a[i]!, b[i]!);
  else for (let i = 0; i < out.length; i++) out[i] = a[i]! * b[i]!;
};

export const div: BinaryKernel = ({ array: a }, { array: b }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! / b[i]!;
};

export const eq: BinaryKernel = ({ array: a }, { array: b }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! === b[i]! ? 1 : 0;
};

export const gt: BinaryKernel = ({ array: a }, { array: b }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! > b[i]! ? 1 : 0;
};

export const le: BinaryKernel = ({ array: a }, { array: b }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! <= b[i]! ? 1 : 0;
};

export const neg: UnaryKernel = ({ array: x }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = -x[i]!;
};

export const exp: UnaryKernel = ({ array: x }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = transcendental.exp(x[i]!);
};

export const log: UnaryKernel = ({ array: x }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = transcendental.log(x[i]!);
};

export const sqrt: UnaryKernel = ({ array: x }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]!);
};

/** A selection, not a maximum: NaN passes through. */
export const relu: UnaryKernel = ({ array: x }, { array: out }) => {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! < 0 ? 0 : x[i]!;
};

/** `a` where the condition holds, else `b`: a selection, so that what was not chosen cannot leak a NaN. */
export function where(
  { array: condition }: Storage,
  { array: a }: Storage,
  { array: b }: Storage,
  { array: out }: Storage,
): void {
  for (let i = 0; i < out.length; i++) out[i] = condition[i]! === 0 ? b[i]! : a[i]!;
}

/** Converts as PyTorch does: to bool by "is not zero", to integers by cutting the fraction off. */
export const convert: UnaryKernel = ({ array: x }, { array: out, dtype }) => {
  if (dtype === 'bool') for (let i = 0; i < out.length; i++) out[i] = x[i]! !== 0 ? 1 : 0;
  else out.set(x);
};
