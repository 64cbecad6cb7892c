import { join } from 'node:path';

/** Root of the checkout, seen from `src` and from `dist`. */
export const repositoryFolder = join(import.meta.dirname, '..', '..');

/** Where the command keeps its sandbox unless it is told otherwise. */
export const usualDataDir = join(repositoryFolder, '.banyan');

/** Downloads that outlive `--fresh`: removing the folder only costs the download. */
export const cacheFolder = join(usualDataDir, 'cache');
