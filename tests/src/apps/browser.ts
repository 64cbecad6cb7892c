import { existsSync } from 'node:fs';
import { isContinuousIntegration } from '@banyan/sandbox';
import { chromium, type Browser } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Nothing but what the test asks for: no updates, no accounts, no calls home. */
const quiet = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Undefined where there is none, with the reason printed once; a machine that checks every change must have one. */
export function findBrowser(): string | undefined {
  const found = places.find((place) => existsSync(place));
  if (found === undefined && !isContinuousIntegration())
    process.stderr.write(
      'Browser tests do not run: there is no Chromium. Install it (Debian: apt-get install chromium).\n',
    );
  return found;
}

/** Whether the tests in a browser run: where every change is checked they do, and fail without one. */
export const mustRun = (browser: string | undefined): boolean => browser !== undefined || isContinuousIntegration();

export async function openBrowser(executablePath: string | undefined): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath ?? places[0] ?? '', args: quiet });
}
