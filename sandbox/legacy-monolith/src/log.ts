import { pino, type Logger } from 'pino';

export type Log = Logger;

export function createLog(level: string): Log {
  return pino({ name: 'legacy-monolith', level, redact: ['*.password', '*.token', '*.authorization'] });
}
