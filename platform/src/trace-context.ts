import { randomBytes } from 'node:crypto';

/** W3C Trace Context, level 1. @see https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero: the span that calls. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** @returns undefined when the header is absent or malformed; the caller then starts a new trace, as the standard asks */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const match = pattern.exec(header ?? '');
  if (!match) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = '', rest] = match;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** The context for a call made on behalf of `parent`: same trace, new span; without a parent a new, sampled trace. */
export function childTrace(parent: TraceContext | undefined): TraceContext {
  const spanId = randomBytes(8).toString('hex');
  if (parent) return { ...parent, spanId };
  return { traceId: randomBytes(16).toString('hex'), spanId, isSampled: true };
}
