import type { Command, Option } from 'commander';
import { formatTable } from './markdown.ts';

/** `docs/reference/cli.md`, from the commands themselves. */
export function cliReference(program: Command): string {
  const commands = leavesOf(program, []);
  return [
    '# The command',
    '',
    '`npx banyan`, or `node cli/bin/banyan.mjs`. Generated from the commands; `--json` before or after any command answers as JSON.',
    'Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 the answer of a check is no, 4 requests would move.',
    '',
    ...commands.flatMap(({ name, command }) => section(name, command)),
  ].join('\n');
}

interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

function leavesOf(command: Command, names: readonly string[]): readonly NamedCommand[] {
  const own = [...names, command.name()];
  const inner = command.commands.flatMap((child) => leavesOf(child, own));
  const isLeaf = inner.length === 0 || command.name() === 'monolith';
  return [...(isLeaf ? [{ name: own.join(' '), command }] : []), ...inner];
}

function section(name: string, command: Command): readonly string[] {
  const usage = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  const rows = [
    ...command.registeredArguments.map((argument) => [`\`${argument.name()}\``, argument.description]),
    ...command.options.map((option: Option) => [`\`${option.flags}\``, describeOption(option)]),
  ];
  return [
    `## \`${[name, ...usage].join(' ')}\``,
    '',
    `${capital(command.description())}.`,
    '',
    ...(rows.length > 0 ? [...formatTable(['argument or option', 'meaning'], rows), ''] : []),
  ];
}

function describeOption(option: Option): string {
  const choices = option.argChoices ? ` (${option.argChoices.join(', ')})` : '';
  const fallback = option.defaultValue === undefined ? '' : `; default ${String(option.defaultValue)}`;
  return `${option.description}${choices}${fallback}${option.mandatory ? '; required' : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
