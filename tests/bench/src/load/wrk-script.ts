/** Marks the line of the report among what wrk prints. */
export const reportMark = 'BENCH ';

/** Sends the given requests in turn, byte for byte, and reports in JSON; times in microseconds. */
export function wrkScript(requests: readonly string[]): string {
  return `local requests = {
${requests.map((request) => `  ${luaText(request)},`).join('\n')}
}
local last = 0
function request()
  last = last % #requests + 1
  return requests[last]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '${reportMark}{"requestCount":%d,"durationMicros":%d,"byteCount":%d,"failedCount":%d,"p50Micros":%d,"p90Micros":%d,"p99Micros":%d,"maxMicros":%d}\\n',
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
`;
}

function luaText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\r', '\\r').replaceAll('\n', '\\n')}"`;
}
