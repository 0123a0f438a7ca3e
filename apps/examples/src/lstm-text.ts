/** An LSTM that writes in the manner of Coriolanus, a character at a time: it carries its memory from one character to the next. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CharTokenizer } from '@mg/data';
import { crossEntropy, Embedding, Linear, LSTM, type LSTMState, Module } from '@mg/nn';
import { Adam } from '@mg/optim';
import { arange, Generator, noGrad, randint, type Tensor, tensor } from '@mg/tensor';

const [WIDTH, HIDDEN, TIME, BATCH, STEPS] = [32, 128, 48, 16, 600];

class TextLSTM extends Module {
  readonly tokens: Embedding;
  readonly lstm: LSTM;
  readonly head: Linear;

  constructor(vocabulary: number, generator: Generator) {
    super();
    this.tokens = new Embedding(vocabulary, WIDTH, { generator });
    this.lstm = new LSTM(WIDTH, HIDDEN, { batchFirst: true, generator });
    this.head = new Linear(HIDDEN, vocabulary, { init: 'pytorch', generator });
  }

  /** The logits [batch, time, vocabulary] of the characters that follow those of `text` [batch, time], and the memory after the last. */
  forward(text: Tensor, memory?: LSTMState): [logits: Tensor, memory: LSTMState] {
    const [output, after] = this.lstm.forward(this.tokens.forward(text), memory);
    return [this.head.forward(output), after];
  }
}

interface Prepared {
  model: TextLSTM;
  tokenizer: CharTokenizer;
  /** The text as numbers, and where the windows of each step begin [steps, batch]. */
  data: Record<'text' | 'starts', Tensor>;
}

export function prepare(): Prepared {
  const text = readFileSync(path.join(import.meta.dirname, '../data/coriolanus.txt'), 'utf8');
  const tokenizer = CharTokenizer.train([text]);
  const codes = tensor([...tokenizer.encode(text)], { dtype: 'int32' });
  const generator = new Generator(1);
  const model = new TextLSTM(tokenizer.size, generator);
  const starts = randint(0, codes.size - TIME, [STEPS, BATCH], { generator });
  return { model, tokenizer, data: { text: codes, starts } };
}

/** Trains on 16 windows of the text at a time, and returns the loss of each step. */
export function train({ model, data: { text, starts } }: Prepared, steps: number): number[] {
  const optimizer = new Adam(model.parameters(), { lr: 5e-3 });
  const places = arange(TIME + 1, { dtype: 'int32' });
  return Array.from({ length: steps }, (_, step) => {
    const windows = text.take(starts.at(step).unsqueeze(1).add(places), 0);
    const [logits] = model.forward(windows.slice(1, 0, TIME));
    const loss = crossEntropy(logits.flatten(0, 1), windows.slice(1, 1).flatten());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

/** Continues a text by `count` characters. Each step reads one character, and the memory of all before it. */
function write({ model, tokenizer }: Prepared, beginning: string, count: number): string {
  const generator = new Generator(2);
  const written = [...tokenizer.encode(beginning)];
  let [logits, memory] = model.forward(tensor([written], { dtype: 'int32' }));
  for (let i = 0; i < count; i++) {
    const next = logits.at(0, -1).div(0.7).softmax(0).multinomial(1, { generator });
    written.push(next.item());
    [logits, memory] = model.forward(next.unsqueeze(0), memory);
  }
  return tokenizer.decode(written);
}

export function run(): void {
  const prepared = prepare();
  const losses = train(prepared, STEPS);
  const late = losses.slice(-100).reduce((sum, loss) => sum + loss / 100, 0);
  console.log(`loss ${losses[0]?.toFixed(3)} → ${late.toFixed(3)}`);
  console.log(noGrad(() => write(prepared, 'First Citizen:\n', 300)));
  assert.ok(late < 1.8);
}
