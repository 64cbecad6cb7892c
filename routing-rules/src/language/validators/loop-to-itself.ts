import type { Finding } from '../../problem/finding.ts';
import { upstreamUrls } from './upstream-urls.ts';
import type { Validator } from './validator.ts';

export const loopToItself: Validator = (draft, { facadeAddresses }) => {
  const own = new Set(facadeAddresses.map(addressOf));
  return upstreamUrls(draft).flatMap(({ url, path }): readonly Finding[] => {
    const address = addressOf(url);
    if (address === undefined || !own.has(address)) return [];
    const message = `The facade itself listens on ${address}.`;
    return [{ code: 'loop-to-itself', path, message, remedy: 'Name the address of the server behind it.' }];
  });
};

// A facade that listens on all addresses is reached by each name of this machine; only the port tells them apart.
const namesOfThisMachine = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0', '[::]']);

/** host:port with one name for all names of this machine; undefined when it is no address. */
function addressOf(text: string): string | undefined {
  const url = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  const host = namesOfThisMachine.has(hostname) ? 'localhost' : hostname;
  return `${host}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
