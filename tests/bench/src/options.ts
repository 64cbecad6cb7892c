import { parseArgs } from 'node:util';
import { benchError } from './bench-error.ts';

export const partNames = [
  'throughput',
  'latency',
  'bodies',
  'soak',
  'connections',
  'matching',
  'flips',
  'hostile',
] as const;
/** The cases of the comparison have no short form. */
const quickParts = partNames.filter((name) => name !== 'hostile');
export type PartName = (typeof partNames)[number];

export interface BenchOptions {
  /** Short rounds for a look during work; its figures stand nowhere. */
  readonly isQuick: boolean;
  /** As they stood on the command line. */
  readonly given: readonly string[];
  readonly parts: ReadonlySet<PartName>;
  /** The contestants of this run; empty for all. Ours always runs. */
  readonly contestants: ReadonlySet<string>;
  /** Writes a processor profile of the facade beside the figures, for whoever tunes it. */
  readonly isProfiled: boolean;
  /** The page of the documentation is this run's, though it has not every part. */
  readonly isWritten: boolean;
}

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      profile: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      contestants: { type: 'string', default: '' },
    },
  });
  if (values.write && (values.quick || values.profile))
    throw benchError('A short or profiled run stands on no page.', 'Leave out --quick and --profile, or --write.');
  const wanted = namesIn(values.only ?? (values.quick ? quickParts : partNames).join(','));
  const unknown = wanted.filter((name) => !partNames.includes(name as PartName));
  if (unknown.length > 0)
    throw benchError(`There is no part "${unknown.join('", "')}".`, `Use --only ${partNames.join(',')}.`);
  return {
    isQuick: values.quick,
    given: args,
    parts: new Set(wanted as PartName[]),
    isProfiled: values.profile,
    isWritten: values.write || args.length === 0,
    contestants: new Set(namesIn(values.contestants)),
  };
}

function namesIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
