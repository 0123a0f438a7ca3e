/** Throws a RangeError unless `value` is a finite number from `from` up, and below `below`. */
export function checkOption(
  optimizer: string,
  name: string,
  value: number,
  from: number,
  below: number = Infinity,
): void {
  if (!(value >= from && value < below)) {
    const range = below === Infinity ? `a number from ${from} up` : `from ${from} up to, but not, ${below}`;
    throw new RangeError(`${optimizer}: ${name} is ${range}, got ${value}`);
  }
}
