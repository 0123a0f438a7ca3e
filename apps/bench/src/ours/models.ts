import { Conv2d, Flatten, Linear, MaxPool2d, type Module, ReLU, Sequential } from '@mg/nn';

/** The models of the training loops, with the shape in which each takes an image, and its batch size. */
export const models: Readonly<Record<string, { make: () => Module; image: readonly number[]; batchSize: number }>> = {
  W1: {
    make: () => new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10)),
    image: [784],
    batchSize: 32,
  },
  W2: {
    make: () => new Sequential(new Linear(784, 512), new ReLU(), new Linear(512, 256), new ReLU(), new Linear(256, 10)),
    image: [784],
    batchSize: 256,
  },
  W3: {
    make: () =>
      new Sequential(
        new Conv2d(1, 16, 3, { padding: 1 }),
        new ReLU(),
        new MaxPool2d(2),
        new Conv2d(16, 32, 3, { padding: 1 }),
        new ReLU(),
        new MaxPool2d(2),
        new Flatten(),
        new Linear(1568, 128),
        new ReLU(),
        new Linear(128, 10),
      ),
    image: [1, 28, 28],
    batchSize: 64,
  },
};
