import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A file of this room, by its path from the room's folder; for tests. */
export function readRoomFile(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The vectors of a conformance file, and the rules that they are about. */
export function readVectors<Vector>(
  name: string,
  vector: z.ZodType<Vector>,
): { readonly rules: string; readonly vectors: readonly Vector[] } {
  const file = z
    .object({ rules: z.unknown().optional(), vectors: z.array(vector).min(1) })
    .parse(JSON.parse(readRoomFile(`conformance/${name}.json`)));
  return { rules: JSON.stringify(file.rules), vectors: file.vectors };
}
