/** `97.31 %`, and a dash for what was divided by nothing. What is not quite none or all does not round to it. */
export function percent(x: number | null): string {
  if (x === null) return '–';
  if (x > 0 && x < 0.005) return '< 0.01 %';
  if (x < 100 && x >= 99.995) return '> 99.99 %';
  return `${x.toFixed(2)} %`;
}
