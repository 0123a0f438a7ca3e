import { gradcheck, gradgradcheck } from '@mg/gradcheck';
import { type Tensor } from '@mg/tensor';
import { describe, test } from 'vitest';
import { make, read, titled } from '../../fixtures/layers.ts';

describe('gradcheck and gradgradcheck', () => {
  // The gradient of the row that stands for padding is 0, although the output depends on it: it is not to be trained.
  const differentiable = titled.filter(([, { args }]) => !JSON.stringify(args).includes('paddingIndex'));
  // The first row of each layer; all of them with `--mode whole`.
  const isFirst = ([, { name }]: (typeof titled)[number], index: number): boolean =>
    differentiable.findIndex(([, row]) => row.name === name) === index;
  test.each(process.env['WHOLE_SWEEPS'] === undefined ? differentiable.filter(isFirst) : differentiable)(
    '%s',
    (_, row) => {
      const layer = make(row);
      const [x] = row.batches.map(read) as [Tensor];
      const inputs = [...(x.dtype === 'int32' ? [] : [x]), ...layer.parameters()];
      for (const each of inputs) each.requiresGrad = true;
      if (inputs.length === 0) throw new Error('nothing to differentiate');
      const forward = (): Tensor => layer.forward(x);
      gradcheck(forward, inputs);
      gradgradcheck(forward, inputs);
    },
  );
});
