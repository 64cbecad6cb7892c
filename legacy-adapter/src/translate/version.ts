import type { Translation } from './translation.ts';

/**
 * The services' optimistic lock: a record that changes gets the next version, so that a command which read it before fails and reads again.
 */
export function nextVersion<T extends { readonly version: number }>(
  translation: Translation<T>,
  existing: T | undefined,
): Translation<T> {
  if (translation.kind === 'untranslatable' || existing === undefined || translation.record === existing)
    return translation;
  return { kind: 'translated', record: { ...translation.record, version: existing.version + 1 } };
}
