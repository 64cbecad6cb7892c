import type { ColumnValue } from '../event/change-event.ts';

/** What Debezium writes for the two infinities of `timestamp` (the constants of the Postgres JDBC driver). */
const timestampInfinity: Readonly<Record<string, bigint>> = {
  infinity: 9_223_372_036_825_200_000n,
  '-infinity': -9_223_372_036_832_400_000n,
};
const dateInfinity: Readonly<Record<string, number>> = { infinity: 2_147_483_647, '-infinity': -2_147_483_648 };

/** Any text that is none of Postgres' ISO style comes back as it is: its reader refuses it by type, and the lane is parked. */
type Reader = (text: string) => ColumnValue;

/** Days since 1970-01-01 (Debezium's `Date`). */
export const readDate: Reader = (text) => {
  const known = dateInfinity[text];
  if (known !== undefined) return known;
  const match = /^(\d{4,})-(\d\d)-(\d\d)( BC)?$/.exec(text);
  return match ? dayNumber(yearOf(match[1], match[4]), Number(match[2]), Number(match[3])) : text;
};

const timestampPattern = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(\+00)?( BC)?$/;

/** Milliseconds since 1970 for a declared precision of 0..3 (`Timestamp`), microseconds otherwise (`MicroTimestamp`); local time as if UTC. */
export function timestampReader(typeModifier: number): Reader {
  const isMillis = typeModifier >= 0 && typeModifier <= 3;
  return (text) => {
    const match = timestampPattern.exec(text);
    if (!match) return timestampInfinity[text] ?? text;
    const days = dayNumber(yearOf(match[1], match[9]), Number(match[2]), Number(match[3]));
    const seconds = days * 86_400 + secondsOf(match[4], match[5], match[6]);
    const micros = microsOf(match[7]);
    return isMillis ? seconds * 1000 + Math.floor(micros / 1000) : microsSinceEpoch(seconds, micros);
  };
}

/** ISO 8601 in UTC (`ZonedTimestamp`), with as many digits as the declared precision, or as needed when there is none. */
export function zonedTimestampReader(typeModifier: number): Reader {
  return (text) => {
    const match = timestampPattern.exec(text);
    // infinity and -infinity are written as they are.
    if (!match) return text;
    const [, , month, day, hour, minute, second, digits = ''] = match;
    const fraction = typeModifier >= 0 ? digits.padEnd(typeModifier, '0').slice(0, typeModifier) : digits;
    const year = isoYear(yearOf(match[1], match[9]));
    return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction === '' ? '' : `.${fraction}`}Z`;
  };
}

/** Since midnight: milliseconds for a declared precision of 0..3 (`Time`), microseconds otherwise (`MicroTime`). */
export function timeReader(typeModifier: number): Reader {
  const isMillis = typeModifier >= 0 && typeModifier <= 3;
  return (text) => {
    const match = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(text);
    if (!match) return text;
    const micros = secondsOf(match[1], match[2], match[3]) * 1_000_000 + microsOf(match[4]);
    return isMillis ? Math.floor(micros / 1000) : micros;
  };
}

/** The year before 1 is 0: 44 BC is -43. */
function yearOf(digits: string | undefined, beforeChrist: string | undefined): number {
  return beforeChrist === undefined ? Number(digits) : 1 - Number(digits);
}

function isoYear(year: number): string {
  if (year > 9999) return `+${year}`;
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar, for any year. @see https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function secondsOf(hour: string | undefined, minute: string | undefined, second: string | undefined): number {
  return Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

function microsOf(fraction = ''): number {
  return Number(fraction.padEnd(6, '0'));
}

/** A bigint only where a number would be rounded, some 285 years around 1970. */
function microsSinceEpoch(seconds: number, micros: number): number | bigint {
  const total = seconds * 1_000_000 + micros;
  return Number.isSafeInteger(total) ? total : BigInt(seconds) * 1_000_000n + BigInt(micros);
}
