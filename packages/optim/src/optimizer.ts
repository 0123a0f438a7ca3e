import { isTensor, type Tensor } from '@mg/tensor';
import { read, requireProtocol, type TypedArray, write } from '@mg/tensor/engine';

requireProtocol('@mg/optim', 1);

/** Parameters that are stepped alike, with the options of their optimizer: `paramGroups[0].lr = 1e-4` takes effect at once. */
export type ParamGroup<Options> = Options & { readonly params: readonly Tensor[] };

/**
 * Changes parameters along their gradients. A subclass says how one parameter is changed; this is what all have in common.
 */
export abstract class Optimizer<Options extends object> {
  readonly paramGroups: [ParamGroup<Options>, ...ParamGroup<Options>[]];

  /** @param name - what errors call the optimizer */
  constructor(name: string, params: Iterable<Tensor>, options: Options) {
    this.paramGroups = [{ ...options, params: checkedParams(name, [...params]) }];
  }

  /** Changes every parameter that has a gradient; one whose `grad` is null stays as it is, and so does its state. */
  step(): void {
    for (const group of this.paramGroups) {
      for (const param of group.params) {
        const { grad } = param;
        if (grad === null) continue;
        const g = read(grad);
        write(param, (p) => {
          this.update(param, p, g, group);
        });
      }
    }
  }

  /** Sets the gradient of every parameter to null. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) for (const param of params) param.grad = null;
  }

  /** Changes the elements `p` of a parameter along its gradient `g`: both row-major, of the same dtype. */
  protected abstract update(param: Tensor, p: TypedArray, g: TypedArray, group: ParamGroup<Options>): void;
}

/** The parameters, or an error that says which of them no optimizer can step. */
function checkedParams(name: string, params: readonly Tensor[]): readonly Tensor[] {
  if (params.length === 0) throw new RangeError(`${name}: there are no parameters; pass model.parameters()`);
  const seen = new Set<Tensor>();
  for (const [index, param] of params.entries()) {
    if (!isTensor(param)) throw new TypeError(`${name}: parameter ${index} is no tensor`);
    if (!param.isLeaf || !param.requiresGrad) {
      throw new TypeError(
        `${name}: parameter ${index} ${param.isLeaf ? 'does not require a gradient' : 'was made by an operation, and is no leaf'}; pass the tensors that the model holds, as model.parameters() gives them`,
      );
    }
    if (!param.isContiguous()) {
      throw new TypeError(
        `${name}: parameter ${index} is a view that is not row-major; make the parameter of contiguous().detach()`,
      );
    }
    if (seen.has(param))
      throw new RangeError(`${name}: parameter ${index} is in the list twice, and would be stepped twice`);
    seen.add(param);
  }
  return params;
}
