import { describeConfig, type ConfigSpec } from '@banyan/platform';
import { formatTable } from './markdown.ts';

export interface ProcessConfig {
  readonly process: string;
  /** How it is started. */
  readonly command: string;
  readonly spec: ConfigSpec;
}

/**
 * `docs/reference/config.md`, from the specifications that the processes themselves read.
 *
 * @param checkout - absolute path of the checkout, which defaults inside it are printed without
 */
export function configReference(processes: readonly ProcessConfig[], checkout: string): string {
  return [
    '# Configuration',
    '',
    'Generated from what the processes read. A bad value stops the start with one message that lists every bad key and an example.',
    'Values of the shape `secret` and Postgres URLs never print.',
    '',
    ...processes.flatMap(section),
  ]
    .join('\n')
    .replaceAll(checkout, '');
}

function section({ process, command, spec }: ProcessConfig): readonly string[] {
  const rows = describeConfig(spec).map(({ key, shape, fallback, about }) => [`\`${key}\``, shape, fallback, about]);
  return [
    `## ${process}`,
    '',
    `Started by \`${command}\`.`,
    '',
    ...formatTable(['key', 'shape', 'default', 'meaning'], rows),
    '',
  ];
}
