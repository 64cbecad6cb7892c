import type { Browser, Page } from 'playwright-core';

/** Everything a page asked for, as the browser saw it. */
export interface WatchedPage {
  readonly page: Page;
  /** Answers of the origin under test. */
  readonly answers: () => readonly SeenAnswer[];
  /** Requests to the origin that got no whole answer, and what the console says went wrong there. */
  readonly failures: () => readonly string[];
  /** Hosts that the page wanted besides; they get nothing. */
  readonly outsideHosts: () => readonly string[];
}

export interface SeenAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly side: string | undefined;
}

const actionTimeoutMs = 30_000;

/** A page that can reach one origin and nothing else: a test must not depend on somebody's fonts and pictures. */
export async function openWatchedPage(browser: Browser, origin: string): Promise<WatchedPage> {
  const page = await browser.newPage();
  page.setDefaultTimeout(actionTimeoutMs);
  const answers: SeenAnswer[] = [];
  const failures: string[] = [];
  const outside = new Set<string>();
  const isOurs = (url: string): boolean => url.startsWith(`${origin}/`);

  await page.route(
    (url) => !isOurs(url.href),
    (route) => {
      outside.add(new URL(route.request().url()).host);
      return route.abort();
    },
  );
  page.on('response', (response) => {
    if (!isOurs(response.url())) return;
    const { pathname } = new URL(response.url());
    const side = response.headers()['x-banyan-side'];
    answers.push({ method: response.request().method(), path: pathname, status: response.status(), side });
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // Going to the next page breaks off what the last one had asked for; that is the browser's doing.
    if (isOurs(request.url()) && why !== 'net::ERR_ABORTED') failures.push(`${request.url()}: ${why}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && isOurs(message.location().url)) failures.push(message.text());
  });
  page.on('pageerror', (error) => failures.push(error.message));
  return { page, answers: () => answers, failures: () => failures, outsideHosts: () => [...outside] };
}
