import { redact } from './redact.ts';

/** A line that a busy process writes many times: what is the same in all of them is redacted and serialised once. */
export interface LineSeries {
  /** Same for all lines of the series. */
  readonly fields: Readonly<Record<string, unknown>> & { readonly event: string };
  /** Keys of what differs, in the order in which {@link WriteLine} takes it. */
  readonly varying: readonly string[];
  /** Those of them whose texts are identifiers or numbers, so that nothing in them needs escaping. */
  readonly plain?: readonly string[] | undefined;
  readonly message: string;
}

/** @param values - one for each key of `varying`; undefined leaves its key out */
export type WriteLine = (...values: readonly (string | number | undefined)[]) => void;

export interface SeriesParts {
  readonly level: string;
  readonly name: string;
  readonly destination: { write(line: string): void };
}

/** The same line that the logger would write, with what is the same in all lines serialised once. */
export function lineSeries(
  { level, name, destination }: SeriesParts,
  { fields, varying, plain = [], message }: LineSeries,
): WriteLine {
  const start = `{"level":${JSON.stringify(level)},"time":"`;
  const fixed = `","name":${JSON.stringify(name)},${JSON.stringify(redact(fields)).slice(1, -1)}`;
  const keys = varying.map((key) => `,${JSON.stringify(key)}:`);
  const isPlain = varying.map((key) => plain.includes(key));
  const hides = varying.map((key) => redact({ [key]: '' })[key] !== '');
  const end = `,"msg":${JSON.stringify(message)}}\n`;
  return (...values) => {
    let line = start + isoNow() + fixed;
    for (let index = 0; index < keys.length; index += 1) {
      const value = values[index];
      if (value === undefined) continue;
      line += keys[index] ?? '';
      if (hides[index] === true) line += '"[redacted]"';
      else line += isPlain[index] === true ? `"${value}"` : textOf(value);
    }
    destination.write(line + end);
  };
}

const needsNoEscape = /^[\w.:-]*$/;

function textOf(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  return needsNoEscape.test(value) ? `"${value}"` : JSON.stringify(value);
}

let lastMs = 0;
let lastText = '';

/** Many lines share a millisecond, so that its text is kept. */
function isoNow(): string {
  const nowMs = Date.now();
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastText = new Date(nowMs).toISOString();
  }
  return lastText;
}
