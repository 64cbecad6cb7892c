import { formatUnits, numberOf, parseUnits, scaleUnits, unitsOf } from './decimal.ts';
import { impossible, spelled, type Lens, type Spelling } from './lens.ts';

interface Quantity {
  /** Legacy's `numeric(precision, scale)`. */
  readonly precision: number;
  readonly scale: number;
  /** Digits after the point in the new model; it must be the finer of the two, so that legacy -> new -> legacy is exact. */
  readonly newScale: number;
  /** The largest value the new model holds. */
  readonly newMax: number;
  /** New smallest units per legacy smallest unit, as a fraction. */
  readonly ratio: readonly [multiplier: bigint, divisor: bigint];
}

/** A non-negative amount: decimal text in legacy's unit, a number in the new one. */
function quantity({ precision, scale, newScale, newMax, ratio }: Quantity): Lens<string, number> {
  const [multiplier, divisor] = ratio;
  const legacyMax = 10n ** BigInt(precision) - 1n;
  const newMaxUnits = unitsOf(newMax, newScale) ?? 0n;
  return {
    toNew: (legacy) =>
      within(parseUnits(legacy, scale), legacyMax, (units) => {
        const converted = scaleUnits(units, multiplier, divisor);
        return converted > newMaxUnits ? tooLarge : spelled(numberOf(converted, newScale));
      }),
    toLegacy: (value) =>
      within(unitsOf(value, newScale), newMaxUnits, (units) => {
        const converted = scaleUnits(units, divisor, multiplier);
        return converted > legacyMax ? tooLarge : spelled(formatUnits(converted, scale));
      }),
  };
}

const tooLarge = impossible('is larger than the other side can hold');

function within<T>(units: bigint | undefined, max: bigint, convert: (units: bigint) => Spelling<T>): Spelling<T> {
  if (units === undefined) return impossible('is not a decimal number of that precision');
  if (units < 0n) return impossible('is negative');
  return units > max ? tooLarge : convert(units);
}

const int4Max = 2_147_483_647;

/** A mile is 1609.344 metres: `dist_mi numeric(8,2)`. */
export const tripDistance = quantity({
  precision: 8,
  scale: 2,
  newScale: 0,
  newMax: int4Max,
  ratio: [1_609_344n, 100_000n],
});

/** `odo_mi numeric(10,1)`. */
export const odometer = quantity({
  precision: 10,
  scale: 1,
  newScale: 0,
  newMax: int4Max,
  ratio: [1_609_344n, 10_000n],
});

/** A mile an hour is 0.44704 metres a second: `spd_mph numeric(5,1)`. */
export const speed = quantity({ precision: 5, scale: 1, newScale: 2, newMax: 9_999.99, ratio: [44_704n, 10_000n] });

/** A US gallon is 3.785411784 litres: `aux_val numeric(6,2)` of a vehicle that burns fuel. */
export const fuel = quantity({
  precision: 6,
  scale: 2,
  newScale: 2,
  newMax: 99_999.99,
  ratio: [3_785_411_784n, 1_000_000_000n],
});

/** `aux_val numeric(6,2)` of a vehicle with a battery. */
export const batteryPercent = quantity({ precision: 6, scale: 2, newScale: 2, newMax: 100, ratio: [1n, 1n] });
