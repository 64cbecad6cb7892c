import { quantileOf } from '../statistics.ts';

/** What a loop saw that only read the clock. */
export interface ClockRecording {
  readonly lengthMicros: number;
  /** How long the loop was ready to run while another program of this machine had its core. */
  readonly takenMicros: number;
  /** In the order of time; none below `leastGapMicros`. */
  readonly gaps: readonly ClockGap[];
}

export interface ClockGap {
  readonly startMicros: number;
  readonly lengthMicros: number;
}

/** From here on it was not the loop itself. */
export const leastGapMicros = 20;
/** The bar of added p99: a request that meets such a gap cannot keep it. */
export const longGapMicros = 200;
/** About what a request takes through a proxy. */
export const workMicros = 250;

export interface GapFigures {
  readonly seconds: number;
  /** 0..1 of the time, in all gaps together. */
  readonly lostShare: number;
  /** 0..1 of the time; what is lost beyond it, nobody on this machine has had. */
  readonly takenShare: number;
  readonly longGapsPerSecond: number;
  readonly longestGapMicros: number;
  /** How long it takes to have had the core for `workMicros`, over all moments to begin. */
  readonly workP99Micros: number;
  /** 0..1 of the moments to begin from which such work loses more than `longGapMicros`. */
  readonly delayedShare: number;
}

export function gapFigures(recording: ClockRecording): GapFigures {
  const { lengthMicros, takenMicros } = recording;
  const lengths = recording.gaps.map((gap) => gap.lengthMicros);
  const seconds = lengthMicros / 1e6;
  const times = workTimes(recording);
  return {
    seconds,
    lostShare: lengths.reduce((sum, length) => sum + length, 0) / lengthMicros,
    takenShare: takenMicros / lengthMicros,
    longGapsPerSecond: lengths.filter((length) => length > longGapMicros).length / seconds,
    longestGapMicros: Math.max(0, ...lengths),
    workP99Micros: quantileOf(times, 0.99),
    delayedShare: times.filter((time) => time > workMicros + longGapMicros).length / times.length,
  };
}

const stepMicros = 10;

/** A window slides over the recording; a request may begin at any moment, in the middle of a gap too. */
function workTimes({ lengthMicros, gaps }: ClockRecording): readonly number[] {
  const times: number[] = [];
  let ahead = 0;
  for (let start = 0; ; start += stepMicros) {
    while (endOf(gaps[ahead]) <= start) ahead += 1;
    const end = endOfWork(gaps, ahead, start);
    if (end > lengthMicros) return times;
    times.push(end - start);
  }
}

/** @param ahead - of the first gap that ends after `start` */
function endOfWork(gaps: readonly ClockGap[], ahead: number, start: number): number {
  let now = start;
  let left = workMicros;
  for (let index = ahead; ; index += 1) {
    const gap = gaps[index];
    const free = gap ? Math.max(0, gap.startMicros - now) : Infinity;
    if (free >= left) return now + left;
    left -= free;
    now = endOf(gap);
  }
}

const endOf = (gap: ClockGap | undefined): number => (gap ? gap.startMicros + gap.lengthMicros : Infinity);
