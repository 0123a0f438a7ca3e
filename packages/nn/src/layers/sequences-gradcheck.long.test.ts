import { gradcheck, gradgradcheck } from '@mg/gradcheck';
import { type Tensor } from '@mg/tensor';
import { describe, test } from 'vitest';
import { call, inputsOf, make, tensorsIn, titled } from '../../fixtures/sequences.ts';

// Their first gradients are PyTorch's, see sequences.test.ts. Without WHOLE_SWEEPS, one row of each module is tried that is not composed of
// the others, and packed sequences once.
const composed = ['TransformerEncoder', 'TransformerDecoder', 'TransformerDecoderLayer'];
const firstPacked = titled.find(([, { packed }]) => packed !== undefined);
const firsts = titled.filter(([, { name }], at) => titled.findIndex(([, other]) => other.name === name) === at);
const sample = titled.filter(
  (each) => each === firstPacked || (firsts.includes(each) && !composed.includes(each[1].name)),
);
const tried = process.env['WHOLE_SWEEPS'] === undefined ? sample : titled;

describe('gradcheck and gradgradcheck of modules for sequences, along drawn directions', () => {
  test.each(tried)('%s', (_, row) => {
    const module = make(row);
    const inputs = inputsOf(row);
    const leaves = [...tensorsIn(inputs).filter(({ dtype }) => dtype === 'float64'), ...module.parameters()];
    for (const each of leaves) each.requiresGrad = true;
    const forward = (): Tensor => {
      const [first, ...others] = call(module, row, inputs).map((each) => each.square().sum()) as [Tensor];
      return others.reduce((sum, each) => sum.add(each), first);
    };
    gradcheck(forward, leaves, { fast: true });
    gradgradcheck(forward, leaves, { fast: true });
  });
});
