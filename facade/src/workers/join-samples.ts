interface Part {
  readonly header: { readonly seenCount: number; readonly endedAt: string | null };
  readonly lines: readonly string[];
}

/**
 * One sample of what several workers have sampled. Each has an even choice of its own requests; of each the same share is
 * taken, so that the whole is an even choice too, however unevenly connections fell.
 *
 * @param texts - NDJSON with the header first, at least one
 * @param randomBelow - evenly 0..limit-1
 */
export function joinSamples(texts: readonly string[], randomBelow: (limit: number) => number): string {
  const parts = texts.map(partOf);
  const busy = parts.filter(({ header }) => header.seenCount > 0);
  const share = Math.min(1, ...busy.map(({ header, lines }) => lines.length / header.seenCount));
  const lines = busy.flatMap(({ header, lines: all }) =>
    someOf(all, Math.round(share * header.seenCount), randomBelow),
  );
  const seenCount = busy.reduce((sum, { header }) => sum + header.seenCount, 0);
  // It is being taken for as long as one worker takes it.
  const endings = parts.map(({ header }) => header.endedAt);
  const endedAt = endings.includes(null) ? null : (endings.toSorted().at(-1) ?? null);
  const header = { ...parts[0]?.header, endedAt, seenCount, lineCount: lines.length };
  return `${[JSON.stringify(header), ...lines].join('\n')}\n`;
}

function partOf(text: string): Part {
  const [header = '{}', ...lines] = text.trimEnd().split('\n');
  return { header: JSON.parse(header) as Part['header'], lines };
}

/** An even choice (Fisher and Yates, ended early). */
function someOf(all: readonly string[], count: number, randomBelow: (limit: number) => number): readonly string[] {
  const left = [...all];
  const chosen: string[] = [];
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(randomBelow(left.length), 1));
  return chosen;
}
