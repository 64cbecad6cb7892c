import type { Spread } from '../statistics.ts';

/** Thousands with a comma. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

export const inTimes = ({ median, least, most }: Spread): string =>
  `${median.toFixed(2)} × (${least.toFixed(2)}–${most.toFixed(2)})`;

export const inMicros = ({ median, least, most }: Spread): string =>
  `${whole(median)} µs (${whole(least)}–${whole(most)})`;

export const inMillis = ({ median, least, most }: Spread): string =>
  `${median.toFixed(1)} ms (${least.toFixed(1)}–${most.toFixed(1)})`;

export const wholes = ({ median, least, most }: Spread): string => `${whole(median)} (${whole(least)}–${whole(most)})`;

export const inPercent = (share: number): string => `${Math.round(share * 100)} %`;
