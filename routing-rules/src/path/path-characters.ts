// One class per ASCII code; a table, since every character of every request passes here.
const unreserved = 1;
const subDelimiter = 2;
const classes = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~')
  classes[character.charCodeAt(0)] = unreserved;
// RFC 3986 3.3: what a segment may contain besides unreserved characters, and the slash between segments.
for (const character of "!$&'()*+,;=:@/") classes[character.charCodeAt(0)] = subDelimiter;

export function isUnreserved(code: number): boolean {
  return classes[code] === unreserved;
}

/** Whether RFC 3986 lets the character stand in a path as it is; '%' is not among them. */
export function mayStandRaw(code: number): boolean {
  return (classes[code] ?? 0) !== 0;
}

/** Value of the two hexadecimal digits at `index`, or NaN. */
export function decodeHexPair(text: string, index: number): number {
  return hexDigit(text.charCodeAt(index)) * 16 + hexDigit(text.charCodeAt(index + 1));
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN;
}
