/** What the translation of one record gave. `untranslatable` parks the lane: the same input would fail again. */
export type Translation<T> =
  | { readonly kind: 'translated'; readonly record: T }
  /** `field` is the source's spelling of the field that cannot cross; `reason` never repeats its value. */
  | Untranslatable;

interface Untranslatable {
  readonly kind: 'untranslatable';
  readonly field: string;
  readonly reason: string;
}

/** One field on its way into a record. */
export type Field<T> = { readonly kind: 'spelled'; readonly value: T } | Untranslatable;

/** A field that both models spell alike. */
export function alike<T>(value: T): Field<T> {
  return { kind: 'spelled', value };
}

/** One part of a field that is spelled in several columns. */
export function part<T, K extends keyof T>(field: Field<T>, key: K): Field<T[K]> {
  return field.kind === 'spelled' ? alike(field.value[key]) : field;
}

/**
 * The record of all fields, or the first field (in the order written) that cannot cross.
 * When nothing differs from `existing`, `existing` itself is handed back: the caller need not write it.
 */
export function gather<T extends object>(
  fields: { readonly [K in keyof T]: Field<T[K]> },
  existing: T | undefined,
): Translation<T> {
  const record: Partial<Record<keyof T, unknown>> = {};
  let isChanged = false;
  for (const name of Object.keys(fields) as (keyof T)[]) {
    const field = fields[name];
    if (field.kind === 'untranslatable') return field;
    record[name] = field.value;
    // Identity is enough: a lens hands back the existing value itself where it says the same.
    isChanged ||= field.value !== existing?.[name];
  }
  return { kind: 'translated', record: isChanged || existing === undefined ? (record as T) : existing };
}
