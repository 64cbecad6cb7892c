import { createHash } from 'node:crypto';
import { writeAtomically } from '../files/atomic-file.ts';
import { readContent } from '../files/watched-file.ts';

/** Flag definitions as they were when the flag server last spoke. */
export interface SavedFlags {
  readonly savedAtMs: number;
  readonly data: unknown;
}

export type BackupReading =
  { readonly kind: 'saved'; readonly flags: SavedFlags } | { readonly kind: 'none'; readonly why: string };

export interface FlagBackup {
  load(): Promise<BackupReading>;
  save(flags: SavedFlags): Promise<void>;
}

/** One JSON file with its own time and checksum: a backup whose age or integrity is not known must decide nothing. */
export function createFlagBackup(path: string): FlagBackup {
  return {
    async load() {
      const content = await readContent(path);
      if (content.kind === 'missing') return { kind: 'none', why: `there is no backup at ${path}` };
      if (content.kind === 'unreadable')
        return { kind: 'none', why: `the backup at ${path} cannot be read: ${content.why}` };
      const flags = parse(content.text);
      return flags ? { kind: 'saved', flags } : { kind: 'none', why: `the backup at ${path} is damaged` };
    },
    save({ savedAtMs, data }) {
      const text = JSON.stringify(data);
      const document = { savedAt: new Date(savedAtMs).toISOString(), checksum: checksumOf(text), data: text };
      return writeAtomically(path, JSON.stringify(document));
    },
  };
}

function parse(text: string): SavedFlags | undefined {
  try {
    const { savedAt, checksum, data } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof savedAt !== 'string' || typeof data !== 'string' || checksum !== checksumOf(data)) return undefined;
    const savedAtMs = Date.parse(savedAt);
    return Number.isNaN(savedAtMs) ? undefined : { savedAtMs, data: JSON.parse(data) as unknown };
  } catch {
    return undefined;
  }
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
