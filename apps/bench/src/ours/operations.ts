// usage: node operations.js matmul|elementwise|reductions SECONDS -- median microseconds of each operation
import { manualSeed, randn } from '@mg/tensor';
import { printOutput } from '../output.ts';
import { timeCalls } from '../timing.ts';

const [topic = '', seconds] = process.argv.slice(2);
const make = { matmul, elementwise, reductions }[topic];
if (make === undefined) throw new RangeError(`there is no topic "${topic}"`);
manualSeed(0);
printOutput({ figures: await timeCalls(make(), Number(seconds)) });

type Calls = Record<string, () => unknown>;

function matmul(): Calls {
  const entries = [64, 256, 1024].map((n) => {
    const [a, b] = [randn([n, n]), randn([n, n])];
    return [n, () => a.matmul(b)] as const;
  });
  return Object.fromEntries(entries);
}

function elementwise(): Calls {
  const [x, y, sum] = [randn([1_000_000]), randn([1_000_000]), randn([1_000_000])];
  const [rows, row] = [randn([256, 512]), randn([512])];
  return {
    add: () => x.add(y),
    addInPlace: () => sum.add_(y),
    mul: () => x.mul(y),
    relu: () => x.relu(),
    exp: () => x.exp(),
    tanh: () => x.tanh(),
    addRow: () => rows.add(row),
  };
}

function reductions(): Calls {
  const [x, rows] = [randn([1000, 1000]), randn([256, 1000])];
  return {
    sum: () => x.sum(),
    sumAxis0: () => x.sum(0),
    sumAxis1: () => x.sum(1),
    maxAxis1: () => x.max(1),
    softmax: () => rows.softmax(1),
  };
}
