import { InvalidArgumentError } from 'commander';

/** What `--flag` can say of a flag. */
export type FlagWish = boolean | { readonly users: string[]; readonly percent: number };

export function collectFlags(
  text: string,
  previous: Readonly<Record<string, FlagWish>> = {},
): Readonly<Record<string, FlagWish>> {
  const match = /^([^=\s]+)=(.+)$/.exec(text);
  const [, name, wish] = match ?? [];
  if (name === undefined || wish === undefined) throw new InvalidArgumentError(`"${text}" is not name=value.`);
  return { ...previous, [name]: flagWish(wish) };
}

function flagWish(text: string): FlagWish {
  if (text === 'on' || text === 'off') return text === 'on';
  const percent = /^(\d{1,3}(?:\.\d{1,2})?)%$/.exec(text)?.[1];
  if (percent === undefined) return { users: text.split(','), percent: 0 };
  if (Number(percent) > 100) throw new InvalidArgumentError(`"${text}" is above 100 %.`);
  return { users: [], percent: Number(percent) };
}

export function collectHeaders(
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf(':');
  if (at < 1) throw new InvalidArgumentError(`"${text}" is not name:value.`);
  return { ...previous, [text.slice(0, at).trim().toLowerCase()]: text.slice(at + 1).trim() };
}
