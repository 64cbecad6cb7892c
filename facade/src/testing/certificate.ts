import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A self-signed certificate for 127.0.0.1 and localhost with its key. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

export async function makeCertificate(commonName: string, notAfterDate = inADay()): Promise<TestCertificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(0),
    notAfterDate,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  return { cert, key };
}

/** Both files of a pair in a folder, as the facade is told about them. */
export function pairIn(folder: string) {
  const certPath = join(folder, 'tls.crt');
  const keyPath = join(folder, 'tls.key');
  return {
    env: { FACADE_TLS_CERT: certPath, FACADE_TLS_KEY: keyPath, FACADE_TLS_PORT: '0' },
    write: async ({ cert, key }: TestCertificate): Promise<void> => {
      await writeFile(certPath, cert);
      await writeFile(keyPath, key);
    },
  };
}

const inADay = (): Date => new Date(Date.now() + 86_400_000);
