// For the tests: the settings of a run on 110 of the made-up digits.
import { type Settings } from '../training.ts';

export const madeUpSettings: Settings = {
  model: 'mlp',
  epochs: 3,
  batchSize: 16,
  lr: 1e-3,
  seed: 5,
  full: false,
  rows: 28,
  cols: 28,
  classes: 10,
  images: 110,
  data: 'a digest',
};
