/**
 * Fits a model of memory to a history of reviews: when is a flash card forgotten? The model has 19 numbers, after FSRS: a card has a
 * stability, which is the days until it is recalled with 90 %, and a difficulty from 1 to 10. Each review changes both.
 * The history is made by the same model with other numbers, so the loss of the truth is known.
 */
import assert from 'node:assert/strict';
import { Module, parameter } from '@mg/nn';
import { Adam } from '@mg/optim';
import { Generator, ones, pow, rand, stack, sub, type Tensor, tensor, where } from '@mg/tensor';

const [CARDS, REVIEWS, STEPS, FACTOR] = [500, 6, 300, 19 / 81];
const guess = [1, 2, 3, 8, 5, 0.5, 1, 0.02, 1.2, 0.3, 0.8, 1.5, 0.2, 0.2, 1.2, 0.5, 2, 0.3, 0.3];
const truth = [0.6, 1.8, 4.5, 14, 6.4, 0.7, 1.2, 0.05, 1.6, 0.17, 1.1, 2.1, 0.08, 0.32, 1.6, 0.3, 2.6, 0.42, 0.6];

type Memory = Record<'stability' | 'difficulty', Tensor>;

class Model extends Module {
  w: Tensor = parameter(tensor(guess));

  /** The memory of new cards after their first grade: 1 for forgotten, 2 hard, 3 good, 4 easy. */
  first(grade: Tensor): Memory {
    return { stability: this.w.take(grade.sub(1), 0).clip(0.1), difficulty: this.#firstDifficulty(grade) };
  }

  /** The memory after a review, which came `days` after the one before, at a probability of recall of `p`. */
  next({ stability, difficulty }: Memory, grade: Tensor, days: Tensor, p: Tensor): Memory {
    const w = this.w.unbind() as [Tensor];
    const at = (i: number): Tensor => w[i] ?? this.w;
    const change = grade.sub(3).mul(at(6)).mul(difficulty.sub(10)).div(9);
    const moved = difficulty.add(change).lerp(this.#firstDifficulty(tensor(4)), at(7));
    const harder = moved.clip(1, 10);
    const forgotten = sub(1, p);
    const bonus = where(grade.eq(2), at(15), where(grade.eq(4), at(16), tensor(1)));
    const gain = sub(11, harder)
      .mul(stability.pow(at(9).neg()))
      .mul(at(8).exp());
    const recalled = gain
      .mul(forgotten.mul(at(10)).exp().sub(1))
      .mul(bonus)
      .add(1)
      .mul(stability);
    const powers = harder.pow(at(12).neg()).mul(stability.add(1).pow(at(13)).sub(1));
    const lapsed = powers.mul(at(11)).mul(forgotten.mul(at(14)).exp());
    const sameDay = stability.mul(grade.sub(3).add(at(18)).mul(at(17)).exp());
    const later = where(grade.eq(1), lapsed.minimum(stability), recalled);
    return { stability: where(days.lt(1), sameDay, later).clip(0.1, 3650), difficulty: harder };
  }

  /** The probabilities of recall [reviews - 1, cards], from grades and days [reviews, cards]. */
  forward(grades: Tensor, days: Tensor): Tensor {
    let memory = this.first(grades.at(0));
    const probabilities: Tensor[] = [];
    for (let review = 1; review < REVIEWS; review++) {
      const p = recall(days.at(review), memory);
      probabilities.push(p);
      memory = this.next(memory, grades.at(review), days.at(review), p);
    }
    return stack(probabilities);
  }

  #firstDifficulty(grade: Tensor): Tensor {
    const ease = grade.sub(1).mul(this.w.at(5)).exp();
    return this.w.at(4).sub(ease).add(1).clip(1, 10);
  }
}

/** The probability of recall, which is 0.9 when the days equal the stability. */
const recall = (days: Tensor, { stability }: Memory): Tensor => pow(days.mul(FACTOR).div(stability).add(1), -0.5);

/** Cross-entropy of recalled and forgotten. Late reviews count less, and those of the same day do not count. */
function lossOf(probabilities: Tensor, grades: Tensor, days: Tensor): Tensor {
  const p = probabilities.clip(1e-4, 1 - 1e-4);
  const each = where(grades.slice(0, 1).gt(1), p, sub(1, p)).log().neg();
  const weights = tensor([[1], [0.9], [0.8], [0.7], [0.6]]).mul(days.slice(0, 1).ge(1).to('float32'));
  return each.mul(weights).sum().div(weights.sum());
}

const trueModel = (): Model => Object.assign(new Model(), { w: tensor(truth) });

/** Reviews of cards by someone whose memory is the truth, about when a card is due. */
export function prepare(): { model: Model; data: Record<'grades' | 'days', Tensor> } {
  const generator = new Generator(1);
  const draw = (): Tensor => rand([CARDS], { generator });
  const recalled = (): Tensor => draw().add(1.3).mul(5).div(3).round().to('int32'); // 2 and 4 in one of 5 each
  const real = trueModel();
  const grades = [where(draw().lt(0.3), tensor(1, { dtype: 'int32' }), recalled())];
  const days = [ones([CARDS])];
  let memory = real.first(grades[0] as Tensor);
  while (grades.length < REVIEWS) {
    const gap = draw().mul(4).mul(memory.stability).floor();
    const p = recall(gap, memory);
    const grade = where(draw().lt(p), recalled(), tensor(1, { dtype: 'int32' }));
    memory = real.next(memory, grade, gap, p);
    grades.push(grade);
    days.push(gap);
  }
  return { model: new Model(), data: { grades: stack(grades), days: stack(days) } };
}

/** Fits all cards at once, and returns the loss of each step. */
export function train({ model, data: { grades, days } }: ReturnType<typeof prepare>, steps: number): number[] {
  const optimizer = new Adam(model.parameters(), { lr: 0.02 });
  return Array.from({ length: steps }, () => {
    const loss = lossOf(model.forward(grades, days), grades, days);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

export function run(): void {
  const prepared = prepare();
  const { grades, days } = prepared.data;
  const best = lossOf(trueModel().forward(grades, days), grades, days).item();
  const losses = train(prepared, STEPS);
  console.log(`loss ${losses[0]?.toFixed(4)} → ${losses.at(-1)?.toFixed(4)}; that of the truth is ${best.toFixed(4)}`);
  assert.ok((losses.at(-1) ?? NaN) < best + 0.002);
}
