import { appendFile, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { writeAtomically } from './atomic-file.ts';
import { readContent, watchFile, type FileContent, type WatchedFile } from './watched-file.ts';

let folder = '';
let watched: WatchedFile | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-files-'));
});
afterEach(async () => {
  watched?.close();
  await rm(folder, { recursive: true });
});

describe('a watched file', () => {
  async function watching(path: string, pollMs = 60_000): Promise<FileContent[]> {
    const seen: FileContent[] = [];
    const onChange = (content: FileContent): void => void seen.push(content);
    watched = watchFile({ path, current: await readContent(path), onChange, debounceMs: 5, settleMs: 200, pollMs });
    return seen;
  }

  test('tells what was written to it', async () => {
    const path = join(folder, 'a.yaml');
    await writeFile(path, 'one');
    const seen = await watching(path);
    await writeFile(path, 'two');
    await eventually(() => expect(seen).toEqual([{ kind: 'text', text: 'two' }]));
  });

  test('tells a file that was renamed over it', async () => {
    const path = join(folder, 'a.yaml');
    await writeFile(path, 'one');
    const seen = await watching(path);
    await writeFile(join(folder, 'draft'), 'two');
    await rename(join(folder, 'draft'), path);
    await eventually(() => expect(seen).toEqual([{ kind: 'text', text: 'two' }]));
  });

  test('tells a mounted ConfigMap, whose folder is a link that is replaced', async () => {
    for (const version of ['v1', 'v2']) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'a.yaml'), version);
    }
    await symlink('v1', join(folder, '..data'));
    await symlink(join('..data', 'a.yaml'), join(folder, 'a.yaml'));
    const seen = await watching(join(folder, 'a.yaml'));
    await symlink('v2', join(folder, '..next'));
    await rename(join(folder, '..next'), join(folder, '..data'));
    await eventually(() => expect(seen).toEqual([{ kind: 'text', text: 'v2' }]));
  });

  test('does not tell that it was emptied, when it is written a moment later', async () => {
    const path = join(folder, 'a.yaml');
    await writeFile(path, 'one');
    const seen = await watching(path);
    await writeFile(path, '');
    const looking = watched?.check();
    await writeFile(path, 'two');
    await looking;
    await eventually(() => expect(seen).toEqual([{ kind: 'text', text: 'two' }]));
  });

  test('that was really emptied is told to be empty', async () => {
    const path = join(folder, 'a.yaml');
    await writeFile(path, 'one');
    const seen = await watching(path);
    await writeFile(path, '');
    await eventually(() => expect(seen).toEqual([{ kind: 'text', text: '' }]));
  });

  test('is looked at while another file of its folder is written all the time', async () => {
    const path = join(folder, 'a.yaml');
    await writeFile(path, 'one');
    const seen = await watching(path);
    const chatter = setInterval(() => void appendFile(join(folder, 'a.log'), 'line\n'), 1);
    await writeFile(path, 'two');
    await eventually(() => expect(seen).toEqual([{ kind: 'text', text: 'two' }]));
    clearInterval(chatter);
  });

  test('tells that it went away and that it came back', async () => {
    const path = join(folder, 'a.yaml');
    await writeFile(path, 'one');
    const seen = await watching(path);
    await rm(path);
    await eventually(() => expect(seen).toEqual([{ kind: 'missing' }]));
    await writeFile(path, 'one');
    await eventually(() => expect(seen.at(-1)).toEqual({ kind: 'text', text: 'one' }));
  });

  test('is polled where the file system sends no events: here its folder does not exist yet', async () => {
    const path = join(folder, 'later', 'a.yaml');
    const seen = await watching(path, 5);
    await mkdir(join(folder, 'later'));
    await writeAtomically(path, 'one');
    await eventually(() => expect(seen).toEqual([{ kind: 'text', text: 'one' }]));
  });
});

describe('an atomic write', () => {
  test('makes the folder, replaces the text and leaves no draft', async () => {
    const path = join(folder, 'new', 'a.json');
    await writeAtomically(path, 'one');
    await writeAtomically(path, 'two');
    expect(await readContent(path)).toEqual({ kind: 'text', text: 'two' });
    expect(await readdir(join(folder, 'new'))).toEqual(['a.json']);
  });

  test('that fails leaves what was there', async () => {
    const path = join(folder, 'a.json');
    await mkdir(path);
    await expect(writeAtomically(path, 'text')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['a.json']);
  });
});
