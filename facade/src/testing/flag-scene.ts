import type { TestContext } from 'vitest';
import { namedSide, startFacade, tripRules, type TestFacade } from './facade.ts';
import { startFakeUnleash, type FakeUnleash, type PollAnswer } from './fake-unleash.ts';
import { createSides } from './sides.ts';

export interface FlagScene {
  readonly unleash: FakeUnleash;
  readonly facade: TestFacade;
  /** One more facade over the same servers. */
  readonly another: (options: FlagSceneOptions) => Promise<TestFacade>;
}

export interface FlagSceneOptions {
  /** What the first polls are answered with. */
  readonly first?: PollAnswer;
  readonly refreshMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Of a facade before this one. */
  readonly folder?: string;
}

/** A facade with both sides, and with an Unleash that has moved user 42. */
export async function startFlagScene(context: TestContext, options: FlagSceneOptions = {}): Promise<FlagScene> {
  const sides = createSides();
  context.onTestFinished(() => sides.close());
  const unleash = await startFakeUnleash();
  sides.onClose(() => unleash.kill());
  unleash.setUsers(['42']);
  unleash.answerAlways(options.first ?? 'flags');
  const [legacy, trips] = await Promise.all([sides.node(namedSide('legacy')), sides.node(namedSide('trips'))]);
  const another = async ({ refreshMs = 100, env, folder }: FlagSceneOptions): Promise<TestFacade> => {
    const flagEnv = {
      FACADE_UNLEASH_URL: unleash.url,
      FACADE_UNLEASH_TOKEN: 'token',
      FACADE_FLAG_REFRESH_MS: String(refreshMs),
      ...env,
    };
    const started = await startFacade({
      rules: tripRules({ legacy, trips }),
      env: flagEnv,
      ...(folder !== undefined && { folder }),
    });
    sides.onClose(() => started.close());
    return started;
  };
  return { unleash, facade: await another(options), another };
}

/** Where requests of users 42 and 43 really go. */
export async function served(facade: TestFacade): Promise<readonly string[]> {
  const texts = ['42', '43'].map(async (user) => {
    const authorization = `Bearer ${await facade.issuer.tokenFor(user)}`;
    return (await fetch(`${facade.url}/trips`, { headers: { authorization } })).text();
  });
  return (await Promise.all(texts)).map((text) => text.split(' ')[0] ?? '');
}

export const readyStatus = async ({ adminUrl }: TestFacade): Promise<number> =>
  (await fetch(`${adminUrl}/ready`)).status;

export const flagsOf = async (facade: TestFacade): Promise<unknown> =>
  ((await facade.admin('GET', '/status')).body as { readonly flags: unknown }).flags;
