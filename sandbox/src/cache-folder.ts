import { join } from 'node:path';

/** Root of the checkout, seen from `src` and from `dist`. */
export const repositoryFolder = join(import.meta.dirname, '..', '..');

/** Downloads that outlive `--fresh`: removing the folder only costs the download. */
export const cacheFolder = join(repositoryFolder, '.banyan', 'cache');
