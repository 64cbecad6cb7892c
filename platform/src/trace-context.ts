import { randomBytes } from 'node:crypto';

/** W3C Trace Context, level 1. @see https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero: the span that calls. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

const pattern =
  /^(?<version>(?!ff)[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/;

/** @returns undefined when the header is absent or malformed; the caller then starts a new trace, as the standard asks */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const { version, traceId, spanId, flags, rest } = pattern.exec(header ?? '')?.groups ?? {};
  if (!traceId || !spanId || !flags || isAllZero(traceId) || isAllZero(spanId)) return undefined;
  // Later versions may carry more fields; version 00 may not (W3C Trace Context 3.2.4).
  if (version === '00' && rest) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

const isAllZero = (hex: string): boolean => /^0+$/.test(hex);

export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** The context for a call made on behalf of `parent`: same trace, new span; without a parent a new, sampled trace. */
export function childTrace(parent: TraceContext | undefined): TraceContext {
  const spanId = randomBytes(8).toString('hex');
  if (parent) return { ...parent, spanId };
  return { traceId: randomBytes(16).toString('hex'), spanId, isSampled: true };
}
