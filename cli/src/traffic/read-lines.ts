import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { BanyanError } from '@banyan/platform';

export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  /** Undefined for a line that is longer than anything that is meant. */
  readonly text: string | undefined;
}

const longestLine = 1_048_576;

/**
 * The lines of a file one by one, whatever its size; '-' is standard input. Empty lines count, but are left out.
 *
 * @throws {BanyanError} CLI_FILE_UNREADABLE
 */
export async function* readLines(path: string): AsyncGenerator<NumberedLine> {
  const stream: Readable = path === '-' ? process.stdin : createReadStream(path);
  stream.setEncoding('utf8');
  try {
    yield* linesOf(stream);
  } catch (cause) {
    throw new BanyanError('CLI_FILE_UNREADABLE', `"${path}" cannot be read.`, {
      remedy: 'Give the path of a file that you may read.',
      concerning: path,
      cause,
    });
  }
}

async function* linesOf(stream: AsyncIterable<string>): AsyncGenerator<NumberedLine> {
  let rest = '';
  let isTooLong = false;
  let number = 0;
  const finish = (text: string): NumberedLine | undefined => {
    number += 1;
    const line = isTooLong ? undefined : text;
    isTooLong = false;
    return line?.trim() === '' ? undefined : { number, text: line };
  };
  for await (const chunk of stream) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      const line = finish(piece);
      if (line) yield line;
    }
    if (rest.length <= longestLine) continue;
    isTooLong = true;
    rest = '';
  }
  const last = rest === '' && !isTooLong ? undefined : finish(rest);
  if (last) yield last;
}
