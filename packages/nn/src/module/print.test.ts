import { expect, test } from 'vitest';
import {
  BatchNorm2d,
  Conv2d,
  Dropout,
  Embedding,
  Flatten,
  GELU,
  LayerNorm,
  LeakyReLU,
  Linear,
  MaxPool2d,
  Module,
  ModuleDict,
  ModuleList,
  ParameterList,
  ReLU,
  Sequential,
  Unflatten,
} from '@mg/nn';
import { type Tensor, zeros } from '@mg/tensor';

test.each<[Module | ModuleDict | ModuleList | ParameterList, string]>([
  [new Linear(2, 3), 'Linear(inFeatures=2, outFeatures=3, bias=true)'],
  [new Linear(2, 3, { bias: false }), 'Linear(inFeatures=2, outFeatures=3, bias=false)'],
  [
    new Conv2d(1, 2, 3, { padding: 'same' }),
    "Conv2d(inChannels=1, outChannels=2, kernelSize=[3, 3], stride=1, padding='same', paddingMode='zeros', dilation=1, groups=1, bias=true)",
  ],
  [
    new BatchNorm2d(4, { affine: false }),
    'BatchNorm2d(numFeatures=4, eps=0.00001, momentum=0.1, affine=false, trackRunningStats=true)',
  ],
  [new LayerNorm([2, 3]), 'LayerNorm(size=[2, 3], eps=0.00001, elementwiseAffine=true)'],
  [new Embedding(5, 2, { paddingIndex: -1 }), 'Embedding(numEmbeddings=5, embeddingDim=2, paddingIndex=4)'],
  [new Dropout(0.25), 'Dropout(p=0.25)'],
  [new MaxPool2d(2), 'MaxPool2d(kernelSize=2, stride=2, padding=0, ceilMode=false, dilation=1)'],
  [new Flatten(), 'Flatten(startAxis=1, endAxis=-1)'],
  [new Unflatten(1, [2, 3]), 'Unflatten(axis=1, unflattenedSize=[2, 3])'],
  [new LeakyReLU(), 'LeakyReLU(negativeSlope=0.01)'],
  [new GELU(), "GELU(approximate='none')"],
  [new ReLU(), 'ReLU()'],
  [new Sequential(), 'Sequential()'],
  [new ParameterList([zeros([2, 3])]), 'ParameterList(float32 [2, 3])'],
])('a layer shows its options: %s', (layer, text) => {
  expect(String(layer)).toBe(text);
});

test('a model shows the modules below it, indented, and what extraRepr adds, also in console.log', () => {
  class Net extends Module {
    readonly body = new Sequential(new Linear(2, 2), new ReLU());
    readonly heads = new ModuleDict({ colour: new ModuleList([new Linear(2, 1)]) });
    override extraRepr(): string {
      return 'depth=2';
    }
    forward(x: Tensor): Tensor {
      return this.body.forward(x);
    }
  }
  const text = [
    'Net(',
    '  depth=2',
    '  (body): Sequential(',
    '    (0): Linear(inFeatures=2, outFeatures=2, bias=true)',
    '    (1): ReLU()',
    '  )',
    '  (heads): ModuleDict(',
    '    (colour): ModuleList(',
    '      (0): Linear(inFeatures=2, outFeatures=1, bias=true)',
    '    )',
    '  )',
    ')',
  ].join('\n');
  const net = new Net();
  expect(String(net)).toBe(text);
  expect((net as unknown as Record<symbol, () => string>)[Symbol.for('nodejs.util.inspect.custom')]?.()).toBe(text);
});

test('a field that refers to a module above is not printed again', () => {
  class Child extends Module {
    parent: Module | null = null;
    forward(x: Tensor): Tensor {
      return x;
    }
  }
  const child = new Child();
  child.parent = new Sequential(child);
  for (let turn = 0; turn < 2; turn++) {
    expect(String(child.parent)).toBe('Sequential(\n  (0): Child(\n    (parent): Sequential(…)\n  )\n)');
  }
});
