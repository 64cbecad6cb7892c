import { afterEach, expect, test } from 'vitest';
import { BanyanError } from '@banyan/platform';
import { eventually } from '../../testing/eventually.ts';
import { systemLookUp, watchAddresses } from './watch-addresses.ts';

class NameNotFound extends BanyanError {
  constructor() {
    super('ENOTFOUND', 'There is no such name.', { remedy: 'None.' });
  }
}

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** Looks up what `answer` says at the moment. */
function watching(answer: { addresses: readonly string[] | undefined }) {
  const seen: (readonly string[])[] = [];
  const failures: string[] = [];
  let lookUpCount = 0;
  const { stop } = watchAddresses({
    host: 'trips.internal',
    refreshMs: 1,
    lookUp: () => {
      lookUpCount += 1;
      return answer.addresses ? Promise.resolve(answer.addresses) : Promise.reject(new NameNotFound());
    },
    onAddresses: (addresses) => seen.push(addresses),
    onFailure: (code) => failures.push(code),
  });
  stops.push(stop);
  const passed = async (): Promise<void> => {
    const from = lookUpCount;
    await eventually(() => expect(lookUpCount).toBeGreaterThan(from + 2));
  };
  return { seen, failures, passed };
}

test('addresses are told when they change, whatever their order', async () => {
  const answer = { addresses: ['10.0.0.2', '10.0.0.1'] };
  const { seen, passed } = watching(answer);
  await passed();
  answer.addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.1'];
  await passed();
  answer.addresses = ['10.0.0.3'];
  await passed();
  expect(seen).toEqual([['10.0.0.1', '10.0.0.2'], ['10.0.0.3']]);
});

test('IPv4 addresses are taken where there are any: the others name the same servers', async () => {
  const answer = { addresses: ['2001:db8::1', '10.0.0.1'] };
  const { seen, passed } = watching(answer);
  await passed();
  answer.addresses = ['2001:db8::2', '2001:db8::1'];
  await passed();
  expect(seen).toEqual([['10.0.0.1'], ['2001:db8::1', '2001:db8::2']]);
});

test('a failure is told once and changes nothing', async () => {
  const answer: { addresses: readonly string[] | undefined } = { addresses: ['10.0.0.1'] };
  const { seen, failures, passed } = watching(answer);
  await passed();
  answer.addresses = undefined;
  await passed();
  answer.addresses = [];
  await passed();
  answer.addresses = ['10.0.0.1'];
  await passed();
  expect([seen, failures]).toEqual([[['10.0.0.1']], ['ENOTFOUND']]);
});

test('the system knows names of its hosts file', async () => {
  expect(await systemLookUp('localhost')).toContain('127.0.0.1');
  await expect(systemLookUp('no-such-host.invalid')).rejects.toThrow();
});
