import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { EpochProgress } from './progress.ts';

/** A stream that keeps what is written to it, and says whether it is a terminal. */
class Screen extends Writable {
  text = '';
  readonly columns = 120;
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function draw(screen: Screen): string {
  const progress = new EpochProgress(3, 200, screen);
  progress.step({ epoch: 2, images: 100, loss: 1.5 });
  progress.step({ epoch: 2, images: 200, loss: 0.25 });
  progress.stop();
  progress.stop();
  return screen.text;
}

test('on a terminal: epoch, loss and rate, and at the end a clean line', () => {
  const text = draw(new Screen(true));
  expect(text).toMatch(/epoch 2\/3 \[=+\] 100 % · loss 0\.2500 · [\d,]+ images\/s/);
  expect(text.endsWith('\u001b[2K')).toBe(true);
});

test('elsewhere: nothing', () => {
  expect(draw(new Screen(false))).toBe('');
});
