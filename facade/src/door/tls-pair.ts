import { X509Certificate, createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { messageOf } from '@banyan/platform';

/** A certificate chain with its key, both PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
  readonly expiresAtMs: number;
}

export type TlsPairReading =
  { readonly kind: 'pair'; readonly pair: TlsPair } | { readonly kind: 'refused'; readonly why: string };

/** Looks whether a pair can serve: both can be read, they belong together, and the chain holds what it should. */
export function readTlsPair(cert: string, key: string): TlsPairReading {
  try {
    const leaf = new X509Certificate(cert);
    if (!leaf.checkPrivateKey(createPrivateKey(key)))
      return { kind: 'refused', why: 'the key is not that of the certificate' };
    createSecureContext({ cert, key });
    return { kind: 'pair', pair: { cert, key, expiresAtMs: Date.parse(leaf.validTo) } };
  } catch (err) {
    return { kind: 'refused', why: messageOf(err) };
  }
}
