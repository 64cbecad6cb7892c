import { BanyanError, type Logger } from '@banyan/platform';
import { readContent, watchFile, type FileContent } from '../files/watched-file.ts';
import { readRules, type ReadRulesOptions, type RulesInForce, type RulesReading } from './rules-in-force.ts';

export interface RulesFile {
  current(): RulesInForce;
  /** What is wrong with the file as it is now; the rules before are in force meanwhile. */
  problems(): readonly string[];
  /** Reads the file now, because somebody asked for it. */
  reload(by: string): Promise<void>;
  close(): void;
}

export interface RulesFileParts extends Omit<ReadRulesOptions, 'loadedAt'> {
  readonly log: Logger;
  readonly now: () => string;
  /** After the swap; also after the first load. */
  readonly onReplaced: (rules: RulesInForce, count: number) => void;
  readonly onRefused: () => void;
  readonly onChange: (change: RulesChange) => void;
}

/** What became of a file that was not the first one; `by` is who asked for it, or `file`. */
export type RulesChange =
  | { readonly kind: 'replaced'; readonly by: string; readonly before: RulesInForce; readonly after: RulesInForce }
  | {
      readonly kind: 'refused';
      readonly by: string;
      readonly before: RulesInForce;
      readonly problems: readonly string[];
    };

/**
 * Loads the rules and follows the file. A bad file at the start ends the start; a bad one later changes nothing.
 *
 * @throws {BanyanError} RULES_REFUSED with every problem
 */
export async function openRulesFile({
  log,
  now,
  onReplaced,
  onRefused,
  onChange,
  ...options
}: RulesFileParts): Promise<RulesFile> {
  const { path } = options;
  const read = (found: FileContent): RulesReading => rulesIn(found, { ...options, loadedAt: now() });
  const content = await readContent(path);
  const first = read(content);
  if (first.kind === 'refused') throw refusedAtStart(path, first.problems);
  let current = first.rules;
  let problems: readonly string[] = [];
  let count = 1;
  let by = 'file';
  onReplaced(current, count);

  const take = (found: FileContent): void => {
    const reading = read(found);
    problems = reading.kind === 'refused' ? reading.problems : [];
    if (reading.kind === 'refused') {
      log.error({ event: 'rules.refused', path, problems }, 'the rules are refused; the last good ones stay in force');
      onRefused();
      onChange({ kind: 'refused', by, before: current, problems });
      return;
    }
    const before = current;
    current = reading.rules;
    count += 1;
    onReplaced(current, count);
    onChange({ kind: 'replaced', by, before, after: current });
  };
  const watched = watchFile({ path, current: content, onChange: take });
  return {
    current: () => current,
    problems: () => problems,
    async reload(asker) {
      by = asker;
      await watched.check();
      by = 'file';
    },
    close: () => watched.close(),
  };
}

function rulesIn(content: FileContent, options: ReadRulesOptions): RulesReading {
  if (content.kind === 'text') return readRules(content.text, options);
  const why = content.kind === 'missing' ? 'there is no such file' : content.why;
  return { kind: 'refused', problems: [`${options.path}: ${why}`] };
}

function refusedAtStart(path: string, problems: readonly string[]): BanyanError {
  return new BanyanError('RULES_REFUSED', `The rules have ${problems.length} problem(s):\n${problems.join('\n')}`, {
    remedy: 'Mend them and start again; `banyan rules check` shows the same.',
    concerning: path,
  });
}
