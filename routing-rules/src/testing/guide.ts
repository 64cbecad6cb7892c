import { readFileSync } from 'node:fs';

interface GuideBlock {
  /** Headings of level 3 above the block speak of these codes. */
  readonly codes: readonly string[];
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of docs/guide/rules.md, in their order. */
export function guideBlocks(): readonly GuideBlock[] {
  const blocks: GuideBlock[] = [];
  let codes: readonly string[] = [];
  let open: { readonly language: string; readonly lines: string[] } | undefined;
  for (const line of readGuide().split('\n')) {
    if (open && line === '```') {
      blocks.push({ codes, language: open.language, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (line.startsWith('```')) open = { language: line.slice(3), lines: [] };
    else if (line.startsWith('#')) codes = codesOf(line);
  }
  return blocks;
}

/** Codes that have a heading, with or without an example below it. */
export function guideCodes(): readonly string[] {
  return readGuide()
    .split('\n')
    .filter((line) => line.startsWith('### `'))
    .flatMap(codesOf);
}

/** A file that starts with the sections of `fragment` and takes the others from `whole`, so that lines are those of the fragment. */
export function overlay(fragment: string, whole: string): string {
  const own = new Set(sectionsOf(fragment).map(({ key }) => key));
  const rest = sectionsOf(whole).filter(({ key }) => !own.has(key));
  return [fragment, ...rest.map(({ text }) => text)].join('');
}

function sectionsOf(text: string): readonly { readonly key: string; readonly text: string }[] {
  return text
    .split(/^(?=[a-z]+:)/m)
    .map((section) => ({ key: section.split(':', 1)[0] ?? '', text: section }))
    .filter(({ key }) => /^[a-z]+$/.test(key));
}

function codesOf(heading: string): readonly string[] {
  return [...heading.matchAll(/`([a-z-]+)`/g)].flatMap(([, code]) => code ?? []);
}

function readGuide(): string {
  return readFileSync(new URL('../../../docs/guide/rules.md', import.meta.url), 'utf8');
}
