import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { codeOf } from '@banyan/platform';

/**
 * All addresses of a host.
 *
 * @throws when the host cannot be looked up
 */
export type LookUp = (host: string) => Promise<readonly string[]>;

/** As the system does it: hosts file, search domains, DNS. `dns.resolve` would ask DNS alone, and not know a short name of a cluster. */
export const systemLookUp: LookUp = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

export interface AddressWatchParts {
  readonly host: string;
  readonly refreshMs: number;
  readonly lookUp: LookUp;
  /** Sorted; called at the first success and at each change. */
  readonly onAddresses: (addresses: readonly string[]) => void;
  /** Called once for each row of failures. */
  readonly onFailure: (code: string) => void;
}

/** Looks a name up again and again, one look-up at a time; `stop` ends it. A failure leaves the last addresses as they are. */
export function watchAddresses({ host, refreshMs, lookUp, onAddresses, onFailure }: AddressWatchParts): {
  readonly stop: () => void;
} {
  let isStopped = false;
  let isFailing = false;
  let known = '';
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const found = await lookUp(host).then(ofOneFamily, codeOf);
    if (isStopped) return;
    if (typeof found === 'string' || found.length === 0) {
      if (!isFailing) onFailure(typeof found === 'string' ? found : 'ENODATA');
      isFailing = true;
    } else {
      isFailing = false;
      if (found.join() !== known) onAddresses(found);
      known = found.join();
    }
    timer = setTimeout(() => void look(), refreshMs).unref();
  };
  void look();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

// A name with addresses of both families names each server twice.
function ofOneFamily(addresses: readonly string[]): readonly string[] {
  const four = addresses.filter((address) => isIPv4(address));
  return [...new Set(four.length > 0 ? four : addresses)].toSorted();
}
