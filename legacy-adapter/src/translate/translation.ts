/** What the translation of one record gave. `untranslatable` parks the lane: the same input would fail again. */
export type Translation<T> =
  | { readonly kind: 'translated'; readonly record: T }
  /** `field` is the source's spelling of the field that cannot cross; `reason` never repeats its value. */
  | Untranslatable;

export interface Untranslatable {
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

/** The record of all fields, or the first field (in the order written) that cannot cross. */
export function gather<T extends object>(fields: { readonly [K in keyof T]: Field<T[K]> }): Translation<T> {
  const record: Record<string, unknown> = {};
  for (const [name, field] of Object.entries<Field<unknown>>(fields)) {
    if (field.kind === 'untranslatable') return field;
    record[name] = field.value;
  }
  return { kind: 'translated', record: record as T };
}
