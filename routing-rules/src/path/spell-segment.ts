import { mayStandRaw } from './path-characters.ts';

const slash = 0x2f;
const encoder = new TextEncoder();

/** The one canonical spelling of a decoded segment; a slash in it becomes `%2F`, never a separator. */
export function spellSegment(name: string): string {
  let spelled = '';
  for (const byte of encoder.encode(name))
    spelled +=
      mayStandRaw(byte) && byte !== slash
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return spelled;
}
