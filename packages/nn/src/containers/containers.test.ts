import { expect, test } from 'vitest';
import { type AnyModule, Linear, Module, ModuleDict, ModuleList, ParameterList, ReLU, Sequential } from '@mg/nn';
import { type Tensor, zeros } from '@mg/tensor';

class Net extends Module {
  readonly blocks = [new Linear(2, 3), new Linear(3, 3)];
  readonly heads = new ModuleDict({ a: new Linear(3, 1), b: new Linear(3, 2) });
  readonly scales = new ParameterList([zeros([3]), zeros([1])]);
  readonly again = this.blocks;
  forward(x: Tensor): Tensor {
    for (const block of this.blocks) x = block.forward(x);
    return this.heads
      .get('b')
      .forward(x)
      .add(this.scales.at(-1) ?? 0);
  }
}

test('a dictionary and a list of parameters are parts of a model, in PyTorch’s names', () => {
  const net = new Net();
  expect(Object.keys(net.stateDict()).filter((name) => /heads|scales/.test(name))).toEqual([
    'heads.a.weight',
    'heads.a.bias',
    'heads.b.weight',
    'heads.b.bias',
    'scales.0',
    'scales.1',
  ]);
  expect(net.parameters().length).toBe(10);
  net
    .forward(zeros([4, 2]))
    .sum()
    .backward();
  expect(net.scales.at(1)?.grad?.toArray()).toEqual([8]);
  expect(net.scales.at(0)?.grad).toBe(null);
  const other = new Net();
  other.loadStateDict(net.stateDict());
  expect(other.heads.get('b').weight.toArray()).toEqual(net.heads.get('b').weight.toArray());
  expect(net.to('float64').scales.at(0)?.dtype).toBe('float64');
});

test('a dictionary is changed and searched by name', () => {
  const heads = new ModuleDict<Linear | ReLU>({ a: new Linear(3, 1) });
  heads.set('b', new ReLU());
  expect([[...heads.keys()], [...heads].length, heads.size, heads.has('c'), [...heads.values()].length]).toEqual([
    ['a', 'b'],
    2,
    2,
    false,
    2,
  ]);
  expect([heads.delete('a'), heads.delete('a'), heads.size]).toEqual([true, false, 1]);
  expect(() => heads.get('a')).toThrow(new RangeError("ModuleDict: there is no module 'a', only b"));
  expect(() => heads.set('x.y', new ReLU())).toThrow(RangeError);
  expect(() => heads.set('x', 3 as never)).toThrow(new TypeError("ModuleDict: 'x' is not a module"));
  expect(() => heads.forward()).toThrow('ModuleDict: a dictionary has no forward; call its modules');
  expect(() => new ParameterList().forward()).toThrow('ParameterList: a list of parameters has no forward');
});

test('getSubmodule finds each path of namedModules, and shared modules by all their paths', () => {
  const net = new Net();
  for (const [path, module] of net.namedModules()) expect(net.getSubmodule(path)).toBe(module);
  expect(net.getSubmodule('again.1')).toBe(net.blocks[1]);
  expect(() => net.getSubmodule('heads.c')).toThrow(
    new RangeError("getSubmodule: there is no module 'heads.c'; 'heads' has a, b"),
  );
  expect(() => net.getSubmodule('head')).toThrow(/the module has blocks\.0, blocks\.1, heads, scales, again\.0/);
  expect(() => net.getSubmodule('blocks.0.x')).toThrow("'blocks.0' has no modules");
});

test('apply calls a function with each module once, those below first', () => {
  const shared = new Linear(2, 2);
  const model = new Sequential(new Sequential(shared, new ReLU()), new Sequential(shared));
  const seen: AnyModule[] = [];
  expect(model.apply((each) => seen.push(each))).toBe(model);
  expect(seen.map((each) => each.constructor.name)).toEqual([
    'Linear',
    'ReLU',
    'Sequential',
    'Sequential',
    'Sequential',
  ]);
  expect(seen.at(-1)).toBe(model);
  expect(new ModuleList([shared]).apply(() => undefined).length).toBe(1);
});
