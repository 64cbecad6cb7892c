import { BanyanError, type Logger } from '@banyan/platform';
import { readContent, watchFile, type FileContent } from '../files/watched-file.ts';
import { readTlsPair, type TlsPair, type TlsPairReading } from './tls-pair.ts';

export interface TlsFiles {
  current(): TlsPair;
  /** Looks at both files now. */
  check(): Promise<void>;
  close(): void;
}

export interface TlsFilesParts {
  readonly certPath: string;
  readonly keyPath: string;
  readonly log: Logger;
  readonly nowMs: () => number;
  /** After each change for a good pair, and after the first load. */
  readonly onPair: (pair: TlsPair) => void;
  readonly onRefused: () => void;
}

/**
 * Loads a certificate with its key and follows both files. A bad pair at the start ends the start; a bad one later changes
 * nothing: while the two are replaced one after the other they do not belong together for a moment, and the second change
 * mends that.
 *
 * @throws {BanyanError} TLS_PAIR_REFUSED
 */
export async function openTlsFiles(parts: TlsFilesParts): Promise<TlsFiles> {
  const { certPath, keyPath, log } = parts;
  const [cert, key] = [await readContent(certPath), await readContent(keyPath)];
  const first = readingOf(parts, cert, key);
  if (first.kind === 'refused') throw refusedAtStart(parts, first.why);
  let current = first.pair;
  if (isExpired(current, parts))
    log.warn({ event: 'tls.expired', certPath }, 'the certificate has expired; clients will refuse it');
  parts.onPair(current);

  const take = async (): Promise<void> => {
    const reading = readingOf(parts, await readContent(certPath), await readContent(keyPath));
    if (reading.kind === 'pair' && reading.pair.cert === current.cert && reading.pair.key === current.key) return;
    const why =
      reading.kind === 'refused' ? reading.why : isExpired(reading.pair, parts) ? 'it has expired' : undefined;
    if (reading.kind === 'refused' || why !== undefined) {
      log.error(
        { event: 'tls.refused', certPath, keyPath, why },
        'the new certificate is refused; the last good one stays',
      );
      parts.onRefused();
      return;
    }
    current = reading.pair;
    const expiresAt = new Date(current.expiresAtMs).toISOString();
    log.info({ event: 'tls.replaced', certPath, expiresAt }, 'certificate replaced');
    parts.onPair(current);
  };
  const watched = [
    watchFile({ path: certPath, current: cert, onChange: take }),
    watchFile({ path: keyPath, current: key, onChange: take }),
  ];
  return {
    current: () => current,
    check: async () => {
      for (const file of watched) await file.check();
    },
    close: () => watched.forEach((file) => file.close()),
  };
}

const isExpired = ({ expiresAtMs }: TlsPair, { nowMs }: TlsFilesParts): boolean => expiresAtMs <= nowMs();

function readingOf({ certPath, keyPath }: TlsFilesParts, cert: FileContent, key: FileContent): TlsPairReading {
  if (cert.kind !== 'text') return { kind: 'refused', why: `${certPath}: ${whyNot(cert)}` };
  if (key.kind !== 'text') return { kind: 'refused', why: `${keyPath}: ${whyNot(key)}` };
  return readTlsPair(cert.text, key.text);
}

function whyNot(content: Exclude<FileContent, { readonly kind: 'text' }>): string {
  return content.kind === 'missing' ? 'there is no such file' : content.why;
}

function refusedAtStart({ certPath }: TlsFilesParts, why: string): BanyanError {
  return new BanyanError('TLS_PAIR_REFUSED', `The certificate cannot be served: ${why}.`, {
    remedy: 'FACADE_TLS_CERT names the chain and FACADE_TLS_KEY its key, both in PEM.',
    concerning: certPath,
  });
}
