import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

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

// The last net; the first one is that nobody hands such values to the logger.
const redactedPaths = ['authorization', 'cookie', 'password', 'token', 'secret', '["set-cookie"]'].flatMap((name) =>
  name.startsWith('[') ? [name, `*${name}`, `*.*${name}`] : [name, `*.${name}`, `*.*.${name}`],
);
const lineBytesLimit = 8192;

export interface LoggerOptions {
  /** The process, for example `facade`. */
  readonly name: string;
  readonly level: LogLevel;
  /** Where lines go; by default standard output, written asynchronously. */
  readonly destination?: DestinationStream;
}

export function createLogger({ name, level, destination = pino.destination({ sync: false }) }: LoggerOptions): Logger {
  const logger: PinoLogger = pino(
    {
      name,
      level,
      base: { name },
      redact: { paths: redactedPaths, censor: '[redacted]' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    boundedLines(destination),
  );
  return logger;
}

/** Cuts a line that is too long into a valid JSON line that says so: one message can never fill the disk. */
function boundedLines(destination: DestinationStream): DestinationStream {
  return {
    write(line: string) {
      const cut = { level: 'warn', event: 'log.cut', sizeBytes: line.length, head: line.slice(0, 1024) };
      destination.write(line.length <= lineBytesLimit ? line : `${JSON.stringify(cut)}\n`);
    },
  };
}

/** For tests and for code paths that must not speak. */
export const silentLogger: Logger = pino({ level: 'silent' });
