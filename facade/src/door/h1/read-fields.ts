import type { IncomingHttpHeaders } from 'node:http';
import { lowerNameOf } from './field-names.ts';
import type { RefusalCode } from './refusal-code.ts';

export interface Fields {
  /** Flat: name, value, name, value; order, case and duplicates as they came. */
  readonly raw: string[];
  /** Lower-case names, joined as Node joins them. */
  readonly named: IncomingHttpHeaders;
}

export function noFields(): Fields {
  return { raw: [], named: Object.create(null) as IncomingHttpHeaders };
}

/** Everything that may stand in a head, line breaks included: no control character but the tab (RFC 9110 5.5). */
const badCharacter = /[^\t\r\n\x20-\x7e\x80-\xff]/;

export function hasBadCharacter(text: string): boolean {
  return badCharacter.test(text);
}

const bareBreak = /\r(?!\n|$)|(?<!\r)\n/;

/** What is wrong with lines that are not whole yet; the first `knownLength` characters were asked about before. */
export function problemOfPart(text: string, knownLength: number): RefusalCode | undefined {
  // A CR was no fault as long as its LF could follow.
  const arrived = text.slice(text.charCodeAt(knownLength - 1) === 0x0d ? knownLength - 1 : knownLength);
  if (hasBadCharacter(arrived)) return 'HPE_INVALID_HEADER_TOKEN';
  return bareBreak.test(arrived) ? 'HPE_LF_EXPECTED' : undefined;
}

/**
 * Reads the lines from `from` to the end of `text`, which is its first empty line; {@link hasBadCharacter} was asked before.
 * No folding, no bare CR or LF, no space before the colon (RFC 9112 5, 2.2).
 *
 * @returns why they are none
 */
export function readFields(text: string, from: number, { raw, named }: Fields): RefusalCode | undefined {
  const end = text.length - 2;
  let at = from;
  while (at < end) {
    const lineEnd = text.indexOf('\r', at);
    if (text.indexOf('\n', at) !== lineEnd + 1) return 'HPE_LF_EXPECTED';
    const colon = text.indexOf(':', at);
    if (colon < 0 || colon > lineEnd) return 'HPE_INVALID_HEADER_TOKEN';
    const name = text.slice(at, colon);
    const lowerName = lowerNameOf(name);
    if (lowerName === undefined) return 'HPE_INVALID_HEADER_TOKEN';
    const value = trimmed(text, colon + 1, lineEnd);
    raw.push(name, value);
    if (named[lowerName] === undefined) named[lowerName] = lowerName === 'set-cookie' ? [value] : value;
    else if (lowerName === 'content-length') return 'HPE_UNEXPECTED_CONTENT_LENGTH';
    else join(named, lowerName, value);
    at = lineEnd + 2;
  }
  return undefined;
}

function trimmed(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isSpace = (character: number): boolean => character === 0x20 || character === 0x09;

/** Node's list: of these the first one counts. */
const singles: ReadonlySet<string> = new Set(
  `age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since last-modified
  location max-forwards proxy-authorization referer retry-after server user-agent`.split(/\s+/),
);

function join(named: IncomingHttpHeaders, lowerName: string, value: string): void {
  const known = named[lowerName];
  if (Array.isArray(known)) known.push(value);
  else if (known !== undefined && !singles.has(lowerName))
    named[lowerName] = `${known}${lowerName === 'cookie' ? '; ' : ', '}${value}`;
}
