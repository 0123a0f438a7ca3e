// What the package @tensorflow/tfjs puts together of its parts, without the backends and readers of models that would make it a
// quarter of a gigabyte: the core, all gradients, the methods of tensors, and the backend cpu. tfjs-bundle.ts makes a file of it.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-backend-cpu';

export * from '@tensorflow/tfjs-core';
