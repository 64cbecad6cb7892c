import { below, seededRandom, shuffled } from './random.ts';
import { ride, type RideRequest } from './rider.ts';
import { createTrafficCounter, type TrafficCounter, type TrafficCounts } from './traffic-counts.ts';

export interface TrafficOptions {
  readonly facadeUrl: string;
  readonly requestsPerSecond: number;
  /** The same seed sends the same users on the same rides in the same order. */
  readonly seed?: number;
  readonly userCount?: number;
  readonly reportEveryMs?: number;
  readonly onReport: (counts: TrafficCounts) => void;
}

export interface Traffic {
  /** Cuts what is under way and reports a last time. */
  stop(): Promise<void>;
}

const requestTimeoutMs = 10_000;
/** A slow facade makes requests pile up; beyond this many they are skipped and counted. */
const concurrencyLimit = 64;

/** Steady users through the facade: one request every 1/rate second, each the next step of somebody's ride. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { facadeUrl, requestsPerSecond, seed = 42, userCount = 500, reportEveryMs = 10_000, onReport } = options;
  const counter = createTrafficCounter();
  const cut = new AbortController();
  const nextRide = rides({
    seed,
    userCount,
    send: (request) => send(facadeUrl, request, { counter, cut: cut.signal }),
  });
  const idle: AsyncGenerator<void, void>[] = [];
  const underWay = new Set<Promise<void>>();

  function step(): void {
    if (underWay.size >= concurrencyLimit) {
      counter.skipped();
      return;
    }
    const current = idle.shift() ?? nextRide();
    const taken = advance(current).finally(() => underWay.delete(taken));
    underWay.add(taken);
  }

  async function advance(current: AsyncGenerator<void, void>): Promise<void> {
    const { done } = await current.next();
    if (done !== true) idle.push(current);
  }

  const ticks = setInterval(step, 1000 / requestsPerSecond);
  const reports = setInterval(() => onReport(counter.take()), reportEveryMs);
  return {
    async stop() {
      clearInterval(ticks);
      clearInterval(reports);
      cut.abort();
      await Promise.allSettled(underWay);
      onReport(counter.take());
    },
  };
}

interface RidesParts {
  readonly seed: number;
  readonly userCount: number;
  readonly send: (request: RideRequest) => Promise<unknown>;
}

/** Each call begins the ride of the next user; each ride has its own random numbers, so that answers' order changes nothing. */
function rides({ seed, userCount, send }: RidesParts): () => AsyncGenerator<void, void> {
  const random = seededRandom(seed);
  const users = shuffled(random, userCount);
  const tokens = new Map<number, string>();
  let rideCount = 0;
  return () => {
    const userId = users[rideCount % users.length] ?? 1;
    rideCount += 1;
    return ride(userId, { send, tokens, random: seededRandom(below(random, 2 ** 31)) });
  };
}

interface SendParts {
  readonly counter: TrafficCounter;
  readonly cut: AbortSignal;
}

async function send(facadeUrl: string, request: RideRequest, { counter, cut }: SendParts): Promise<unknown> {
  const { method, path, body, token } = request;
  try {
    const response = await fetch(facadeUrl + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([cut, AbortSignal.timeout(requestTimeoutMs)]),
    });
    const text = await response.text();
    counter.answered(response.status, response.headers.get('x-banyan-side'));
    return response.ok && text !== '' ? JSON.parse(text) : undefined;
  } catch {
    if (!cut.aborted) counter.failed();
    return undefined;
  }
}
