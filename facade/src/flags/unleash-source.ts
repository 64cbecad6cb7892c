import { EventEmitter, once } from 'node:events';
import { Strategy, Unleash, type ClientFeaturesResponse, type Context } from 'unleash-client';
import { messageOf } from '@banyan/platform';
import { FlagAnswers } from './flag-answers.ts';
import { statusOf } from './flag-status.ts';
import type { SavedFlags } from './flag-backup.ts';
import type { FlagSource, FlagStatus } from './flag-source.ts';
import { isInStickyShare, shareStrategies, type ShareStrategy } from './sticky-share.ts';
import type { UnleashSourceParts } from './unleash-source-parts.ts';

const requestTimeoutMs = 10_000;
// Above the time of a request: a server that is slow to answer must get to its answer.
const longestSilenceMs = 12_000;
const noFlagsLeft = 'Unleash knows no flag at all any more';
const bucketProperty = 'banyanBucketKey';
const backupEveryMs = 60_000;
const statistics = /\/client\/(register|metrics)\b/;

/**
 * Flags from an Unleash server through its own SDK. Added here is what the SDK lacks: its poller stops for good after one
 * 401 or 403 and slows down eleven times in a row of 5xx, so a watchdog replaces a poller that has no success. Decisions
 * go on by the last good flags meanwhile.
 */
export function createUnleashSource(parts: UnleashSourceParts): FlagSource {
  return new UnleashSource(parts);
}

class UnleashSource implements FlagSource {
  readonly #parts: UnleashSourceParts;
  readonly #watchdog: NodeJS.Timeout;
  readonly #news = new EventEmitter();
  readonly #answers = new FlagAnswers();
  /** Holds the flags that decide; its polling may have been taken over by another one. */
  #serving: Unleash | undefined;
  #poller: Unleash;
  readonly #startedAtMs: number;
  #pollerStartedAtMs: number;
  #silenceLimitMs: number;
  #confirmedAtMs: number | undefined;
  #savedAtMs = 0;
  #latest: ClientFeaturesResponse | undefined;
  /** The last thing the SDK complained about. */
  #complaint = 'Unleash has not answered yet';
  #isStale = false;
  /** The poller was told that there are no flags, where there were some: it does not decide. */
  #isEmptied = false;
  #saving = Promise.resolve();
  #isClosed = false;

  constructor(parts: UnleashSourceParts) {
    this.#parts = parts;
    this.#silenceLimitMs = parts.silenceLimitMs;
    this.#startedAtMs = parts.nowMs();
    this.#pollerStartedAtMs = this.#startedAtMs;
    this.#poller = this.#startPoller(parts.startWith);
    this.#watchdog = setInterval(this.#watch, Math.min(parts.refreshMs, 1_000)).unref();
  }

  isEnabled(flag: string, scopeKey: string, bucketKey = scopeKey): boolean | undefined {
    // Whoever has one id for constraints and another one for shares has just logged in.
    if (bucketKey !== scopeKey) return this.#work(flag, scopeKey, bucketKey);
    const known = this.#answers.get(flag, scopeKey);
    if (known !== undefined) {
      // Unleash shows how often a flag was on and off.
      this.#serving?.count(flag, known);
      return known;
    }
    const isEnabled = this.#work(flag, scopeKey, scopeKey);
    if (isEnabled !== undefined) this.#answers.set(flag, scopeKey, isEnabled);
    return isEnabled;
  }

  #work(flag: string, scopeKey: string, bucketKey: string): boolean | undefined {
    if (this.definition(flag) === undefined) return undefined;
    // Constraints that name users see the scope; shares go by the bucket's key, whatever their stickiness says.
    const context = { userId: scopeKey, sessionId: bucketKey, properties: { [bucketProperty]: bucketKey } };
    return this.#serving?.isEnabled(flag, context, false);
  }

  definition(flag: string): unknown {
    return this.#serving?.getFeatureToggleDefinition(flag);
  }

  status(): FlagStatus {
    const savedAtMs = this.#serving && this.#parts.startWith?.savedAtMs;
    return statusOf({
      nowMs: this.#parts.nowMs(),
      confirmedAtMs: this.#confirmedAtMs,
      savedAtMs,
      trouble: this.#complaint,
      isStale: this.#isStale,
    });
  }

  async settled(timeoutMs: number): Promise<void> {
    if (this.#confirmedAtMs !== undefined) return;
    await once(this.#news, 'heard', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
  }

  close(): Promise<void> {
    clearInterval(this.#watchdog);
    retire(this.#poller);
    // A poll that is under way may still bring flags.
    this.#isClosed = true;
    return this.#saving;
  }

  #startPoller(startWith: SavedFlags | undefined): Unleash {
    const { url, token, instanceId, refreshMs } = this.#parts;
    const poller = new Unleash({
      ...common,
      url,
      instanceId,
      refreshInterval: refreshMs,
      timeout: requestTimeoutMs,
      customHeaders: { Authorization: token.reveal() },
      storageProvider: {
        get: () => Promise.resolve(startWith?.data as ClientFeaturesResponse | undefined),
        set: (_name, data) => (this.#isEmptied ? Promise.resolve() : this.#save(data)),
      },
    });
    this.#isEmptied = false;
    poller.on('ready', () => {
      this.#serving ??= poller;
      this.#answers.clear();
    });
    poller.on('synchronized', () => this.#takeOver(poller));
    poller.on('changed', (features: readonly unknown[]) => this.#hear(poller, features.length));
    poller.on('unchanged', () => this.#confirm(poller));
    poller.on('error', (err: unknown) => {
      this.#complain(poller, err);
      // One that was replaced says nothing about the one that a start waits for.
      if (poller === this.#poller) this.#news.emit('heard');
    });
    poller.on('warn', (err: unknown) => this.#complain(poller, err));
    return poller;
  }

  /**
   * No flag at all, where there were some, is what a token of another project, or a database that was lost, looks like.
   * Everybody would go to legacy at once; so the last flags stay in force, and grow old.
   */
  #hear(poller: Unleash, featureCount: number): void {
    this.#answers.clear();
    if (poller !== this.#poller) return;
    this.#isEmptied = featureCount === 0 && this.#lastFlags() !== undefined;
    if (!this.#isEmptied) {
      this.#confirm(poller);
      // From the second answer on; the first one is told by `synchronized`, when the SDK is ready to be asked.
      if (poller.isSynchronized()) this.#takeOver(poller);
      return;
    }
    this.#complaint = noFlagsLeft;
    if (poller === this.#serving) this.#serving = holderOf(this.#lastFlags());
    this.#news.emit('heard');
  }

  #lastFlags(): ClientFeaturesResponse | undefined {
    const last = this.#latest ?? (this.#parts.startWith?.data as ClientFeaturesResponse | undefined);
    return last && last.features.length > 0 ? last : undefined;
  }

  // The flags of a poller decide from its first answer on, not before: it starts with nothing.
  #takeOver(poller: Unleash): void {
    if (poller !== this.#poller || this.#isEmptied) return;
    this.#serving = poller;
    this.#answers.clear();
    this.#parts.onChange();
    this.#news.emit('heard');
  }

  #confirm(poller: Unleash): void {
    if (poller !== this.#poller || this.#isEmptied) return;
    const { log, nowMs } = this.#parts;
    if (this.#isStale || this.#confirmedAtMs === undefined)
      log.info({ event: 'flags.synchronized' }, 'the flags come from Unleash');
    this.#isStale = false;
    this.#confirmedAtMs = nowMs();
    this.#silenceLimitMs = this.#parts.silenceLimitMs;
    if (this.#confirmedAtMs - this.#savedAtMs > backupEveryMs) void this.#save(this.#latest);
  }

  #complain(poller: Unleash, complaint: unknown): void {
    const text = messageOf(complaint);
    // What goes wrong with the SDK's usage statistics says nothing about the flags.
    if (poller === this.#poller && !statistics.test(text)) this.#complaint = text;
  }

  readonly #watch = (): void => {
    this.#answers.clear();
    const { nowMs, refreshMs, silenceLimitMs, log, onPollerReplaced } = this.#parts;
    const now = nowMs();
    const confirmedAtMs = this.#confirmedAtMs ?? 0;
    if (!this.#isStale && now - Math.max(confirmedAtMs, this.#startedAtMs) > Math.max(3 * refreshMs, silenceLimitMs)) {
      this.#isStale = true;
      log.warn(
        { event: 'flags.stale', problem: this.#complaint },
        'no good answer from Unleash; decisions stay as they were',
      );
    }
    if (now - Math.max(confirmedAtMs, this.#pollerStartedAtMs) < this.#silenceLimitMs) return;
    retire(this.#poller);
    this.#silenceLimitMs = Math.min(this.#silenceLimitMs * 2, longestSilenceMs);
    this.#pollerStartedAtMs = now;
    this.#poller = this.#startPoller(undefined);
    onPollerReplaced();
  };

  #save(data: ClientFeaturesResponse | undefined): Promise<void> {
    if (!data || this.#isClosed) return Promise.resolve();
    this.#latest = data;
    this.#savedAtMs = this.#parts.nowMs();
    const saved = { savedAtMs: this.#savedAtMs, data };
    return (this.#saving = this.#saving.then(() => this.#write(saved)));
  }

  async #write(flags: SavedFlags): Promise<void> {
    try {
      await this.#parts.backup.save(flags);
    } catch (err) {
      // This process has the flags; only a start without Unleash will not find them.
      this.#parts.log.warn({ event: 'flags.backup-failed', err }, 'the flag backup cannot be written');
    }
  }
}

class StickyStrategy extends Strategy {
  readonly #share: ShareStrategy;

  constructor(share: ShareStrategy) {
    super(share.name);
    this.#share = share;
  }

  override isEnabled(parameters: Readonly<Record<string, unknown>>, context: Context): boolean {
    const bucketKey = context.properties?.[bucketProperty];
    const { featureToggle = '' } = context as { readonly featureToggle?: string };
    return isInStickyShare(this.#share, parameters, typeof bucketKey === 'string' ? bucketKey : '', featureToggle);
  }
}

const common = {
  appName: 'banyan-facade',
  skipInstanceCountWarning: true,
  // Before those of the SDK with the same names.
  strategies: shareStrategies.map((share) => new StickyStrategy(share)),
};

/** Flags that nobody polls for. They are there before the next event of the process: nothing is decided in between. */
function holderOf(flags: ClientFeaturesResponse | undefined): Unleash {
  const holder = new Unleash({
    ...common,
    url: 'http://127.0.0.1:9/api',
    refreshInterval: 0,
    disableMetrics: true,
    storageProvider: { get: () => Promise.resolve(flags), set: () => Promise.resolve() },
  });
  // What the SDK finds wrong with a flag when it is asked must not end the process.
  return holder.on('error', () => undefined);
}

/** Ends a poller; the flags it holds can still be read. */
function retire(poller: Unleash): void {
  const repository: unknown = Reflect.get(poller, 'repository');
  poller.destroy();
  // destroy() takes away the listeners of a poll that may be under way; when that fails, its `error` event would end the process.
  if (repository instanceof EventEmitter) repository.on('error', () => undefined);
}
