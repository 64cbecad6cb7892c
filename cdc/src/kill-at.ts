/**
 * A failpoint for crash tests: ends the process at once (SIGKILL: nothing is flushed, closed or logged), the n-th time it comes to a moment.
 *
 * @param spec - `legacy/chunk-published#3`: capture or direction, moment, and which time; undefined never kills
 * @param owner - the capture or direction that asks
 */
export function killAt(spec: string | undefined, owner: string): (moment: string) => Promise<void> | undefined {
  const [, name, wanted, times = '1'] = /^([^/]+)\/([^#]+)(?:#(\d+))?$/.exec(spec ?? '') ?? [];
  if (name !== owner) return () => undefined;
  let leftCount = Number(times);
  return (moment) => {
    if (moment !== wanted) return undefined;
    leftCount -= 1;
    if (leftCount > 0) return undefined;
    process.kill(process.pid, 'SIGKILL');
    // The signal may need a moment to arrive; nothing happens until then.
    return new Promise(() => undefined);
  };
}
