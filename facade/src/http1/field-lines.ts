export type FieldFault = 'bad-character' | 'bare-line-end' | 'no-field-line';

// No folds, no space before the colon, no control characters but the tab, no bare CR or LF (RFC 9112 5, RFC 9110 5.5).
const fieldLines = /(?:[!#$%&'*+.^`|~\w-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/y;
const badCharacter = /[^\t\r\n\x20-\x7e\x80-\xff]/;
const bareLineEnd = /\r(?!\n|$)|(?<!\r)\n/;

/**
 * Reads the lines of a head or of trailers.
 *
 * @param text - latin1; from `from` to its end it is lines, each with its CR LF
 * @returns flat: name, value, name, value; order, case and duplicates as they came
 */
export function readFieldLines(text: string, from = 0): string[] | FieldFault {
  fieldLines.lastIndex = from;
  if (!fieldLines.test(text)) return faultInText(text.slice(from)) ?? 'no-field-line';
  const raw: string[] = [];
  let at = from;
  while (at < text.length) {
    const colon = text.indexOf(':', at);
    const end = text.indexOf('\r', colon);
    raw.push(text.slice(at, colon), withoutSpace(text, colon + 1, end));
    at = end + 2;
  }
  return raw;
}

/** What no text of lines holds, however it goes on: a CR at its end may still become a line end. */
export function faultInText(text: string): Exclude<FieldFault, 'no-field-line'> | undefined {
  if (badCharacter.test(text)) return 'bad-character';
  return bareLineEnd.test(text) ? 'bare-line-end' : undefined;
}

/** Without the spaces and tabs around it (RFC 9112 5.1). */
function withoutSpace(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isSpace = (character: number): boolean => character === 0x20 || character === 0x09;
