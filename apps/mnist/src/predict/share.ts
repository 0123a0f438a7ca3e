/** A probability in percent, `97.3 %`. Only what is certain is 100.0 %. */
export function share(probability: number): string {
  return `${(probability < 1 ? Math.min(100 * probability, 99.9) : 100).toFixed(1)} %`;
}
