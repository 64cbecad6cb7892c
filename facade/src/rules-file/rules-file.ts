import { BanyanError, type Logger } from '@banyan/platform';
import { readContent, watchFile, type FileContent } from '../files/watched-file.ts';
import { readRules, type ReadRulesOptions, type RulesInForce, type RulesReading } from './rules-in-force.ts';

export interface RulesFile {
  current(): RulesInForce;
  /** What is wrong with the file as it is now; the rules before are in force meanwhile. */
  problems(): readonly string[];
  /** Reads the file now. */
  reload(): Promise<void>;
  close(): void;
}

export interface RulesFileParts extends Omit<ReadRulesOptions, 'loadedAt'> {
  readonly log: Logger;
  readonly now: () => string;
  /** After the swap; also after the first load. */
  readonly onReplaced: (rules: RulesInForce, count: number) => void;
  readonly onRefused: () => void;
}

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
  ...options
}: RulesFileParts): Promise<RulesFile> {
  const { path } = options;
  const read = (content: FileContent): RulesReading =>
    content.kind === 'text'
      ? readRules(content.text, { ...options, loadedAt: now() })
      : {
          kind: 'refused',
          problems: [`${path}: ${content.kind === 'missing' ? 'there is no such file' : content.why}`],
        };

  const content = await readContent(path);
  const first = read(content);
  if (first.kind === 'refused') throw refusedAtStart(path, first.problems);
  let current = first.rules;
  let problems: readonly string[] = [];
  let count = 1;
  onReplaced(current, count);

  const take = (found: FileContent): void => {
    const reading = read(found);
    problems = reading.kind === 'refused' ? reading.problems : [];
    if (reading.kind === 'refused') {
      log.error({ event: 'rules.refused', path, problems }, 'the rules are refused; the last good ones stay in force');
      onRefused();
      return;
    }
    const { revision, table } = reading.rules;
    log.info(
      { event: 'rules.replaced', from: current.revision, to: revision, ruleCount: table.routes.length },
      'rules replaced',
    );
    current = reading.rules;
    count += 1;
    onReplaced(current, count);
  };
  const watched = watchFile({ path, current: content, onChange: take });
  return {
    current: () => current,
    problems: () => problems,
    reload: () => watched.check(),
    close: () => watched.close(),
  };
}

function refusedAtStart(path: string, problems: readonly string[]): BanyanError {
  return new BanyanError('RULES_REFUSED', `The rules have ${problems.length} problem(s):\n${problems.join('\n')}`, {
    remedy: 'Mend them and start again; `banyan rules check` shows the same.',
    concerning: path,
  });
}
