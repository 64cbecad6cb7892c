import { fc } from '@fast-check/vitest';
import { formatUnits } from '../decimal.ts';

export const id = fc.integer({ min: 1, max: 2_147_483_647 });
export const text = (maxCount: number) =>
  fc
    .array(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), { maxLength: maxCount })
    .map((characters) => characters.join('').replaceAll('\0', ''));
export const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

export const decimal = (max: number, scale: number) =>
  fc.bigInt({ min: 0n, max: BigInt(Math.round(max * 10 ** scale)) }).map((units) => formatUnits(units, scale));
export const amount = (max: number, scale: number) => decimal(max, scale).map(Number);

const firstMs = Date.parse('1988-12-31T15:00:00.000Z');
const lastMs = Date.parse('9999-12-31T14:59:59.999Z');
export const moment = fc.integer({ min: firstMs, max: lastMs }).map((ms) => new Date(ms).toISOString());
const wallClock = (length: number) =>
  fc
    .integer({ min: firstMs, max: lastMs })
    .map((ms) => new Date(ms + 9 * 3_600_000).toISOString().replace('T', ' ').slice(0, length));
export const localSecond = wallClock(19);
export const localMillisecond = wallClock(23);

export const degrees = (max: number) =>
  fc.integer({ min: -max * 1_000_000, max: max * 1_000_000 }).map((micro) => micro / 1_000_000);
export const place = fc.record({ lat: degrees(90), lon: degrees(180) });
/** As legacy may have written it: padded, short, spaced, with more digits than we keep. */
export const placeText = fc
  .tuple(
    place,
    fc.constantFrom<(value: number) => string>(
      String,
      (value) => value.toFixed(6),
      (value) => value.toFixed(9),
    ),
    fc.constantFrom(',', ', '),
  )
  .filter(([{ lat, lon }]) => !`${lat} ${lon}`.includes('e'))
  .map(([{ lat, lon }, format, comma]) => `${format(lat)}${comma}${format(lon)}`);
export const coordinate = (max: number) => degrees(max).map((value) => (value + 0).toFixed(6));
