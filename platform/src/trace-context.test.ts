import { describe, expect, test } from 'vitest';
import { childTrace, formatTraceparent, parseTraceparent } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('a traceparent is read', () => {
  test.each([
    ['sampled', `00-${traceId}-${spanId}-01`, true],
    ['not sampled', `00-${traceId}-${spanId}-00`, false],
    ['with flags of later levels', `00-${traceId}-${spanId}-03`, true],
    ['of a later version', `cc-${traceId}-${spanId}-01`, true],
    ['of a later version with more fields', `cc-${traceId}-${spanId}-01-what-the-future-brings`, true],
  ])('%s', (_name, header, isSampled) => {
    expect(parseTraceparent(header)).toEqual({ traceId, spanId, isSampled });
  });
});

describe('a traceparent starts a new trace when it', () => {
  test.each([
    ['is absent', undefined],
    ['is empty', ''],
    ['has the forbidden version', `ff-${traceId}-${spanId}-01`],
    ['is of version 00 with more fields', `00-${traceId}-${spanId}-01-more`],
    ['ends in a dash', `00-${traceId}-${spanId}-01-`],
    ['is of a later version with more characters but no dash', `cc-${traceId}-${spanId}-01.more`],
    ['has a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['has a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['has upper-case digits', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['has a short trace id', `00-${traceId.slice(1)}-${spanId}-01`],
    ['has a long version', `000-${traceId}-${spanId}-01`],
    ['has no hex flags', `00-${traceId}-${spanId}-0x`],
    ['was sent twice', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
  ])('%s', (_name, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });
});

describe('a call on behalf of a request', () => {
  test('keeps its trace and decision and has a span of its own', () => {
    const parent = { traceId, spanId, isSampled: false };
    const child = childTrace(parent);
    expect(child).toMatchObject({ traceId, isSampled: false });
    expect(child.spanId).not.toBe(spanId);
  });

  test('starts a sampled trace when there is none, in the form that others read', () => {
    const trace = childTrace(undefined);
    expect(trace.isSampled).toBe(true);
    expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
  });
});
