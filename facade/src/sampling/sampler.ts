import { createHmac, randomBytes, randomInt } from 'node:crypto';
import {
  mergeWords,
  pseudonymMark,
  wordsOf,
  type FlagReader,
  type RuleWords,
  type SampleHeader,
} from '@banyan/routing-rules';
import type { Caller, Identify } from '../identity/identify.ts';
import type { RulesInForce } from '../rules-file/rules-in-force.ts';
import type { Passing, TrafficTap } from './passing.ts';
import { createReservoir, type Reservoir } from './reservoir.ts';
import { sampledLine, type Includes, type WordSets } from './sampled-line.ts';

export interface SampleOrder {
  readonly seconds: number;
  readonly count: number;
  readonly includes: Includes;
  /** Of rules that are not in force yet: what they say may stand in the sample too. */
  readonly words: RuleWords | undefined;
  /** Base64url; drawn when there is none. */
  readonly pseudonymKey?: string | undefined;
}

/** Takes one sample at a time and keeps it in memory: until the next one, or for ten minutes. */
export interface Sampler {
  readonly tap: TrafficTap;
  /** @returns undefined while another sample is being taken */
  start(order: SampleOrder): SampleHeader | undefined;
  /** The sample as far as it is taken, one JSON document a line, the header first; undefined when there is none. */
  text(): string | undefined;
  /** Ends and forgets it; false when there is none. */
  forget(): boolean;
}

export interface SamplerParts {
  readonly rules: () => RulesInForce;
  readonly flags: () => FlagReader;
  readonly identify: Identify;
  readonly now: () => string;
}

const bytesLimit = 8 * 1_048_576;
const keptMs = 600_000;

export function createSampler(parts: SamplerParts): Sampler {
  return new OneSampler(parts);
}

interface Sample {
  readonly order: SampleOrder;
  readonly startedAt: string;
  readonly revision: string;
  readonly words: WordSets;
  readonly pseudonymOf: (text: string) => string;
  readonly lines: Reservoir;
  endedAt: string | null;
  timer: NodeJS.Timeout;
}

class OneSampler implements Sampler {
  readonly tap: TrafficTap & { isOpen: boolean };
  readonly #parts: SamplerParts;
  #sample: Sample | undefined;

  constructor(parts: SamplerParts) {
    this.#parts = parts;
    this.tap = { isOpen: false, take: (passing) => this.#take(passing) };
  }

  start(order: SampleOrder): SampleHeader | undefined {
    if (this.tap.isOpen) return undefined;
    this.forget();
    const { table, revision } = this.#parts.rules();
    const sample: Sample = {
      order,
      startedAt: this.#parts.now(),
      revision,
      words: setsOf(order.words ? mergeWords(wordsOf(table), order.words) : wordsOf(table)),
      pseudonymOf: createPseudonyms(order.pseudonymKey),
      lines: createReservoir({ countLimit: order.count, bytesLimit, randomBelow: (limit) => randomInt(limit) }),
      endedAt: null,
      timer: setTimeout(() => this.#end(), order.seconds * 1_000).unref(),
    };
    this.#sample = sample;
    this.tap.isOpen = true;
    return headerOf(sample);
  }

  text(): string | undefined {
    const sample = this.#sample;
    return sample && `${[JSON.stringify(headerOf(sample)), ...sample.lines.all()].join('\n')}\n`;
  }

  forget(): boolean {
    const had = this.#sample !== undefined;
    clearTimeout(this.#sample?.timer);
    this.tap.isOpen = false;
    this.#sample = undefined;
    return had;
  }

  #end(): void {
    this.tap.isOpen = false;
    if (!this.#sample) return;
    this.#sample.endedAt = this.#parts.now();
    this.#sample.timer = setTimeout(() => this.forget(), keptMs).unref();
  }

  #take(passing: Passing): void {
    const sample = this.#sample;
    const put = sample?.lines.claim();
    if (!sample || !put) return;
    const { order, words, pseudonymOf } = sample;
    const write = (caller: Caller): void => {
      const line = sampledLine(
        { ...passing, caller },
        { words, pseudonymOf, includes: order.includes, flags: this.#parts.flags() },
      );
      put(JSON.stringify(line));
    };
    // A sample is never a reason not to serve: a line that cannot be made is a line less.
    void Promise.resolve(this.#callerOf(passing))
      .then(write)
      .catch(() => undefined);
  }

  /** The walk asks who calls only where that decides; new rules may ask everywhere. */
  #callerOf({ caller, approach, match }: Passing): Caller | Promise<Caller> {
    if (caller.source !== 'not-asked') return caller;
    const { table } = this.#parts.rules();
    const moving = table.routes.find(({ target }) => target.kind === 'capability');
    if (!moving) return caller;
    const subject = match.kind === 'matched' ? match.route.subject : table.defaultSubject;
    return this.#parts.identify(approach, { kind: 'matched', route: { ...moving, subject }, params: {} });
  }
}

function headerOf({ order, startedAt, endedAt, revision, lines }: Sample): SampleHeader {
  const counts = { seenCount: lines.seenCount(), lineCount: lines.all().length };
  return { kind: 'sample', version: 1, startedAt, endedAt, revision, ...counts, includes: order.includes };
}

/** The key lives as long as the sample: nobody can compute the pseudonym of a user, and two samples cannot be joined. */
function createPseudonyms(given: string | undefined): (text: string) => string {
  const key = given === undefined ? randomBytes(32) : Buffer.from(given, 'base64url');
  return (text) => pseudonymMark + createHmac('sha256', key).update(text).digest('base64url').slice(0, 12);
}

function setsOf(words: RuleWords): WordSets {
  return {
    segments: new Set(words.segments),
    headers: new Set(words.headers),
    mediaTypes: new Set(words.mediaTypes),
    scopeHeaders: new Set(words.scopeHeaders),
    scopeParents: new Set(words.scopeParents),
    salts: new Set(words.salts),
    flags: new Set(words.flags),
  };
}
