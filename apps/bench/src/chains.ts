/**
 * How many vectors a loop of multiply and add works on in turn. Too few do not hide how long an instruction takes, too many leave
 * the registers, and the best number depends on the engine and the build: all are tried.
 */
export const chainCounts: readonly number[] = [10, 11, 12, 13, 14];

/** Multiplications and additions of a call with `rounds`: four numbers in each vector. */
export function operationsOf(chains: number, rounds: number): number {
  return 2 * 4 * chains * rounds;
}

/**
 * AssemblyScript: for each number of chains a function `chainsN(rounds, factor, addend)` that multiplies and adds in registers.
 * The numbers are parameters: what is written in the loop, V8 would build anew for each instruction.
 */
export function chainsSource(): string {
  return `import { multiplyAdd } from './loops';\n\n${chainCounts.map(loopOf).join('\n')}`;
}

function loopOf(chains: number): string {
  const names = Array.from({ length: chains }, (_, index) => `s${index}`);
  const start = names.map((name, index) => `  let ${name} = f32x4.splat(${index});`);
  const step = names.map((name) => `    ${name} = multiplyAdd(${name}, factor, addend);`);
  // All are used, or the compiler would leave some out.
  const sum = names.reduce((left, right) => `f32x4.add(${left}, ${right})`);
  return `export function chains${chains}(rounds: i32, factorOfAll: f32, addendOfAll: f32): f32 {
  const factor = f32x4.splat(factorOfAll);
  const addend = f32x4.splat(addendOfAll);
${start.join('\n')}
  for (let i = 0; i < rounds; i++) {
${step.join('\n')}
  }
  return f32x4.extract_lane(${sum}, 0);
}
`;
}
