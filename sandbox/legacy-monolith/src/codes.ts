import { LegacyError } from './legacy-error.ts';

/** The codes of a column and the words that clients see. */
export interface CodeTable<C extends number | string, W extends string> {
  readonly words: readonly W[];
  wordOf(code: C): W;
  codeOf(word: W): C;
}

function codeTable<C extends number | string, W extends string>(
  column: string,
  pairs: readonly (readonly [C, W])[],
): CodeTable<C, W> {
  const words = new Map(pairs);
  const codes = new Map(pairs.map(([code, word]) => [word, code]));
  return {
    words: pairs.map(([, word]) => word),
    wordOf: (code) => known(words.get(code), `Code ${code} in ${column} has no meaning.`),
    codeOf: (word) => known(codes.get(word), `There is no code for "${word}" in ${column}.`),
  };
}

function known<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new LegacyError('LEGACY_UNKNOWN_CODE', message);
  return value;
}

export const tripStatus = codeTable('trip_mst.stat_cd', [
  [10, 'requested'],
  [20, 'started'],
  [30, 'completed'],
  [90, 'cancelled'],
] as const);

export const vehicleStatus = codeTable('vhcl_mst.stat_cd', [
  [1, 'available'],
  [2, 'on-trip'],
  [3, 'maintenance'],
  [9, 'retired'],
] as const);

export const sensorKind = codeTable('snsr_mst.snsr_typ', [
  ['L', 'lidar'],
  ['C', 'camera'],
  ['R', 'radar'],
  ['G', 'gps'],
  ['I', 'imu'],
] as const);

export const sensorStatus = codeTable('snsr_mst.stat', [
  ['O', 'ok'],
  ['D', 'degraded'],
  ['F', 'failed'],
] as const);

export const severity = codeTable('diag_log.sev', [
  [1, 'info'],
  [2, 'warning'],
  [3, 'critical'],
] as const);
