import type { Translation } from './translation.ts';

/**
 * The services' optimistic lock: a record that changes gets the next version, so that a command which read it before fails and reads again.
 * An unchanged one is handed back as it was.
 */
export function nextVersion<T extends { readonly version: number }>(
  translation: Translation<T>,
  existing: T | undefined,
): Translation<T> {
  if (translation.kind === 'untranslatable' || existing === undefined) return translation;
  if (isUnchanged(translation.record, existing)) return { kind: 'translated', record: existing };
  return { kind: 'translated', record: { ...translation.record, version: existing.version + 1 } };
}

/** Identity is enough: a lens hands back the existing value itself where it says the same. */
function isUnchanged<T extends object>(record: T, existing: T): boolean {
  return Object.keys(record).every((name) => record[name as keyof T] === existing[name as keyof T]);
}
