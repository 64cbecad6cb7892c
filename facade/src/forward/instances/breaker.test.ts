import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { Breaker, type BreakerState, type Pass, type Verdict } from './breaker.ts';

const policy = {
  enabled: true,
  failures: 3,
  ratioPercent: 50,
  minimumCount: 6,
  windowMs: 1_000,
  openMs: 100,
  maxOpenMs: 300,
};

function aBreaker(overrides: Partial<typeof policy> = {}) {
  const turns: BreakerState[] = [];
  const breaker = new Breaker({ ...policy, ...overrides }, (to) => turns.push(to));
  const sendAt = (nowMs: number, verdict: Verdict): void => breaker.record(breaker.pass(nowMs), verdict, nowMs);
  return { breaker, turns, sendAt };
}

describe('a breaker', () => {
  test('opens at failures in a row, and a success breaks the row', () => {
    const { breaker, sendAt } = aBreaker({ minimumCount: 100 });
    for (const verdict of ['failure', 'failure', 'success', 'failure', 'failure'] as const) sendAt(0, verdict);
    expect(breaker.state).toBe('closed');
    sendAt(0, 'failure');
    expect([breaker.state, breaker.mayPass(99), breaker.mayPass(100)]).toEqual(['open', false, true]);
  });

  test('opens at a share of failures within the window, once there are enough requests', () => {
    const { breaker, sendAt } = aBreaker();
    for (const verdict of ['failure', 'success', 'failure', 'success', 'success'] as const) sendAt(0, verdict);
    expect(breaker.state).toBe('closed');
    sendAt(0, 'failure');
    expect(breaker.state).toBe('open');
  });

  test('forgets failures that are older than the window', () => {
    const { breaker, sendAt } = aBreaker();
    for (const verdict of ['failure', 'success', 'failure', 'success'] as const) sendAt(0, verdict);
    for (const verdict of ['success', 'success', 'failure', 'success', 'success'] as const) sendAt(1_100, verdict);
    expect(breaker.state).toBe('closed');
  });

  test('is not moved by what says nothing about the instance', () => {
    const { breaker, sendAt } = aBreaker();
    for (let count = 0; count < 100; count += 1) sendAt(0, 'neutral');
    expect(breaker.state).toBe('closed');
  });

  test('lets one probe at a time pass; a failed one opens it for longer, up to a bound, a good one closes it', () => {
    const { breaker, turns, sendAt } = aBreaker();
    for (let count = 0; count < 3; count += 1) sendAt(0, 'failure');
    const lengths: number[] = [];
    let nowMs = 0;
    for (let count = 0; count < 4; count += 1) {
      lengths.push(breaker.openMs);
      nowMs += breaker.openMs;
      const probe = breaker.pass(nowMs);
      expect([probe.isProbe, breaker.mayPass(nowMs)]).toEqual([true, false]);
      breaker.record(probe, 'failure', nowMs);
    }
    expect(lengths).toEqual([100, 200, 300, 300]);
    sendAt(nowMs + 300, 'success');
    expect([breaker.state, breaker.openMs, turns.slice(-2)]).toEqual(['closed', 0, ['half-open', 'closed']]);
  });

  test('gives the probe away again when it said nothing', () => {
    const { breaker, sendAt } = aBreaker();
    for (let count = 0; count < 3; count += 1) sendAt(0, 'failure');
    sendAt(100, 'neutral');
    expect([breaker.state, breaker.mayPass(100)]).toEqual(['half-open', true]);
  });

  test('does not listen to what was sent before it opened', () => {
    const { breaker, sendAt } = aBreaker();
    const early = [breaker.pass(0), breaker.pass(0)] as const;
    for (let count = 0; count < 3; count += 1) sendAt(0, 'failure');
    breaker.record(early[0], 'success', 50);
    expect(breaker.state).toBe('open');
    sendAt(100, 'success');
    breaker.record(early[1], 'failure', 100);
    sendAt(100, 'failure');
    sendAt(100, 'failure');
    expect(breaker.state).toBe('closed');
  });

  test('that is not enabled never opens', () => {
    const { breaker, sendAt } = aBreaker({ enabled: false });
    for (let count = 0; count < 100; count += 1) sendAt(0, 'failure');
    expect(breaker.state).toBe('closed');
  });
});

/** The rules in their plainest form: everything that happened, in one list. */
interface Model {
  nowMs: number;
  state: BreakerState;
  untilMs: number;
  openMs: number;
  /** Passes that are out, of the present time between two openings. */
  live: Set<Pass>;
  probe: Pass | undefined;
  all: Pass[];
  heard: { readonly atMs: number; readonly isFailure: boolean }[];
}

class Wait implements fc.Command<Model, Breaker> {
  readonly #forMs: number;
  constructor(forMs: number) {
    this.#forMs = forMs;
  }
  check = (): boolean => true;
  run(model: Model): void {
    model.nowMs += this.#forMs;
  }
  toString = (): string => `wait ${this.#forMs}`;
}

class Send implements fc.Command<Model, Breaker> {
  check = (): boolean => true;
  run(model: Model, breaker: Breaker): void {
    const isDue = model.state === 'open' && model.nowMs >= model.untilMs;
    const may = model.state === 'closed' || isDue || (model.state === 'half-open' && model.probe === undefined);
    expect(breaker.mayPass(model.nowMs)).toBe(may);
    if (!may) return;
    if (isDue) model.state = 'half-open';
    const pass = breaker.pass(model.nowMs);
    expect(pass.isProbe).toBe(model.state === 'half-open');
    if (pass.isProbe) model.probe = pass;
    model.live.add(pass);
    model.all.push(pass);
  }
  toString = (): string => 'send';
}

class End implements fc.Command<Model, Breaker> {
  readonly #which: number;
  readonly #verdict: Verdict;
  constructor(which: number, verdict: Verdict) {
    this.#which = which;
    this.#verdict = verdict;
  }
  check = ({ all }: Readonly<Model>): boolean => all.length > 0;
  run(model: Model, breaker: Breaker): void {
    const [pass] = model.all.splice(this.#which % model.all.length, 1);
    if (!pass) return;
    breaker.record(pass, this.#verdict, model.nowMs);
    if (model.live.delete(pass)) listen(model, pass, this.#verdict);
    expect(breaker.state).toBe(model.state);
  }
  toString = (): string => `end ${this.#which} ${this.#verdict}`;
}

function listen(model: Model, pass: Pass, verdict: Verdict): void {
  if (pass === model.probe) {
    model.probe = undefined;
    if (verdict === 'failure') openModel(model);
    else if (verdict === 'success') Object.assign(model, { state: 'closed', openMs: 0, heard: [], live: new Set() });
    return;
  }
  if (verdict === 'neutral') return;
  model.heard.push({ atMs: model.nowMs, isFailure: verdict === 'failure' });
  if (verdict === 'failure' && isTooMuch(model)) openModel(model);
}

function isTooMuch({ heard, nowMs }: Model): boolean {
  const partMs = policy.windowMs / 10;
  const recent = heard.filter(({ atMs }) => Math.floor(atMs / partMs) > Math.floor(nowMs / partMs) - 10);
  const failureCount = recent.filter(({ isFailure }) => isFailure).length;
  const isRow = heard.length >= policy.failures && heard.slice(-policy.failures).every(({ isFailure }) => isFailure);
  return isRow || (recent.length >= policy.minimumCount && failureCount / recent.length >= policy.ratioPercent / 100);
}

function openModel(model: Model): void {
  model.openMs = Math.min(model.openMs === 0 ? policy.openMs : model.openMs * 2, policy.maxOpenMs);
  Object.assign(model, { state: 'open', untilMs: model.nowMs + model.openMs, probe: undefined, live: new Set() });
}

const verdicts = fc.constantFrom<Verdict>('success', 'failure', 'failure', 'neutral');
const initially: BreakerState = 'closed';
const commands = fc.commands(
  [
    fc.constant(new Send()),
    fc.tuple(fc.nat(9), verdicts).map(([which, verdict]) => new End(which, verdict)),
    fc.constantFrom(1, 40, 100, 250, 1_100).map((forMs) => new Wait(forMs)),
  ],
  { size: '+2' },
);

test.prop([commands], { numRuns: 300 })('does what the list of all that happened says, whatever happens', (run) => {
  fc.modelRun(
    () => ({
      model: {
        nowMs: 0,
        state: initially,
        untilMs: 0,
        openMs: 0,
        live: new Set<Pass>(),
        probe: undefined,
        all: [],
        heard: [],
      },
      real: new Breaker(policy, () => undefined),
    }),
    run,
  );
});
