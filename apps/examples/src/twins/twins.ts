import { type AnyModule } from '@mg/nn';
import { saveSafetensors, type Tensor } from '@mg/tensor';
import * as charGpt from '../char-gpt.ts';
import * as gan from '../gan.ts';
import * as iris from '../iris.ts';
import * as lstmText from '../lstm-text.ts';
import * as microGpt from '../micro-gpt.ts';
import * as pinn from '../pinn.ts';
import * as regression from '../regression.ts';
import * as spacedRepetition from '../spaced-repetition.ts';
import * as transfer from '../transfer.ts';

/** An example that `pytorch/NAME.py` repeats with the same weights and data. */
export interface Twin {
  /** The number of steps whose losses are recorded. */
  readonly recorded: number;
  /** The number of steps that are timed. */
  readonly timed: number;
  /** The weights and data that PyTorch gets, as a safetensors file. */
  readonly handOver: () => Promise<Uint8Array>;
  /** Trains anew, and returns the loss of each step. */
  readonly train: (steps: number) => Promise<number[]>;
}

interface Prepared {
  model: AnyModule;
  data: Record<string, Tensor>;
}

function twin<P extends Prepared>(
  { prepare, train }: { prepare: () => P | Promise<P>; train: (prepared: P, steps: number) => number[] },
  { recorded, timed }: Pick<Twin, 'recorded' | 'timed'>,
): Twin {
  const handOver = async (): Promise<Uint8Array> => {
    const { model, data } = await prepare();
    return saveSafetensors({ ...prefixed('model', model.stateDict()), ...prefixed('data', data) });
  };
  return { recorded, timed, handOver, train: async (steps) => train(await prepare(), steps) };
}

const prefixed = (prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, each]) => [`${prefix}.${name}`, each]));

export const twins: Readonly<Record<string, Twin>> = {
  regression: twin(regression, { recorded: 20, timed: 500 }),
  iris: twin(iris, { recorded: 20, timed: 500 }),
  'micro-gpt': twin(microGpt, { recorded: 20, timed: 300 }),
  'char-gpt': twin(charGpt, { recorded: 20, timed: 30 }),
  'lstm-text': twin(lstmText, { recorded: 20, timed: 30 }),
  pinn: twin(pinn, { recorded: 20, timed: 100 }),
  'spaced-repetition': twin(spacedRepetition, { recorded: 20, timed: 20 }),
  transfer: twin(transfer, { recorded: 20, timed: 20 }),
  gan: twin(gan, { recorded: 5, timed: 40 }),
};
