import { impossible, spelled, type Lens } from './lens.ts';

/** Legacy writes Seoul's wall clock without a zone. UTC+9 holds since 1989; until 1988 there was summer time. */
const zone = '+09:00';
const zoneMs = 9 * 3_600_000;
const firstYear = 1989;
const range = `is no moment of the years ${firstYear}..9999`;

/**
 * Seoul local time as Postgres prints it (`2026-11-21 12:04:05`) and UTC as ISO text with milliseconds (`2026-11-21T03:04:05.000Z`).
 * Finer moments are cut, not rounded: a time must not move into the future.
 */
function localTime(fractionDigits: 0 | 3): Lens<string, string> {
  const resolutionMs = fractionDigits === 0 ? 1000 : 1;
  const length = fractionDigits === 0 ? 'YYYY-MM-DD HH:MM:SS'.length : 'YYYY-MM-DD HH:MM:SS.mmm'.length;
  return {
    toNew(legacy) {
      const match = /^(\d{4})-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,3})?$/.exec(legacy);
      const moment = Date.parse(`${legacy.replace(' ', 'T')}${zone}`);
      if (!match || Number.isNaN(moment) || Number(match[1]) < firstYear) return impossible(range);
      return spelled(new Date(moment).toISOString());
    },
    toLegacy(value) {
      const moment = Date.parse(value);
      if (Number.isNaN(moment)) return impossible(range);
      const cut = Math.floor(moment / resolutionMs) * resolutionMs;
      return wallClock(cut, length);
    },
  };
}

/** `timestamp(0)`. */
export const localSecond = localTime(0);
/** `timestamp(3)`. */
export const localMillisecond = localTime(3);

function wallClock(moment: number, length: number): ReturnType<Lens<string, string>['toLegacy']> {
  const local = new Date(moment + zoneMs);
  const year = local.getUTCFullYear();
  if (Number.isNaN(year) || year < firstYear || year > 9999) return impossible(range);
  return spelled(local.toISOString().replace('T', ' ').slice(0, length));
}
