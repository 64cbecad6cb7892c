import { pino, type DestinationStream } from 'pino';
import { errorFields } from './error-fields.ts';
import { openLogOutput, type LogOutput } from './log-output.ts';
import { lineSeries, type LineSeries, type WriteLine } from './log-series.ts';
import { redact } from './redact.ts';

/** A log line: a stable `event` (noun.verb), and `err` for errors. Never a body, a token or a row value. */
export type LogFields = Readonly<Record<string, unknown>> & { readonly event: string };

export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

export interface LoggerOptions {
  /** The process, for example `facade`. */
  readonly name: string;
  readonly level: LogLevel;
  /** Where lines go; by default standard output, written asynchronously and flushed when the process exits. */
  readonly destination?: DestinationStream;
}

export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const opened = destination ? immediate(destination) : openLogOutput(process.stdout.fd);
  const output: LogOutput = { ...opened, destination: boundedLines(opened.destination) };
  const log = pino(
    {
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redact },
      serializers: { err: errorFields },
    },
    output.destination,
  );
  partsOf.set(log, { name, output, isWritten: (asked) => log.isLevelEnabled(asked) });
  return log;
}

function immediate(destination: DestinationStream): LogOutput {
  return { destination, drained: () => Promise.resolve(), droppedLineCount: () => 0 };
}

interface LoggerParts {
  readonly name: string;
  readonly isWritten: (level: LogLevel) => boolean;
  readonly output: LogOutput;
}

const partsOf = new WeakMap<Logger, LoggerParts>();

/**
 * Resolves when every line so far is written. Await it before `process.exit`: what pino still writes then overtakes
 * the line that is on its way, so that the last lines come in the wrong order.
 */
export async function drainLog(log: Logger): Promise<void> {
  await partsOf.get(log)?.output.drained();
}

/** Lines that were given up because whoever reads the log is slower than it is written. */
export function droppedLineCount(log: Logger): number {
  return partsOf.get(log)?.output.droppedLineCount() ?? 0;
}

/** Writes the lines of a series to where the logger writes; nothing where the level is not written. */
export function logSeries(log: Logger, level: 'debug' | 'info', series: LineSeries): WriteLine {
  const parts = partsOf.get(log);
  if (!parts?.isWritten(level)) return () => undefined;
  return lineSeries({ level, name: parts.name, destination: parts.output.destination }, series);
}

/** In characters, which is bytes for all but a few lines. */
const lineLengthLimit = 8_192;
const excerptLength = 1_024;

/** Replaces a line that is too long by one that says so: one message can never fill the disk. */
function boundedLines(destination: DestinationStream): DestinationStream {
  return {
    write(line: string) {
      destination.write(line.length <= lineLengthLimit ? line : shortened(line));
    },
  };
}

function shortened(line: string): string {
  const { level, time, name, event, msg, err } = JSON.parse(line) as Record<string, unknown>;
  const { type, code, message, stack } = (err ?? {}) as Record<string, unknown>;
  const cause = err && { type, code, message: excerpt(message), stack: excerpt(stack) };
  const kept = { level, time, name, event: excerpt(event), err: cause };
  return `${JSON.stringify({ ...kept, cutFromLength: line.length, msg: excerpt(msg) })}\n`;
}

const excerpt = (value: unknown): unknown => (typeof value === 'string' ? value.slice(0, excerptLength) : undefined);

/** For tests and for code paths that must not speak. */
export const silentLogger: Logger = pino({ level: 'silent' });
