import { Writable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { Screen } from '../../test/screen.ts';
import { type StepMetrics } from '../metrics.ts';
import { LiveTraining } from './live.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What the environment of the tests says of colours is not their subject. */
function plain(): void {
  vi.stubEnv('NO_COLOR', '1');
  vi.stubEnv('TERM', 'xterm');
}

function step(epoch: number, images: number, loss = 0.5, accuracy = 90): StepMetrics {
  return { type: 'step', epoch, images, loss, accuracy, step: 1, lr: 1e-3 };
}

/** A picture of a run of three epochs, and a clock that is set by hand. */
function start(screen: Writable, imagesPerEpoch = 1_000): { live: LiveTraining; at: (milliseconds: number) => void } {
  let now = 0;
  return {
    live: new LiveTraining({ epochs: 3, imagesPerEpoch }, screen, () => now),
    at: (milliseconds) => {
      now = milliseconds;
    },
  };
}

test('draws a curve, a bar and figures, replaces them, and erases them without a trace', async () => {
  plain();
  const screen = new Screen(70, 24);
  screen.write('epoch  train loss\n');
  const { live, at } = start(screen);
  live.step(step(1, 100, 2));
  at(1_000);
  live.step(step(1, 200, 1));
  at(2_000);
  live.step(step(1, 500, 0.25));
  expect(await screen.lines()).toEqual([
    'epoch  train loss',
    'loss by epoch',
    '       ▲',
    '    2.0┤━━━━━━━━━━━━━━┓',
    '       │              ┃',
    '    1.0┤              ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓',
    '       │                                                          ┃',
    '   0.50┤                                                          ┃',
    '       │                                                          ┃',
    '   0.25┤                                                          ┗━',
    '       └┬──────────────────────────────────────────────────────────┬▶',
    '      0.1                                                        0.5',
    'epoch 1/3 ███████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░  50 %',
    'loss 1.0716 · accuracy 90.0 % · 136 images/s · run done in 19s',
  ]);
  expect(await screen.cursor()).toEqual([0, 14]);

  live.clear();
  screen.write('    1      0.2500\n');
  live.clear();
  expect(await screen.lines()).toEqual(['epoch  train loss', '    1      0.2500']);
  expect(await screen.cursor()).toEqual([0, 2]);

  live.step(step(2, 100, 1));
  expect((await screen.lines()).slice(0, 3)).toEqual(['epoch  train loss', '    1      0.2500', 'loss by epoch']);
  expect((await screen.lines()).at(-2)).toMatch(/^epoch 2\/3 █{5}░+ {2}10 %$/);
});

test('the cursor is never hidden and no signal is handled: after Ctrl-C the terminal is intact', async () => {
  plain();
  // The library hides the cursor of the process's own terminal, whatever it writes to.
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const isTTY = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY');
  Object.defineProperty(process.stderr, 'isTTY', { value: true, configurable: true });
  const listeners = process.listenerCount('SIGINT') + process.listenerCount('exit');
  const screen = new Screen(70, 24);
  try {
    const { live, at } = start(screen);
    live.step(step(1, 500));
    at(1_000);
    live.step(step(1, 1_000));
    await screen.settled();
    expect(write).not.toHaveBeenCalled();
  } finally {
    write.mockRestore();
    if (isTTY === undefined) Reflect.deleteProperty(process.stderr, 'isTTY');
    else Object.defineProperty(process.stderr, 'isTTY', isTTY);
  }
  expect(screen.written).toContain('100 %');
  expect(screen.written).not.toContain('\u001b[?25');
  expect(process.listenerCount('SIGINT') + process.listenerCount('exit')).toBe(listeners);
});

test('a picture with more lines than the last one', async () => {
  plain();
  const screen = new Screen(29, 12); // too few columns for loss and accuracy in a line once that has a digit more
  screen.write('one\n');
  const { live, at } = start(screen, 100_000);
  live.step(step(1, 10_000, 0.5, 9.9));
  at(2_000);
  live.step(step(1, 10_020, 0.5, 9.9));
  const bar = 'epoch 1/3 █░░░░░░░░░░░  10 %';
  const pace = ['10 images/s', 'run done in 08h03m'];
  expect(await screen.lines()).toEqual(['one', bar, 'loss 0.5000 · accuracy 9.9 %', ...pace]);
  at(4_000);
  live.step(step(1, 10_040, 0.5, 20));
  expect(await screen.lines()).toEqual(['one', bar, 'loss 0.5000', 'accuracy 13.3 %', ...pace]);
  live.clear();
  expect(await screen.lines()).toEqual(['one']);
});

test('draws at most every 100 ms, however many steps there are', async () => {
  plain();
  const screen = new Screen(70, 24);
  const { live, at } = start(screen);
  const drawnAt = [];
  for (let now = 0; now <= 500; now++) {
    const before = screen.written;
    at(now);
    live.step(step(1, 1 + 2 * now));
    await screen.settled();
    if (screen.written !== before) drawnAt.push(now);
  }
  expect(drawnAt).toEqual([0, 100, 200, 300, 400, 500]);
});

test('the rate and the time left count the images that this process has trained on, without validation', async () => {
  plain();
  const screen = new Screen(80, 24);
  const { live, at } = start(screen);
  at(50_000);
  live.step(step(2, 500));
  expect((await screen.lines()).at(-1)).toBe('loss 0.5000 · accuracy 90.0 % · – images/s · run done in –');
  at(51_000);
  live.step(step(2, 600));
  expect((await screen.lines()).at(-1)).toBe('loss 0.5000 · accuracy 90.0 % · 100 images/s · run done in 14s');
  at(52_000);
  live.clear();
  at(92_000);
  live.step(step(3, 100));
  at(93_000);
  live.step(step(3, 200));
  expect((await screen.lines()).at(-1)).toBe('loss 0.5000 · accuracy 90.0 % · 100 images/s · run done in 08s');
});

test('draws nothing on a pipe, on a dumb terminal, or on one of unknown size', () => {
  plain();
  let text = '';
  const pipe = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const draw = (): void => {
    const { live } = start(pipe);
    live.step(step(1, 100));
    live.clear();
  };
  draw();
  Object.assign(pipe, { isTTY: true, columns: 0, rows: 0 });
  draw();
  expect(text).toBe('');
  Object.assign(pipe, { columns: 80, rows: 24 });
  draw();
  expect(text).not.toBe('');
  text = '';
  vi.stubEnv('TERM', 'dumb');
  draw();
  expect(text).toBe('');
});

test('a loss that is not finite, or 0, is not a point of the curve', async () => {
  plain();
  const screen = new Screen(70, 24);
  const { live, at } = start(screen);
  live.step(step(1, 100, NaN));
  expect((await screen.lines())[0]).toMatch(/^epoch 1\/3/);
  at(100);
  live.step(step(1, 200, 0));
  at(200);
  live.step(step(1, 300, 2));
  const lines = await screen.lines();
  expect(lines[0]).toBe('loss by epoch');
  expect(lines).toHaveLength(13);
});

test('in a window that is resized there is one whole picture below the earlier lines', async () => {
  plain();
  const sizes = fc.record({ columns: fc.integer({ min: 20, max: 200 }), rows: fc.integer({ min: 4, max: 50 }) });
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.array(sizes, { maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
      async (first, others, stride) => {
        // Taller than it says: what is folded by a narrow window stays in reach, and nothing scrolls away unseen.
        const screen = new Screen(first.columns, 200);
        screen.rows = first.rows;
        screen.write('one\ntwo\n');
        const { live, at } = start(screen);
        let now = 0;
        const draw = async (epoch: number, images: number): Promise<void> => {
          at((now += 1_000 / stride));
          live.step(step(epoch, images, 2 / (epoch * images), images / 10));
          expect(await screen.folds()).toBe(false);
          const lines = await screen.lines();
          expect(lines.slice(0, 2)).toEqual(['one', 'two']);
          expect(lines.filter((line) => /^epoch \d/.test(line))).toHaveLength(1);
          expect(lines.filter((line) => line === 'loss by epoch').length).toBeLessThanOrEqual(1);
          expect(lines.length).toBeLessThanOrEqual(2 + screen.rows);
          expect(await screen.cursor()).toEqual([0, lines.length]);
        };
        await draw(1, 1);
        await draw(1, 500 * stride);
        for (const [i, { columns, rows }] of others.entries()) {
          await screen.resize(columns, 200);
          screen.rows = rows;
          await draw(1, 700 + i);
          await draw(3, 10 + i);
        }
        live.clear();
        expect(await screen.lines()).toEqual(['one', 'two']);
      },
    ),
    { numRuns: 60 },
  );
});

test('rows that scroll away while pictures come and go are all there, once', async () => {
  plain();
  const screen = new Screen(60, 16);
  const { live, at } = start(screen);
  const rows = Array.from({ length: 30 }, (_, i) => `row ${i + 1}`);
  for (const [i, row] of rows.entries()) {
    for (const images of [100, 500, 1_000]) {
      at(1_000 * i + images);
      live.step(step(1 + (i % 3), images, 1 / (i + images)));
    }
    live.clear();
    screen.write(`${row}\n`);
  }
  expect(screen.written).toContain('loss by epoch');
  expect(await screen.lines()).toEqual(rows);
});
