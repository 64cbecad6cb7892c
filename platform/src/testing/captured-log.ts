import { createLogger, type LogFields, type Logger } from '../logger.ts';

export interface CapturedLog {
  readonly log: Logger;
  /** Every line so far, parsed, oldest first. */
  readonly lines: readonly (LogFields & { readonly level: string; readonly msg: string })[];
}

/** A real logger whose lines stay in memory. */
export function captureLog(): CapturedLog {
  const lines: CapturedLog['lines'][number][] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as CapturedLog['lines'][number]);
  return { log: createLogger({ name: 'test', level: 'debug', destination: { write } }), lines };
}
