import { AnswerRefused, checkedLine } from './answer-head.ts';

// RFC 8288 3: a reference, and parameters.
const link = /^<[^>]*>(?:\s*;\s*[^;"\s]+(?:=(?:"[^"]*"|[^;"\s]*))?)*$/;

/**
 * A 103 with its headers (RFC 8297); undefined where there is no link, without which it says nothing.
 *
 * @throws {TypeError} for what is no link, or no header
 */
export function earlyHintsText(hints: Readonly<Record<string, string | readonly string[]>>): string | undefined {
  const links = linesIn(hints['link']);
  if (links.length === 0) return undefined;
  if (!links.every((each) => link.test(each)))
    throw new AnswerRefused('ERR_INVALID_ARG_VALUE', 'What should be a link is none.');
  let text = `HTTP/1.1 103 Early Hints\r\n${checkedLine('Link', links.join(', '))}`;
  for (const [name, given] of Object.entries(hints))
    if (name !== 'link') for (const value of linesIn(given)) text += checkedLine(name, value);
  return `${text}\r\n`;
}

function linesIn(given: string | readonly string[] | undefined): readonly string[] {
  return given === undefined ? [] : [given].flat();
}
