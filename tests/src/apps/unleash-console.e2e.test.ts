import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createUnleashAdmin } from '@banyan/control';
import { startUnleash, type RunningUnleash } from '@banyan/sandbox';
import { startFacadeProcess, type FacadeProcess } from '../harness/facade-process.ts';
import { findBrowser, mustRun, openBrowser } from './browser.ts';
import { openWatchedPage, type WatchedPage } from './watched-page.ts';

const executable = findBrowser();
const opened: (() => Promise<unknown>)[] = [];
let unleash: RunningUnleash;
let facade: FacadeProcess;
let browser: Browser;
let watched: WatchedPage;

const rules = (url: string): string => `
version: 1
upstreams:
  unleash: { side: legacy, url: '${url}' }
defaults: { upstream: unleash }
routes:
  - { id: api, methods: [ANY], path: '/api/{rest*}', upstream: unleash }
  - { id: auth, methods: [ANY], path: '/auth/{rest*}', upstream: unleash }
  - { id: pages, methods: [GET], path: '/{rest*}', upstream: unleash }
`;

describe.runIf(mustRun(executable))("Unleash's own web console behind the facade, in Chromium", () => {
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'banyan-console-'));
    opened.push(() => rm(folder, { recursive: true, force: true }));
    unleash = await startUnleash({ folder });
    opened.push(() => unleash.stop());
    facade = await startFacadeProcess({ folder, rules: rules(unleash.url) });
    opened.push(facade.stop);
    browser = await openBrowser(executable);
    opened.push(() => browser.close());
    watched = await openWatchedPage(browser, facade.url);
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const path = join(await mkdtemp(join(tmpdir(), 'banyan-screenshot-')), 'page.png');
    await watched.page.screenshot({ path });
    process.stderr.write(`The page as it was when "${task.name}" failed: ${path}\n`);
  });

  afterAll(async () => {
    for (const close of opened.toReversed()) await close();
  });

  test('the administrator logs in', async () => {
    const { page } = watched;
    await page.goto(facade.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByLabel('Password').fill(unleash.adminPassword.reveal());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: "Got it, let's get started!" }).click();
    await page.getByRole('link', { name: 'Projects', exact: true }).waitFor();
    expect(await page.context().cookies()).toMatchObject([{ name: 'unleash-session', domain: '127.0.0.1' }]);
  });

  test('creates a flag by the form, and the server has it', async () => {
    const { page } = watched;
    await page.goto(`${facade.url}/projects/default`);
    await page.getByRole('button', { name: 'New feature flag' }).click();
    const form = page.getByRole('dialog');
    await form.locator('input[type=text]').fill('made.behind-the-facade');
    await form.getByRole('button', { name: 'Create feature flag' }).click();
    await page.getByRole('heading', { name: 'made.behind-the-facade' }).waitFor();

    const flags = await createUnleashAdmin({ url: unleash.url, token: unleash.adminToken }).list();
    expect(flags.map(({ flag }) => flag)).toContain('made.behind-the-facade');
    // And through the facade as a program asks for it.
    const headers = { authorization: unleash.clientToken.reveal() };
    const answer = await fetch(`${facade.url}/api/client/features/made.behind-the-facade`, { headers });
    expect(await answer.json()).toMatchObject({ name: 'made.behind-the-facade', enabled: false });
  });

  test('every answer came through the facade, and none failed', () => {
    const answers = watched.answers();
    expect(answers.length).toBeGreaterThan(40);
    expect(answers.filter(({ side }) => side !== 'legacy')).toEqual([]);
    expect(answers).toContainEqual({ method: 'POST', path: '/auth/simple/login', status: 200, side: 'legacy' });
    // Whoever is not logged in yet is told so; the page asks before it shows its form.
    const failed = answers.filter(({ status }) => status >= 400);
    expect(failed.filter(({ path, status }) => !(path.startsWith('/api/admin/') && status === 401))).toEqual([]);
    expect(watched.failures().filter((text) => !text.includes('401'))).toEqual([]);
    expect(watched.outsideHosts().filter((host) => !/^(fonts\.googleapis|gravatar)\.com$/.test(host))).toEqual([]);
  });

  test('the facade completed every exchange and had nothing to complain about', () => {
    const served = facade.served();
    expect(served.length).toBeGreaterThan(40);
    expect(new Set(served.map(({ rule }) => rule))).toEqual(new Set(['api', 'auth', 'pages']));
    expect(served.filter(({ outcome }) => outcome !== 'completed' && !outcome.startsWith('client-aborted'))).toEqual(
      [],
    );
    expect(facade.complaints()).toEqual([]);
  });
});
