/** How the values of several processes become one. */
type Merge = (one: number, other: number) => number;

const sum: Merge = (one, other) => one + other;

// A gauge that is no count of things: the worst of all says most.
const highest = /(_age_seconds|_info|_state|_revision|^facade_overrides|_max_fds|_lag_.*seconds|_lag_seconds)$/;
const lowest = /(_expiry_seconds|_start_time_seconds)$/;

function mergeFor(name: string, type: string): Merge {
  if (type !== 'gauge') return sum;
  if (highest.test(name)) return Math.max;
  return lowest.test(name) ? Math.min : sum;
}

interface Family {
  readonly comments: string[];
  merge: Merge;
  /** By name with labels, as it stands in the text. */
  readonly values: Map<string, number>;
}

/**
 * One text of metrics for several processes that expose the same ones: counts add up, and so do the buckets of a histogram.
 *
 * @param texts - in Prometheus' text format 0.0.4, without times
 */
export function mergeMetrics(texts: readonly string[]): string {
  const families = new Map<string, Family>();
  for (const text of texts) addText(families, text);
  const blocks = [...families.values()].map(({ comments, values }) =>
    [...comments, ...[...values].map(([series, value]) => `${series} ${printed(value)}`)].join('\n'),
  );
  return `${blocks.join('\n\n')}\n`;
}

function addText(families: Map<string, Family>, text: string): void {
  let current: Family | undefined;
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword) current = comment(families, { keyword, name, rest, line });
    else if (line !== '' && !line.startsWith('#') && current) addSample(current, line);
  }
}

interface Comment {
  readonly keyword: string;
  readonly name: string;
  readonly rest: string;
  readonly line: string;
}

function comment(families: Map<string, Family>, { keyword, name, rest, line }: Comment): Family {
  const family = families.get(name) ?? { comments: [], merge: sum, values: new Map<string, number>() };
  families.set(name, family);
  if (!family.comments.includes(line) && family.comments.length < 2) family.comments.push(line);
  if (keyword === 'TYPE') family.merge = mergeFor(name, rest);
  return family;
}

function addSample({ values, merge }: Family, line: string): void {
  // A label's value may hold spaces; the number after the last one does not.
  const at = line.lastIndexOf(' ');
  const series = line.slice(0, at);
  const value = parsed(line.slice(at + 1));
  const known = values.get(series);
  values.set(series, known === undefined ? value : merge(known, value));
}

function parsed(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

function printed(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return Number.isNaN(value) ? 'Nan' : String(value);
}
