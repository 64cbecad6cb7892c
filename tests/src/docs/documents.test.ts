import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

async function documents(): Promise<readonly string[]> {
  const inDocs = (await readdir(join(checkout, 'docs'), { recursive: true })).map((name) => join('docs', name));
  const atRoot = await readdir(checkout);
  return [...atRoot, ...inDocs].filter((name) => name.endsWith('.md'));
}

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

async function anchorsIn(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

async function brokenLinks(name: string): Promise<readonly string[]> {
  const path = join(checkout, name);
  const text = await readFile(path, 'utf8');
  const broken: string[] = [];
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    const linked = file === '' ? path : join(dirname(path), file);
    if (!existsSync(linked)) broken.push(`${name}: ${target}`);
    else if (anchor !== undefined && !(await anchorsIn(linked)).includes(anchor)) broken.push(`${name}: ${target}`);
  }
  return broken;
}

test('every link between the documents leads somewhere', async () => {
  const names = await documents();
  expect(names.length).toBeGreaterThan(15);
  expect((await Promise.all(names.map(brokenLinks))).flat()).toEqual([]);
});

test('every file that the map of the architecture names exists', async () => {
  const text = await readFile(join(checkout, 'ARCHITECTURE.md'), 'utf8');
  const paths = [...text.matchAll(/`([a-z-]+\/[\w./-]+\.ts)`/g)].map(([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !existsSync(join(checkout, path)))).toEqual([]);
});

test('no document names a place of the machine it was written on', async () => {
  const texts = await Promise.all(
    (await documents()).map(async (name) => [name, await readFile(join(checkout, name), 'utf8')] as const),
  );
  const home = relative('/', checkout);
  expect(texts.filter(([, text]) => text.includes(`/${home}`)).map(([name]) => name)).toEqual([]);
});
