import { describe, expect, test } from 'vitest';
import { BatchNorm1d, Linear, Module, ModuleList, parameter, ReLU, Sequential, StateDictError } from '@mg/nn';
import { Adagrad, Adam, AdamW, type Optimizer, RMSprop, SGD } from '@mg/optim';
import { DTypeError, grad, GraphError, isTensor, noGrad, ones, type Tensor, tensor, zeros } from '@mg/tensor';

class Block extends Module {
  readonly scale = parameter(ones([1]));
  /** A tensor that is no parameter. */
  readonly offset = zeros([1]);
  readonly inner = new Linear(2, 2);
  readonly layers = [new Linear(2, 2, { bias: false }), new ReLU()];
  readonly shifts = [parameter(zeros([2])), [parameter(zeros([3]))]];
  override forward(x: Tensor): Tensor {
    return x;
  }
}

test('fields are found, also in children and in lists, and named by their path', () => {
  expect([...new Block().namedParameters()].map(([name]) => name)).toEqual([
    'scale',
    'shifts.0',
    'shifts.1.0',
    'inner.weight',
    'inner.bias',
    'layers.0.weight',
  ]);
});

test('a Sequential names its layers by number', () => {
  const model = new Sequential(new Linear(2, 3), new ReLU(), new Sequential(new Linear(3, 1)));
  expect([...model.namedParameters()].map(([name, { shape }]) => `${name} ${shape.join('×')}`)).toEqual([
    '0.weight 3×2',
    '0.bias 3',
    '2.0.weight 1×3',
    '2.0.bias 1',
  ]);
});

test('a shared layer is listed once', () => {
  const shared = new Linear(2, 2);
  expect(new Sequential(shared, new ReLU(), shared).parameters()).toEqual([shared.weight, shared.bias]);
});

test('a frozen parameter stays one', () => {
  const layer = new Linear(2, 2);
  layer.weight.requiresGrad = false;
  expect(layer.parameters()).toContain(layer.weight);
});

test('train and eval reach every level', () => {
  const innermost = new ReLU();
  const model = new Sequential(new Sequential(new Sequential(innermost)));
  expect(innermost.training).toBe(true);
  expect(model.eval()).toBe(model);
  expect([model.training, innermost.training]).toEqual([false, false]);
  model.train();
  expect([model.training, innermost.training]).toEqual([true, true]);
});

test('zeroGrad reaches every parameter', () => {
  const model = new Sequential(new Linear(2, 2), new Linear(2, 1));
  model
    .forward(ones([3, 2]))
    .sum()
    .backward();
  expect(model.parameters().every(({ grad }) => grad !== null)).toBe(true);
  model.zeroGrad();
  expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
});

class Model extends Module {
  readonly weight = parameter(tensor([1, 2]));
  readonly running = tensor([3]);
  readonly count = tensor(4, { dtype: 'int32' });
  readonly blocks = new ModuleList([new Linear(2, 2), new Linear(2, 1, { bias: false })]);
  kept: Tensor | null = null;
  parent: Module | null = null;
  override forward(x: Tensor): Tensor {
    this.kept = x.mul(this.weight);
    return this.kept;
  }
}

const names = (entries: Iterable<readonly [string, unknown]>) => [...entries].map(([name]) => name);

describe('buffers', () => {
  test('are the tensors that are no parameters; what an operation made is neither', () => {
    const model = new Model();
    model.forward(ones([2]));
    expect(names(model.namedBuffers())).toEqual(['running', 'count']);
    expect(names(model.namedParameters())).toEqual(['weight', 'blocks.0.weight', 'blocks.0.bias', 'blocks.1.weight']);
    expect(model.buffers()).toEqual([model.running, model.count]);
  });

  test('a field that leads back up adds nothing', () => {
    const [outer, inner] = [new Model(), new Model()];
    inner.parent = outer;
    outer.parent = inner;
    expect(names(outer.namedBuffers())).toEqual(['running', 'count', 'parent.running', 'parent.count']);
    expect(outer.eval().training).toBe(false);
    expect(outer.modules().length).toBe(8);
  });
});

describe('stateDict', () => {
  test('has every name in the order of the fields, a shared tensor under each', () => {
    const shared = new Linear(2, 2);
    expect(Object.keys(new Sequential(shared, new ReLU(), shared).stateDict())).toEqual([
      '0.weight',
      '0.bias',
      '2.weight',
      '2.bias',
    ]);
    expect(Object.keys(new Model().stateDict())).toEqual([
      'weight',
      'running',
      'count',
      'blocks.0.weight',
      'blocks.0.bias',
      'blocks.1.weight',
    ]);
  });

  test('is loaded into another model, converted to its dtypes', () => {
    const [from, to] = [new Model(), new Model().to('float64')];
    from.weight.data[0] = 7;
    const { weight } = to;
    expect(to.loadStateDict(from.stateDict())).toEqual({ missing: [], unexpected: [] });
    expect(to.weight).toBe(weight);
    expect(to.weight.toArray()).toEqual([7, 2]);
    expect(to.weight.dtype).toBe('float64');
    for (const [name, tensor] of Object.entries(from.stateDict()))
      expect(to.stateDict()[name]?.toArray(), name).toEqual(tensor.toArray());
  });

  test('shares its storage with the model, and has no gradients', () => {
    const model = new Model();
    const { weight } = model.stateDict();
    expect(weight?.requiresGrad).toBe(false);
    noGrad(() => model.weight.fill_(5));
    expect(weight?.toArray()).toEqual([5, 5]);
  });

  test('that does not fit throws one error with all that is amiss, and nothing is loaded', () => {
    const model = new Model();
    const { running, count, ...state } = model.stateDict();
    const before = JSON.stringify(model.stateDict());
    const wrong = {
      ...state,
      weight: zeros([3]),
      'blocks.0.bias': zeros([2, 1]),
      extra: zeros([1]),
      running: ones([1]),
    };
    expect(() => model.loadStateDict(wrong)).toThrow(
      new StateDictError(
        [
          'loadStateDict: the state does not fit, and nothing was loaded',
          'missing from the state: count',
          'not in the model: extra',
          'weight is [3] in the state, [2] in the model',
          'blocks.0.bias is [2, 1] in the state, [2] in the model',
        ].join('\n  '),
      ),
    );
    expect(JSON.stringify(model.stateDict())).toBe(before);
    expect([running, count].map((each) => each?.size)).toEqual([1, 1]);
  });

  test('without strict, what fits is loaded, and the rest is told; a wrong shape still throws', () => {
    const model = new Model();
    const state = { running: tensor([9]), extra: zeros([1]) };
    expect(model.loadStateDict(state, { strict: false })).toEqual({
      missing: ['weight', 'count', 'blocks.0.weight', 'blocks.0.bias', 'blocks.1.weight'],
      unexpected: ['extra'],
    });
    expect(model.running.toArray()).toEqual([9]);
    expect(() => model.loadStateDict({ running: zeros([2]) }, { strict: false })).toThrow(StateDictError);
  });

  test('a number that an integer of the model does not have is told too, and nothing is loaded', () => {
    const model = new Sequential(new BatchNorm1d(2), new Model()) as Module;
    const before = JSON.stringify(model.stateDict());
    const load = (name: string, number: number) => () =>
      model.loadStateDict({ ...new Sequential(new BatchNorm1d(2), new Model()).stateDict(), [name]: tensor(number, { dtype: 'float64' }) });
    for (const number of [NaN, Infinity, 3e9, -3e9]) {
      expect(load('0.num_batches_tracked', number)).toThrow(
        new StateDictError(
          `loadStateDict: the state does not fit, and nothing was loaded\n  0.num_batches_tracked has ${number} in the state, which does not fit its int32`,
        ),
      );
      expect(load('1.count', number)).toThrow(StateDictError);
    }
    expect(JSON.stringify(model.stateDict())).toBe(before);
    load('0.num_batches_tracked', 5)();
    expect(model.stateDict()['0.num_batches_tracked']?.item()).toBe(5);
  }); // prettier-ignore

  test('what is not a tensor is told too', () => {
    const model = new Sequential(new Linear(1, 1, { bias: false }));
    expect(() => model.loadStateDict({ '0.weight': [[1]] as never })).toThrow('0.weight is not a tensor in the state');
  });
});

test('to converts floats, and leaves whole numbers, marks, frozen ones and shared ones as they are', () => {
  const shared = new Linear(2, 2);
  shared.weight.requiresGrad = false;
  const model = new Sequential(shared, new Model(), shared).to('float64');
  expect(model.parameters().every(({ dtype }) => dtype === 'float64')).toBe(true);
  expect(model.parameters().length).toBe(6);
  expect(shared.weight.requiresGrad).toBe(false);
  expect(shared.bias?.requiresGrad).toBe(true);
  expect(model.buffers().map(({ dtype }) => dtype)).toEqual(['float64', 'int32']);
  expect(model.forward(ones([1, 2], { dtype: 'float64' })).dtype).toBe('float64');
});

describe('to keeps the identity of parameters', () => {
  test('with their gradients, hooks and marks', () => {
    const model = new Sequential(new Linear(2, 2), new Linear(2, 1));
    const parameters = model.parameters();
    for (const each of parameters) noGrad(() => each.fill_(0.5));
    const numbers = parameters.map((each) => each.toArray());
    let arrived = 0;
    parameters[0]?.registerHook(() => {
      arrived++;
    });
    model.forward(ones([1, 2])).sum().backward();
    const gradients = parameters.map(({ grad }) => grad?.toArray());
    expect(model.to('float64').parameters()).toEqual(parameters);
    for (const [index, each] of model.parameters().entries()) {
      expect(each).toBe(parameters[index]);
      expect([each.dtype, each.grad?.dtype, each.isLeaf, each.requiresGrad]).toEqual(['float64', 'float64', true, true]);
      expect([each.toArray(), each.grad?.toArray()]).toEqual([numbers[index], gradients[index]]);
    }
    model.forward(ones([1, 2], { dtype: 'float64' })).sum().backward();
    expect(parameters.map(({ grad }) => grad?.sum().item())).toEqual(
      gradients.map((each) => 2 * tensor(each as number[], { dtype: 'float64' }).sum().item()),
    );
    expect(arrived).toBe(2);
  }); // prettier-ignore

  test('also of one that is shared, or a view', () => {
    const whole = tensor([[1, 2], [3, 4]]); // prettier-ignore
    const shared = parameter(whole.T.detach());
    class Twice extends Module {
      readonly first = shared;
      readonly second = shared;
      override forward(x: Tensor): Tensor {
        return x.matmul(this.first).matmul(this.second);
      }
    }
    const model = new Twice().to('float64');
    expect([model.first, model.second]).toEqual([shared, shared]);
    expect([shared.dtype, shared.toArray(), whole.dtype]).toEqual(['float64', [[1, 3], [2, 4]], 'float32']); // prettier-ignore
    expect(model.to('float32').first).toBe(shared);
    expect(shared.T.toArray()).toEqual(whole.toArray());
    noGrad(() => [shared.fill_(0), model.forward(ones([1, 2]))]);
    expect(whole.toArray()).toEqual([[1, 2], [3, 4]]); // prettier-ignore
  });

  test('and a graph that was recorded before throws, whether it saved the parameter or not', () => {
    const weight = parameter(tensor([2, 3]));
    class Holder extends Module {
      readonly weight = weight;
      override forward(x: Tensor): Tensor {
        return x.mul(this.weight);
      }
    }
    const model = new Holder();
    const x = tensor([1, 1], { requiresGrad: true });
    const losses: Readonly<Record<string, Tensor>> = {
      saved: model.forward(x),
      notSaved: x.add(weight),
      view: weight.slice(0, 0, 1).mul(3),
    };
    model.to('float64');
    for (const [name, loss] of Object.entries(losses)) {
      expect(() => {
        loss.sum().backward();
      }, name).toThrow(GraphError);
      expect(() => grad(loss.sum(), [weight]), name).toThrow(
        /^grad: a leaf of shape \[2\], used by \w+, was converted from float32 to float64 since; compute the result again$/,
      );
    }
    expect([weight.grad, x.grad]).toEqual([null, null]);
    model.to('float32');
    expect(() => {
      losses['saved']?.sum().backward();
    }).toThrow('changed in place since');
    noGrad(() => weight.fill_(5));
    // What needs no element of it is the same.
    losses['notSaved']?.sum().backward();
    expect(weight.grad?.toArray()).toEqual([1, 1]);
  });

  test.each(Object.entries({ SGD, Adam, AdamW, RMSprop, Adagrad }))('so %s, made before, goes on', (_, Kind) => {
    const options = Kind === SGD || Kind === RMSprop ? { lr: 0.1, momentum: 0.9 } : { lr: 0.1 };
    const train = (model: Module, optimizer: Optimizer, dtype: 'float32' | 'float64') => {
      optimizer.zeroGrad();
      model.forward(tensor([[1, -2]], { dtype })).square().sum().backward();
      optimizer.step();
    };
    const start = () => {
      const model = new Linear(2, 2);
      noGrad(() => model.weight.copy_(tensor([[0.5, 1], [-1, 0.25]]))); // prettier-ignore
      const optimizer = new Kind(model.parameters(), options);
      train(model, optimizer, 'float32');
      return { model, optimizer };
    };
    const one = start();
    one.model.to('float64');
    // A fresh optimizer of the converted model takes the state.
    const other = start().model.to('float64');
    const fresh = new Kind(other.parameters(), options);
    fresh.loadStateDict(one.optimizer.stateDict() as never);
    for (let step = 0; step < 3; step++) {
      train(one.model, one.optimizer, 'float64');
      train(other, fresh, 'float64');
    }
    const { state } = one.optimizer.stateDict();
    const dtypes = Object.values(state).flatMap((memory) => Object.values(memory).flatMap((x) => isTensor(x) ? [x.dtype] : []));
    expect([dtypes.length > 0, new Set(dtypes)]).toEqual([true, new Set(['float64'])]);
    expect(one.model.weight.toArray()).toEqual(other.weight.toArray());
    expect(one.model.weight.toArray()).not.toEqual(start().model.weight.toArray());
    one.model.to('float32');
    train(one.model, one.optimizer, 'float32');
  }); // prettier-ignore

  test('and only floats are taken', () => {
    const model = new Linear(2, 2);
    expect(() => model.to('int32' as never)).toThrow(
      new DTypeError("to: a module can be converted to 'float32' or 'float64', got 'int32'"),
    );
    expect(model.weight.dtype).toBe('float32');
  });
});

test('requiresGrad_ freezes all, and lets them go', () => {
  const model = new Model().requiresGrad_(false);
  expect(model.parameters().some(({ requiresGrad }) => requiresGrad)).toBe(false);
  expect(
    model
      .requiresGrad_()
      .parameters()
      .every(({ requiresGrad }) => requiresGrad),
  ).toBe(true);
});

describe('ModuleList', () => {
  test('is a list of modules, named by their places', () => {
    const [a, b] = [new Linear(1, 1), new ReLU()];
    const list = new ModuleList<Module>([a]).push(b);
    expect([...list]).toEqual([a, b]);
    expect([list.length, list.at(-1), list.at(2)]).toEqual([2, b, undefined]);
    expect(names(list.namedParameters())).toEqual(['0.weight', '0.bias']);
  });

  test('has no forward, and takes modules only', () => {
    expect(() => new ModuleList([]).forward()).toThrow('ModuleList: a list has no forward');
    expect(() => new ModuleList([new ReLU(), 3 as never])).toThrow('ModuleList: item 1 is not a module');
  });
});

test('a Sequential with fields of its own names its layers first', () => {
  class Head extends Sequential<[Linear<2, 2>]> {
    readonly scale = parameter(ones([1]));
    readonly extra = new Linear(1, 1, { bias: false });
  }
  expect(names(new Head(new Linear(2, 2)).namedParameters())).toEqual(['scale', '0.weight', '0.bias', 'extra.weight']);
});

test('structuredClone and postMessage of a model say what to send', () => {
  expect(() => structuredClone(new Sequential(new Linear(1, 1), new ReLU()))).toThrow(
    'of a model, send those of each tensor in model.stateDict()',
  );
});
