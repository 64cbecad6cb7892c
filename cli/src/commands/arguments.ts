import { InvalidArgumentError } from 'commander';

export function wholeMinutes(value: string): number {
  return wholeNumber(value, 0, 10_000_000);
}

/** In steps of 0.01: finer ones have no bucket of their own. */
export function percent(value: string): number {
  const number = /^\d{1,3}(\.\d{1,2})?$/.test(value) ? Number(value) : Number.NaN;
  if (number <= 100) return number;
  throw new InvalidArgumentError(`"${value}" is not a share in 0..100, in steps of 0.01.`);
}

export function requestsPerSecond(value: string): number {
  return wholeNumber(value, 0, 1_000);
}

export function sampleSeconds(value: string): number {
  return wholeNumber(value, 1, 600);
}

export function sampleCount(value: string): number {
  return wholeNumber(value, 1, 10_000);
}

/** Repeated options become one list. */
export function collectIds(value: string, previous: readonly string[] = []): readonly string[] {
  if (value.trim() === '') throw new InvalidArgumentError('An id is not empty.');
  return [...previous, value];
}

function wholeNumber(value: string, min: number, max: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new InvalidArgumentError(`"${value}" is not a whole number in ${min}..${max}.`);
}
