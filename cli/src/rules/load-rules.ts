import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BanyanError } from '@banyan/platform';
import { compileRules, parseRules, shippedFiles, type Problem, type RuleTable } from '@banyan/routing-rules';

export type LoadedRules =
  | { readonly kind: 'loaded'; readonly path: string; readonly table: RuleTable }
  | { readonly kind: 'refused'; readonly path: string; readonly problems: readonly Problem[] };

export async function loadRules(file: string | undefined): Promise<LoadedRules> {
  const { path, text } = await readText(file ?? shippedFiles.rules);
  const reading = parseRules(text, { path });
  return reading.kind === 'refused'
    ? { ...reading, path }
    : { kind: 'loaded', path, table: compileRules(reading.document) };
}

/** @throws {BanyanError} CLI_FILE_UNREADABLE */
export async function readText(file: string | URL): Promise<{ readonly path: string; readonly text: string }> {
  const path = typeof file === 'string' ? file : fileURLToPath(file);
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    throw new BanyanError('CLI_FILE_UNREADABLE', `"${path}" cannot be read.`, {
      remedy: 'Give the path of a file that you may read.',
      concerning: path,
      cause,
    });
  }
}
