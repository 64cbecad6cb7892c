import { expect, test } from 'vitest';
import { parseReport } from './wrk.ts';
import { wrkScript } from './wrk-script.ts';

const figures =
  '"requestCount":10,"durationMicros":5,"byteCount":9,"failedCount":0,"p50Micros":1,"p90Micros":2,"p99Micros":3,"maxMicros":4';

test('the report is found among what wrk prints for people', () => {
  expect(parseReport(`Running 1s test\nBENCH {${figures}}\n`)).toMatchObject({ requestCount: 10, p99Micros: 3 });
});

test('output without a report is an error that shows the output', () => {
  expect(() => parseReport('unable to connect to 127.0.0.1:1')).toThrow('unable to connect');
});

test('requests go into the script byte for byte', () => {
  expect(wrkScript(['GET /"a\\b" HTTP/1.1\r\n\r\n'])).toContain(String.raw`"GET /\"a\\b\" HTTP/1.1\r\n\r\n"`);
});
