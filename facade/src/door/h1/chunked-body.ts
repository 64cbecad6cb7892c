import type { BodyReader, PieceSink } from './body-reader.ts';
import { hasBadCharacter, noFields, problemOfPart, readFields } from './read-fields.ts';
import type { RefusalCode } from './refusal-code.ts';

type Part = 'size' | 'data' | 'data-end' | 'trailers';

// As much as Node takes, over all chunks of a body: nobody reads them.
const extensionsLimitBytes = 16_384;
const sizeDigitsLimit = 16;
const sizeLine = /^([0-9a-f]{1,16})((?:;[\w!#$%&'*+\-.^`|~]+(?:=(?:[\w!#$%&'*+\-.^`|~]+|"(?:[^"\\]|\\.)*"))?)*)$/i;
/** Of a line whose end is not here yet. */
const sizeLineBegun = /^[0-9a-f]{0,16}(?:;[\t\x20-\x7e\x80-\xff]*)?\r?$/i;

/** A chunked body (RFC 9112 7.1): exact line ends, sizes that are exact numbers, trailers read as a head is. */
export class ChunkedBody implements BodyReader {
  isDone = false;
  refusal: RefusalCode | undefined;
  rawTrailers: readonly string[] = [];
  readonly #trailerLimitBytes: number;
  #part: Part = 'size';
  #leftBytes = 0;
  #extensionBytes = 0;
  /** The beginning of a line, or of the trailers. */
  #held = '';

  constructor(trailerLimitBytes: number) {
    this.#trailerLimitBytes = trailerLimitBytes;
  }

  read(bytes: Buffer, sink: PieceSink): number {
    let at = 0;
    while (at < bytes.length && !this.isDone && this.refusal === undefined)
      at = this.#part === 'data' ? this.#readData(bytes, at, sink) : this.#readText(bytes, at);
    return at;
  }

  #readData(bytes: Buffer, at: number, sink: PieceSink): number {
    const end = Math.min(bytes.length, at + this.#leftBytes);
    this.#leftBytes -= end - at;
    if (this.#leftBytes === 0) this.#part = 'data-end';
    sink.push(bytes.subarray(at, end));
    return end;
  }

  #readText(bytes: Buffer, at: number): number {
    switch (this.#part) {
      case 'size':
        return this.#readSize(bytes, at);
      case 'data-end':
        return this.#readDataEnd(bytes, at);
      default:
        return this.#readTrailers(bytes, at);
    }
  }

  #readSize(bytes: Buffer, at: number): number {
    const lineEnd = bytes.indexOf(0x0a, at);
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    this.#held += bytes.toString('latin1', at, Math.min(end, at + extensionsLimitBytes + sizeDigitsLimit));
    const line = this.#held;
    if (line.length > extensionsLimitBytes) this.#refuse(overlong(line));
    else if (lineEnd < 0) {
      if (!sizeLineBegun.test(line)) this.#refuse('HPE_INVALID_CHUNK_SIZE');
    } else this.#takeSize(line);
    return end;
  }

  #takeSize(line: string): void {
    const [, size = '', extensions = ''] = line.endsWith('\r\n') ? (sizeLine.exec(line.slice(0, -2)) ?? []) : [];
    const sizeBytes = size === '' ? Infinity : Number.parseInt(size, 16);
    this.#held = '';
    this.#extensionBytes += extensions.length;
    if (this.#extensionBytes > extensionsLimitBytes) this.#refuse('HPE_CHUNK_EXTENSIONS_OVERFLOW');
    else if (!Number.isSafeInteger(sizeBytes) || hasBadCharacter(extensions)) this.#refuse('HPE_INVALID_CHUNK_SIZE');
    else {
      this.#leftBytes = sizeBytes;
      this.#part = sizeBytes === 0 ? 'trailers' : 'data';
    }
  }

  #readDataEnd(bytes: Buffer, at: number): number {
    const expected = this.#held === '' ? 0x0d : 0x0a;
    if (bytes[at] !== expected) this.#refuse('HPE_STRICT');
    else if (expected === 0x0d) this.#held = '\r';
    else {
      this.#held = '';
      this.#part = 'size';
    }
    return at + 1;
  }

  #readTrailers(bytes: Buffer, at: number): number {
    const heldLength = this.#held.length;
    const wanted = at + this.#trailerLimitBytes + 4 - heldLength;
    this.#held += bytes.toString('latin1', at, Math.min(bytes.length, wanted));
    const text = this.#held;
    if (text.startsWith('\r\n')) {
      this.isDone = true;
      return at + 2 - heldLength;
    }
    const end = text.indexOf('\r\n\r\n', Math.max(0, heldLength - 3));
    if (end >= 0) {
      this.#takeTrailers(text.slice(0, end + 4));
      return at + end + 4 - heldLength;
    }
    const code = problemOfPart(text, heldLength);
    if (code !== undefined) this.#refuse(code);
    else if (text.length > this.#trailerLimitBytes) this.#refuse('HPE_HEADER_OVERFLOW');
    return bytes.length;
  }

  #takeTrailers(text: string): void {
    const fields = noFields();
    const code = hasBadCharacter(text) ? 'HPE_INVALID_HEADER_TOKEN' : readFields(text, 0, fields);
    if (code !== undefined) this.#refuse(code);
    else if (text.length > this.#trailerLimitBytes) this.#refuse('HPE_HEADER_OVERFLOW');
    else if (fields.named['content-length'] !== undefined) this.#refuse('HPE_UNEXPECTED_CONTENT_LENGTH');
    else if (fields.named['transfer-encoding'] !== undefined) this.#refuse('HPE_INVALID_TRANSFER_ENCODING');
    else {
      this.rawTrailers = fields.raw;
      this.isDone = true;
    }
  }

  #refuse(code: RefusalCode): void {
    this.refusal = code;
  }
}

function overlong(line: string): RefusalCode {
  return /^[0-9a-f]{1,16};/i.test(line) ? 'HPE_CHUNK_EXTENSIONS_OVERFLOW' : 'HPE_INVALID_CHUNK_SIZE';
}
