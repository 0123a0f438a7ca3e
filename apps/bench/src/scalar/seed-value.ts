/** The Value class that the project grew from, ported from Python line by line: what the engine is measured against. */
export class SeedValue {
  data: number;
  grad = 0;
  _backward: () => void = () => undefined;
  _prev: Set<SeedValue>;
  _op: string;

  constructor(data: number, children: readonly SeedValue[] = [], op = '') {
    this.data = data;
    this._prev = new Set(children);
    this._op = op;
  }

  add(operand: SeedValue | number): SeedValue {
    const other = operand instanceof SeedValue ? operand : new SeedValue(operand);
    const out = new SeedValue(this.data + other.data, [this, other], '+');
    out._backward = () => {
      this.grad += out.grad;
      other.grad += out.grad;
    };
    return out;
  }

  mul(operand: SeedValue | number): SeedValue {
    const other = operand instanceof SeedValue ? operand : new SeedValue(operand);
    const out = new SeedValue(this.data * other.data, [this, other], '*');
    out._backward = () => {
      this.grad += other.data * out.grad;
      other.grad += this.data * out.grad;
    };
    return out;
  }

  relu(): SeedValue {
    const out = new SeedValue(this.data < 0 ? 0 : this.data, [this], 'ReLU');
    out._backward = () => {
      this.grad += (out.data > 0 ? 1 : 0) * out.grad;
    };
    return out;
  }

  backward(): void {
    const topo: SeedValue[] = [];
    const visited = new Set<SeedValue>();
    const buildTopo = (v: SeedValue) => {
      if (visited.has(v)) return;
      visited.add(v);
      for (const child of v._prev) buildTopo(child);
      topo.push(v);
    };
    buildTopo(this);

    this.grad = 1;
    for (const v of topo.reverse()) v._backward();
  }
}
