import { isDeepStrictEqual } from 'node:util';
import { alike, type Field } from './translation.ts';

/**
 * One value in both models: `L` is how legacy spells it, `N` how the services do.
 * Both ways are total (an impossible value gives a reason, nothing throws), and `toLegacy` is canonical:
 * `toNew` then `toLegacy` gives the one spelling that all legacy spellings of that value share.
 */
export interface Lens<L, N> {
  toNew(legacy: L): Spelling<N>;
  toLegacy(value: N): Spelling<L>;
}

export type Spelling<T> = { readonly kind: 'spelled'; readonly value: T } | Impossible;

export interface Impossible {
  readonly kind: 'impossible';
  readonly reason: string;
  /** The column that is wrong, when the value is spelled in several. */
  readonly column?: string;
}

export function spelled<T>(value: T): Spelling<T> {
  return { kind: 'spelled', value };
}

export function impossible(reason: string, column?: string): Impossible {
  return { kind: 'impossible', reason, ...(column !== undefined && { column }) };
}

/**
 * The new spelling of a legacy field. `existing` is kept where legacy would spell it the same:
 * that is how metres, milliseconds and litres survive a round trip through miles, seconds and gallons.
 */
export function fromLegacy<L, N>(lens: Lens<L, N>, column: string, legacy: L, existing: N | undefined): Field<N> {
  const arrived = lens.toNew(legacy);
  if (arrived.kind === 'impossible') return refused(column, arrived);
  if (existing === undefined || arrived.value === existing) return arrived;
  return isSame(lens.toLegacy(existing), lens.toLegacy(arrived.value)) ? alike(existing) : arrived;
}

/** The legacy spelling of a new field. `existing` is kept where it already says the same, in its own way. */
export function toLegacy<L, N>(lens: Lens<L, N>, name: string, value: N, existing: L | undefined): Field<L> {
  const written = lens.toLegacy(value);
  if (written.kind === 'impossible') return refused(name, written);
  if (existing === undefined || written.value === existing) return written;
  return isSame(canonical(lens, existing), written) ? alike(existing) : written;
}

/** `inner` where null stands for "unknown" on both sides. */
export function nullable<L, N>(inner: Lens<L, N>): Lens<L | null, N | null> {
  return {
    toNew: (legacy) => (legacy === null ? spelled(null) : inner.toNew(legacy)),
    toLegacy: (value) => (value === null ? spelled(null) : inner.toLegacy(value)),
  };
}

function canonical<L, N>(lens: Lens<L, N>, legacy: L): Spelling<L> {
  const value = lens.toNew(legacy);
  return value.kind === 'spelled' ? lens.toLegacy(value.value) : value;
}

function isSame<T>(left: Spelling<T>, right: Spelling<T>): boolean {
  return left.kind === 'spelled' && isDeepStrictEqual(left, right);
}

function refused(field: string, { reason, column = field }: Impossible): Field<never> {
  return { kind: 'untranslatable', field: column, reason };
}
