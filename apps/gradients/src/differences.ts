import { type Finding } from './run.ts';

/** By how much a gradient may be off for finite differences not to see it: their tolerance in float64, and more than rounding. */
const seen = 1e-3;

/**
 * Whether finite differences, which know nothing of PyTorch, say of a gradient what the comparison says; null where they were
 * not asked. What is off by less than they can see has to pass.
 */
export function differencesAgree({ differences, judgement }: Finding): boolean | null {
  if (differences === null) return null;
  const { verdict, error } = judgement;
  const isGood = verdict === 'right' || verdict === 'convention' || (verdict === 'off' && error < seen);
  const passed = !('thrown' in differences) && differences.passed;
  return passed === isGood;
}
