import { Linear, ReLU, Sequential } from '@mg/nn';
import { type Generator } from '@mg/tensor';

/** 784 → 128 → 64 → 10 with ReLU between: 109,386 parameters. It takes images as rows of pixels and gives one logit per digit. */
export function mlp(generator: Generator): Sequential {
  return new Sequential(
    new Linear(784, 128, { generator }),
    new ReLU(),
    new Linear(128, 64, { generator }),
    new ReLU(),
    new Linear(64, 10, { generator }),
  );
}
