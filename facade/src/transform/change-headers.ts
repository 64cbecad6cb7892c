import type { HeaderChanges } from '@banyan/routing-rules';

/** @param flat - name, value, name, value; what is set comes last */
export function changeHeaders(flat: readonly string[], { set, gone }: HeaderChanges): string[] {
  const headers: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] ?? '';
    if (!gone.has(name.toLowerCase())) headers.push(name, flat[index + 1] ?? '');
  }
  for (const [name, value] of set) headers.push(name, value);
  return headers;
}
