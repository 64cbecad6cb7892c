import { randomHex } from './random-hex.ts';

/** W3C Trace Context, level 1. @see https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero: the span that calls. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

// Version ff is forbidden; 00 ends after the flags (52 characters after the first dash), later versions may go on after a dash.
const pattern =
  /^(?:00(?=-.{52}$)|(?!00|ff)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** @returns undefined when the header is absent or malformed; the caller then starts a new trace, as the standard asks */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  if (header === undefined) return undefined;
  const [, traceId, spanId, flags] = pattern.exec(header) ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** The context for a call made on behalf of `parent`: same trace, new span; without a parent a new, sampled trace. */
export function childTrace(parent: TraceContext | undefined): TraceContext {
  if (parent) return { ...parent, spanId: randomHex(8) };
  const digits = randomHex(24);
  return { traceId: digits.slice(0, 32), spanId: digits.slice(32), isSampled: true };
}
