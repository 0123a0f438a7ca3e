import { crossEntropy, Embedding, GELU, init, LayerNorm, Linear, Module, MultiheadAttention, Sequential } from '@mg/nn';
import { AdamW } from '@mg/optim';
import { arange, full, manualSeed, randint, type Tensor, tensor } from '@mg/tensor';
import { type Text } from '../text.ts';

const [WIDTH, HEADS, CONTEXT, BATCH] = [64, 4, 64, 16];

class Block extends Module {
  readonly norm1 = new LayerNorm(WIDTH);
  readonly attention = new MultiheadAttention(WIDTH, HEADS, { batchFirst: true });
  readonly norm2 = new LayerNorm(WIDTH);
  readonly mlp = new Sequential(
    new Linear(WIDTH, 4 * WIDTH),
    new GELU({ approximate: 'tanh' }),
    new Linear(4 * WIDTH, WIDTH),
  );

  forward(x: Tensor, attnMask: Tensor): Tensor {
    const z = this.norm1.forward(x);
    const y = x.add(this.attention.forward(z, z, z, { attnMask, needWeights: false })[0]);
    return y.add(this.mlp.forward(this.norm2.forward(y)));
  }
}

/** W4's model: from characters [batch, CONTEXT] to the logits of those that follow. */
class CharGPT extends Module {
  readonly tokens: Embedding;
  readonly positions = new Embedding(CONTEXT, WIDTH);
  readonly block1 = new Block();
  readonly block2 = new Block();
  readonly norm = new LayerNorm(WIDTH);
  readonly head: Linear;
  readonly places = arange(CONTEXT, { dtype: 'int32' });
  readonly mask = full([CONTEXT, CONTEXT], -Infinity).triu(1);

  constructor(vocabulary: number) {
    super();
    this.tokens = new Embedding(vocabulary, WIDTH);
    this.head = new Linear(WIDTH, vocabulary);
    for (const weight of this.parameters()) if (weight.ndim === 2) init.normal_(weight, { std: 0.02 });
  }

  forward(text: Tensor): Tensor {
    const x = this.tokens.forward(text).add(this.positions.forward(this.places));
    const y = this.block2.forward(this.block1.forward(x, this.mask), this.mask);
    return this.head.forward(this.norm.forward(y));
  }
}

/** Trains without end on windows of the text, as a user would write it, and gives the loss of each step. */
export function* trainingOnText({ codes, vocabulary }: Text): Generator<number, void> {
  manualSeed(0);
  const text = tensor([...codes], { dtype: 'int32' });
  const model = new CharGPT(vocabulary);
  const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
  const offsets = arange(CONTEXT + 1, { dtype: 'int32' });
  for (;;) {
    const windows = text.take(randint(0, codes.length - CONTEXT, [BATCH, 1]).add(offsets), 0);
    const logits = model.forward(windows.slice(1, 0, CONTEXT));
    const loss = crossEntropy(logits.flatten(0, 1), windows.slice(1, 1).flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    yield loss.item();
  }
}
