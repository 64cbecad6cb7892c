import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { startFacade } from './testing/facade.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

test('an operator sees the state of each instance, and every change of it as a line', async () => {
  let isBroken = true;
  const side = await sides.raw((socket) => {
    if (isBroken) socket.resetAndDestroy();
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const rules = `
version: 1
upstreams:
  legacy:
    side: legacy
    url: ${side.origin}
    breaker: { failures: 2, openMs: 300 }
defaults: { upstream: legacy }
`;
  const facade = await startFacade({ rules });
  sides.onClose(() => facade.close());
  const instance = new URL(side.origin).host;
  const stateNow = async (): Promise<unknown> => {
    const { body } = await facade.admin('GET', '/status');
    return (body as { upstreams: { instances: { state: string }[] }[] }).upstreams[0]?.instances[0]?.state;
  };
  const metric = async (name: string): Promise<string | undefined> =>
    String((await facade.admin('GET', '/metrics')).body)
      .split('\n')
      .find((line) => line.startsWith(name));
  expect(await stateNow()).toBe('in-use');

  const answers: Response[] = [];
  for (let count = 0; count < 3; count += 1) answers.push(await fetch(`${facade.url}/a`, { method: 'POST' }));
  expect(answers.map(({ status }) => status)).toEqual([502, 502, 503]);
  expect(answers[2]?.headers.get('retry-after')).toBe('1');
  expect(await stateNow()).toBe('open');
  expect(await metric('facade_upstream_instance_state')).toBe(
    `facade_upstream_instance_state{upstream="legacy",instance="${instance}"} 4`,
  );

  isBroken = false;
  await eventually(async () => expect((await fetch(`${facade.url}/a`, { method: 'POST' })).status).toBe(200));
  expect(await stateNow()).toBe('in-use');
  expect(await metric('facade_upstream_instance_state')).toMatch(/ 0$/);
  const turns = facade.lines.filter(({ event }) => event === 'upstream.breaker-turned');
  expect(turns).toMatchObject([
    { upstream: 'legacy', instance, to: 'open', openMs: 300 },
    { upstream: 'legacy', instance, to: 'half-open' },
    { upstream: 'legacy', instance, to: 'closed' },
  ]);
  expect(await metric('facade_upstream_breaker_turns_total')).toMatch(/to="open"} 1$/);
});
