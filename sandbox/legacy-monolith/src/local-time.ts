/** Seoul has been nine hours ahead of UTC, without summer time, since 1989. */
const zone = '+09:00';
const zoneMs = 9 * 3_600_000;

/** `2026-11-21 12:04:05[.678]` as Postgres prints it, in Seoul's wall clock, to ISO 8601 UTC with milliseconds. */
export function toUtc(local: string): string {
  return new Date(`${local.replace(' ', 'T')}${zone}`).toISOString();
}

export function toUtcOrNull(local: string | null): string | null {
  return local === null ? null : toUtc(local);
}

/** Wall clock text for a `timestamp(3)`. */
export function toLocal(moment: Date): string {
  return new Date(moment.getTime() + zoneMs).toISOString().replace('T', ' ').slice(0, 23);
}

/** Wall clock text for a `timestamp(0)`; cut, not rounded: a rounded second would lie in the future. */
export function toLocalSecond(moment: Date): string {
  return toLocal(moment).slice(0, 19);
}

/** Time from `now` to the next full `hour` (0..23) on Seoul's clock; a whole day when it is that hour just now. */
export function msUntilLocalHour(hour: number, now: Date): number {
  const dayMs = 24 * 3_600_000;
  const sinceMidnightMs = (now.getTime() + zoneMs) % dayMs;
  const waitMs = hour * 3_600_000 - sinceMidnightMs;
  return waitMs > 0 ? waitMs : waitMs + dayMs;
}
