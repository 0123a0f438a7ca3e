/** A transformer that writes in the manner of Coriolanus, a character at a time: two blocks, four heads, width 64, context 64. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CharTokenizer } from '@mg/data';
import { crossEntropy, Embedding, GELU, init, LayerNorm, Linear, Module, ModuleList, Sequential } from '@mg/nn';
import { AdamW } from '@mg/optim';
import { arange, Generator, noGrad, randint, type Tensor, tensor } from '@mg/tensor';

const [WIDTH, HEADS, CONTEXT, BATCH, STEPS] = [64, 4, 64, 16, 600];

class Attention extends Module {
  readonly qkv = new Linear(WIDTH, 3 * WIDTH);
  readonly out = new Linear(WIDTH, WIDTH);

  forward(x: Tensor): Tensor {
    const [batch = 0, time = 0] = x.shape;
    const heads = this.qkv.forward(x).reshape([batch, time, 3, HEADS, WIDTH / HEADS]);
    const [query, key, value] = heads.permute([2, 0, 3, 1, 4]).unbind(0) as [Tensor, Tensor, Tensor];
    const places = arange(time);
    const scores = query.matmul(key.transpose(2, 3)).div(Math.sqrt(WIDTH / HEADS));
    const shares = scores.maskedFill(places.gt(places.unsqueeze(1)), -Infinity).softmax(3);
    return this.out.forward(shares.matmul(value).transpose(1, 2).flatten(2));
  }
}

class Block extends Module {
  readonly norm1 = new LayerNorm(WIDTH);
  readonly attention = new Attention();
  readonly norm2 = new LayerNorm(WIDTH);
  readonly mlp = new Sequential(
    new Linear(WIDTH, 4 * WIDTH),
    new GELU({ approximate: 'tanh' }),
    new Linear(4 * WIDTH, WIDTH),
  );

  forward(x: Tensor): Tensor {
    const y = x.add(this.attention.forward(this.norm1.forward(x)));
    return y.add(this.mlp.forward(this.norm2.forward(y)));
  }
}

class CharGPT extends Module {
  readonly tokens: Embedding;
  readonly positions = new Embedding(CONTEXT, WIDTH);
  readonly blocks = new ModuleList([new Block(), new Block()]);
  readonly norm = new LayerNorm(WIDTH);
  readonly head: Linear;

  constructor(vocabulary: number, generator: Generator) {
    super();
    this.tokens = new Embedding(vocabulary, WIDTH);
    this.head = new Linear(WIDTH, vocabulary);
    for (const weight of this.parameters()) if (weight.ndim === 2) init.normal_(weight, { std: 0.02, generator });
  }

  /** The logits [batch, time, vocabulary] of the characters that follow those of `text` [batch, time]. */
  forward(text: Tensor): Tensor {
    const places = arange(text.shape[1] ?? 0, { dtype: 'int32' });
    let x = this.tokens.forward(text).add(this.positions.forward(places));
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(this.norm.forward(x));
  }
}

interface Prepared {
  model: Module;
  tokenizer: CharTokenizer;
  /** The text as numbers, and where the windows of each step begin [steps, batch]. */
  data: Record<'text' | 'starts', Tensor>;
}

export function prepare(): Prepared {
  const text = readFileSync(path.join(import.meta.dirname, '../data/coriolanus.txt'), 'utf8');
  const tokenizer = CharTokenizer.train([text]);
  const codes = tensor([...tokenizer.encode(text)], { dtype: 'int32' });
  const generator = new Generator(1);
  const model = new CharGPT(tokenizer.size, generator);
  return {
    model,
    tokenizer,
    data: { text: codes, starts: randint(0, codes.size - CONTEXT, [STEPS, BATCH], { generator }) },
  };
}

/** Trains on 16 windows of the text at a time, and returns the loss of each step. */
export function train({ model, data: { text, starts } }: Prepared, steps: number): number[] {
  const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
  return Array.from({ length: steps }, (_, step) => {
    const windows = text.take(
      starts
        .at(step)
        .unsqueeze(1)
        .add(arange(CONTEXT + 1, { dtype: 'int32' })),
      0,
    );
    const logits = model.forward(windows.slice(1, 0, CONTEXT));
    const loss = crossEntropy(logits.flatten(0, 1), windows.slice(1, 1).flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

export function run(): void {
  const prepared = prepare();
  const { model, tokenizer } = prepared;
  const losses = train(prepared, STEPS);
  const late = losses.slice(-100).reduce((sum, loss) => sum + loss / 100, 0);
  const generator = new Generator(2);
  const written = [...tokenizer.encode('First Citizen:\n')];
  for (let i = 0; i < 300; i++) {
    const logits = noGrad(() => model.forward(tensor([written.slice(-CONTEXT)], { dtype: 'int32' })).at(0, -1));
    written.push(logits.div(0.7).softmax(0).multinomial(1, { generator }).item());
  }
  console.log(`loss ${losses[0]?.toFixed(3)} → ${late.toFixed(3)}\n${tokenizer.decode(written)}`);
  assert.ok(late < 2.2);
}
