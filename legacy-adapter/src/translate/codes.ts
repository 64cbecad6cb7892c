import { impossible, spelled, type Lens } from './lens.ts';

const numberCodes = <const N extends string>(...pairs: readonly (readonly [number, N])[]): Lens<number, N> =>
  codes(pairs);
const letterCodes = <const N extends string>(...pairs: readonly (readonly [string, N])[]): Lens<string, N> =>
  codes(pairs);

/** Legacy's codes and the words they stand for. */
function codes<L extends number | string, N extends string>(pairs: readonly (readonly [L, N])[]): Lens<L, N> {
  const words = new Map<L, N>(pairs);
  const codeOf = new Map<N, L>(pairs.map(([code, word]) => [word, code]));
  const known = impossible(`is none of ${pairs.map(([code]) => code).join(', ')}`);
  const spellable = impossible(`is none of ${pairs.map(([, word]) => word).join(', ')}`);
  return {
    toNew(legacy) {
      const word = words.get(legacy);
      return word === undefined ? known : spelled(word);
    },
    toLegacy(value) {
      const code = codeOf.get(value);
      return code === undefined ? spellable : spelled(code);
    },
  };
}

export const tripStatus = numberCodes([10, 'requested'], [20, 'started'], [30, 'completed'], [90, 'cancelled']);

export const vehicleStatus = numberCodes([1, 'available'], [2, 'on-trip'], [3, 'maintenance'], [9, 'retired']);

export const sensorKind = letterCodes(['L', 'lidar'], ['C', 'camera'], ['R', 'radar'], ['G', 'gps'], ['I', 'imu']);

export const sensorStatus = letterCodes(['O', 'ok'], ['D', 'degraded'], ['F', 'failed']);

export const severity = numberCodes([1, 'info'], [2, 'warning'], [3, 'critical']);
