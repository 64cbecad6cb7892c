import { describe, expect, test } from 'vitest';
import { createLogger, logSeries } from './logger.ts';
import { captureLog } from './testing/index.ts';

describe('a series of log lines', () => {
  const series = {
    fields: { event: 'request.served', rule: 'trips "all"', count: 2, none: undefined },
    varying: ['requestId', 'durationMs', 'code'],
    message: 'request served',
  };

  test('has the fields that the logger would give it', () => {
    const { log, lines } = captureLog();
    logSeries(log, 'info', series)('id-1', 1.5, undefined);
    log.info({ ...series.fields, requestId: 'id-1', durationMs: 1.5, code: undefined }, series.message);
    const [fast, usual] = lines.map((line) => ({ ...line, time: undefined }));
    expect(fast).toEqual(usual);
  });

  test('writes any text as JSON', () => {
    const { log, lines } = captureLog();
    const text = 'a"b\\c\n\u{1f333}';
    logSeries(log, 'info', series)(text, Number.NaN, text);
    expect(lines).toMatchObject([{ requestId: text, durationMs: null, code: text }]);
  });

  test('writes what is said to be plain as it is', () => {
    const { log, lines } = captureLog();
    logSeries(log, 'info', { ...series, plain: ['requestId'] })('id-1', 1.5, 'a"b');
    expect(lines).toMatchObject([{ requestId: 'id-1', durationMs: 1.5, code: 'a"b' }]);
  });

  test('hides the values of keys that name a secret', () => {
    const { log, lines } = captureLog();
    const secret = {
      fields: { event: 'a.b', password: 'p' },
      varying: ['apiToken'],
      plain: ['apiToken'],
      message: 'm',
    };
    logSeries(log, 'info', secret)('t');
    expect(lines).toMatchObject([{ password: '[redacted]', apiToken: '[redacted]' }]);
  });

  test('is silent where its level is not written', () => {
    const written: string[] = [];
    const log = createLogger({ name: 'x', level: 'warn', destination: { write: (line) => void written.push(line) } });
    logSeries(log, 'info', series)('id-1', 1, undefined);
    expect(written).toEqual([]);
  });
});
