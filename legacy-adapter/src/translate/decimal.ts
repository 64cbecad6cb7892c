/**
 * Decimal numbers as whole numbers of their smallest unit: `12.30` at scale 2 is 1230n. Exact, unlike binary floating point.
 *
 * @returns undefined when `text` is no plain decimal number (NaN, Infinity) or needs more than `scale` digits
 */
export function parseUnits(text: string, scale: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(scale))) return undefined;
  const units = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  return sign === '-' ? -units : units;
}

/** With exactly `scale` digits, as Postgres prints a `numeric` of that scale. */
export function formatUnits(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/**
 * A JavaScript number that stands for a decimal of `scale` digits, for example read from JSON.
 *
 * @returns undefined for NaN, infinities and numbers too large to be one
 */
export function unitsOf(value: number, scale: number): bigint | undefined {
  return parseUnits(value.toFixed(scale), scale);
}

export function numberOf(units: bigint, scale: number): number {
  return Number(formatUnits(units, scale));
}

/** `units * multiplier / divisor` for units >= 0, halves rounded up, as Postgres rounds `numeric`. */
export function scaleUnits(units: bigint, multiplier: bigint, divisor: bigint): bigint {
  return (2n * units * multiplier + divisor) / (2n * divisor);
}
