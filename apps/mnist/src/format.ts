/** A percentage: `97.31 %`, or a dash for null. Values near 0 and 100 do not round to them: `< 0.01 %`, `> 99.99 %`. */
export function percent(x: number | null): string {
  if (x === null) return '–';
  if (x > 0 && x < 0.005) return '< 0.01 %';
  if (x < 100 && x >= 99.995) return '> 99.99 %';
  return `${x.toFixed(2)} %`;
}

/** A probability in percent: `97.3 %`. Only 1 is `100.0 %`. */
export function share(probability: number): string {
  return `${(probability < 1 ? Math.min(100 * probability, 99.9) : 100).toFixed(1)} %`;
}

/** Text with control characters escaped, which file names may contain: a line break is `\u000a`. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
