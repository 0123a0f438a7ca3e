import { Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } from '@mg/nn';
import { type Generator } from '@mg/tensor';

/** The models that can be trained. */
export const modelNames = ['mlp', 'cnn'] as const;
export type ModelName = (typeof modelNames)[number];

/** How large an image is, and how many classes there are. */
export interface Task {
  rows: number;
  cols: number;
  classes: number;
}

/** Makes a model with fresh weights. It gives one logit for each class, and takes images in the shape of `inputShape`. */
export function makeModel(name: ModelName, task: Task, generator: Generator): Sequential {
  return name === 'mlp' ? mlp(task, generator) : cnn(task, generator);
}

/** 784 → 128 → 64 → 10 with ReLU between: 109,386 parameters for MNIST. */
function mlp({ rows, cols, classes }: Task, generator: Generator): Sequential {
  return new Sequential(
    new Linear(rows * cols, 128, { generator }),
    new ReLU(),
    new Linear(128, 64, { generator }),
    new ReLU(),
    new Linear(64, classes, { generator }),
  );
}

/** Two convolutions of 3×3, each halved by pooling, and two linear layers: 206,922 parameters for MNIST. */
function cnn({ rows, cols, classes }: Task, generator: Generator): Sequential {
  return new Sequential(
    new Conv2d(1, 16, 3, { padding: 1, generator }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(16, 32, 3, { padding: 1, generator }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(32 * Math.floor(rows / 4) * Math.floor(cols / 4), 128, { generator }),
    new ReLU(),
    new Linear(128, classes, { generator }),
  );
}

/** The shape in which a model takes an image: a row of pixels, or one channel of rows and columns. */
export function inputShape(name: ModelName, { rows, cols }: Task): number[] {
  return name === 'mlp' ? [rows * cols] : [1, rows, cols];
}

/** A line for people: `mlp 784-128-64-10` or `cnn conv 16, conv 32, linear 128-10`. */
export function describeModel(name: ModelName, { rows, cols, classes }: Task): string {
  return name === 'mlp' ? `mlp ${rows * cols}-128-64-${classes}` : `cnn conv16-conv32-128-${classes}`;
}
