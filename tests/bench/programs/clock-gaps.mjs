// What a core does to a program that only wants to go on: JSON with every gap between two readings of the clock above a limit.
// Reading the clock makes garbage: there must be room for all of it (--min-semi-space-size), or collecting it is seen as gaps.
import { readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const [secondsText, leastGapText] = process.argv.slice(2);
const leastGapMs = Number(leastGapText) / 1_000;
const startsMs = new Float64Array(1 << 18).fill(1);
const lengthsMs = new Float64Array(startsMs.length).fill(1);

const collections = [];
new PerformanceObserver((list) => collections.push(...list.getEntries())).observe({ entryTypes: ['gc'] });

/** Far less than a gap, and enough that few readings are needed. */
function spin() {
  let value = 1;
  for (let turn = 0; turn < 500; turn += 1) value = (Math.imul(value, 1_103_515_245) + 12_345) | 0;
  return value;
}

function watch(seconds) {
  let gapCount = 0;
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1_000;
  let lastMs = beganMs;
  while (lastMs < endMs) {
    spin();
    const nowMs = performance.now();
    if (nowMs - lastMs > leastGapMs && gapCount < startsMs.length) {
      startsMs[gapCount] = lastMs - beganMs;
      lengthsMs[gapCount] = nowMs - lastMs;
      gapCount += 1;
    }
    lastMs = nowMs;
  }
  return { beganMs, lengthMs: lastMs - beganMs, gapCount };
}

/** How long this thread was ready to run while the system let another one run on its core. */
const waitedMs = () => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;

// Twice, so that the loop is compiled before it counts.
for (let time = 0; time < 2; time += 1) watch(0.3);
const waitedBeforeMs = waitedMs();
const { beganMs, lengthMs, gapCount } = watch(Number(secondsText));
const takenMs = waitedMs() - waitedBeforeMs;
// They are told of from the event loop.
await pause(50);
const own = collections.filter(({ startTime }) => startTime >= beganMs && startTime <= beganMs + lengthMs);
if (own.length > 0) throw new TypeError(`${own.length} collections of garbage are among the gaps`);

const inMicros = (ms) => Math.round(ms * 10_000) / 10;
const gaps = Array.from({ length: gapCount }, (_, index) => ({
  startMicros: inMicros(startsMs[index]),
  lengthMicros: inMicros(lengthsMs[index]),
}));
process.stdout.write(JSON.stringify({ lengthMicros: inMicros(lengthMs), takenMicros: inMicros(takenMs), gaps }));
