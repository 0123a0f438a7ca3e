import { AnomalyError, detectAnomaly, noGrad, scalar, tensor, zeros } from '@mg/tensor';
import { describe, expect, test } from 'vitest';

const here = /anomaly\.test\.ts:\d+:\d+/;

/** The error that `fn` throws. */
function thrown(fn: () => unknown): Error {
  try {
    fn();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

/** The line of this file that a message names. */
const lineIn = (error: Error | undefined): string => here.exec(error?.message ?? '')?.[0].split(':')[1] ?? 'none';
/** The line that called the function that calls this one. */
const lineOfCaller = (): string =>
  /anomaly\.test\.ts:(\d+)/.exec(new Error('here').stack?.split('\n')[3] ?? '')?.[1] ?? '';

describe('detectAnomaly', () => {
  test('names the operation that produced NaN, and the line that called it', () => {
    let line = '';
    const mark = (): string => (line = lineOfCaller());
    const error = thrown(() =>
      detectAnomaly(() => {
        const x = tensor([1, -1]);
        return [mark(), x.log().mul(2).sum()];
      }),
    );
    expect(error).toBeInstanceOf(AnomalyError);
    expect(error.message).toMatch(
      /^log produced NaN from inputs without NaN, in an output of shape \[2\]; it was called at /,
    );
    expect(lineIn(error)).toBe(line);
  });

  test('names the change of a view that produced NaN, or whose gradient did', () => {
    const x = tensor([0, 2], { requiresGrad: true });
    expect(() => detectAnomaly(() => x.mul(1).slice(0, 0, 1).mul_(Infinity))).toThrow('mul_ produced NaN');
    const change = (): void => {
      const y = x.add(1);
      y.slice(0, 0, 1).mul_(0);
      y.sqrt().sum().backward();
    };
    expect(() => {
      detectAnomaly(change);
    }).toThrow('the gradient of mul_ with respect to input');
  });

  test('names the operation whose gradient made one, and the line that called it on the way forward', () => {
    let line = '';
    const mark = (): string => (line = lineOfCaller());
    const error = thrown(() => {
      detectAnomaly(() => {
        const x = scalar(0, { requiresGrad: true });
        const [, root] = [mark(), x.mul(0).sqrt()];
        root.mul(0).backward(); // 0 · 1 / (2 · 0)
      });
    });
    expect(error.message).toContain(
      'the gradient of sqrt with respect to input 0, of shape [], produced NaN from inputs without NaN',
    );
    expect(lineIn(error)).toBe(line);
    expect((error.cause as Error).message).toBe('sqrt was called here');
  });

  test('says so where the forward pass ran outside', () => {
    const x = scalar(0, { requiresGrad: true });
    const y = x.sqrt().mul(0);
    expect(() => {
      detectAnomaly(() => {
        y.backward();
      });
    }).toThrow('sqrt was called outside detectAnomaly, so the line is unknown');
  });

  test('leaves NaN alone that was there before', () => {
    expect(detectAnomaly(() => tensor([NaN, 1]).add(1).toArray())).toEqual([NaN, 2]);
    expect(detectAnomaly(() => tensor([1, 2]).sum().item())).toBe(3);
    const w = tensor([1, 2], { requiresGrad: true });
    detectAnomaly(() => {
      w.mul(tensor([NaN, 1]))
        .sum()
        .backward();
    });
    expect(w.grad?.toArray()).toEqual([NaN, 1]);
  });

  test('looks at operations in place and at every element of a view', () => {
    expect(() => detectAnomaly(() => noGrad(() => zeros([3]).div_(0)))).toThrow(
      'div_ produced NaN from inputs without NaN',
    );
    expect(() => detectAnomaly(() => tensor([[1, 2], [3, -4]]).T.slice(0, 1, 2).log())).toThrow('log produced NaN'); // prettier-ignore
    expect(detectAnomaly(() => tensor([[1, 2], [3, -4]]).T.slice(0, 0, 1).log().ndim)).toBe(2); // prettier-ignore
  });

  test('is off again after it, also after a throw, and refuses an async function', () => {
    expect(() => detectAnomaly(() => tensor([-1]).log())).toThrow(AnomalyError);
    expect(tensor([-1]).log().item()).toBeNaN();
    expect(() => detectAnomaly(() => Promise.resolve())).toThrow('detectAnomaly: the function is async');
    expect(tensor([-1]).log().item()).toBeNaN();
  });
});
