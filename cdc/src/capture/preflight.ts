import { BanyanError } from '@banyan/platform';
import { columnsReadBy, type CapturedTable } from './captured-table.ts';
import type { SourceFacts, TableFacts } from './source-facts.ts';

/** Something about a source that must be put right before capture can start. */
export interface SourceProblem {
  readonly concerning: string;
  readonly message: string;
  readonly remedy: string;
}

/** Oldest minor of each major without the loss of changes around DDL (fixed 2025-05-08). @see https://www.postgresql.org/docs/release/17.5/ */
const safeMinor: Readonly<Record<number, number>> = { 14: 18, 15: 13, 16: 9, 17: 5 };
/** `messages` of pgoutput came with 14. */
const oldestMajor = 14;

/**
 * Every problem at once, so that an operator corrects a source in one go.
 *
 * @param needsSlot - whether the slot has still to be created
 */
export function findProblems(
  facts: SourceFacts,
  tables: readonly CapturedTable[],
  needsSlot: boolean,
): readonly SourceProblem[] {
  return [
    ...serverProblems(facts, needsSlot),
    ...publicationProblems(facts, tables),
    ...tables.flatMap((table) => tableProblems(facts, table)),
  ];
}

/** What is not wrong and still worth a line: an old minor of Postgres that can lose changes. */
export function findWarnings({ serverVersion }: SourceFacts): readonly string[] {
  const [major, minor] = [Math.floor(serverVersion / 10_000), serverVersion % 10_000];
  const safe = safeMinor[major];
  return safe !== undefined && minor < safe
    ? [
        `PostgreSQL ${major}.${minor} can lose changes while a publication is altered; update to ${major}.${safe} or later.`,
      ]
    : [];
}

/** @throws {BanyanError} CDC_PREFLIGHT listing every problem with its remedy */
export function refuseProblems(source: string, problems: readonly SourceProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ concerning, message, remedy }) => `  ${concerning}: ${message} ${remedy}`);
  throw new BanyanError(
    'CDC_PREFLIGHT',
    `Changes of "${source}" cannot be captured, ${problems.length} problem(s):\n${lines.join('\n')}`,
    { remedy: 'Put the listed things right and start again.', concerning: source },
  );
}

function serverProblems(facts: SourceFacts, needsSlot: boolean): readonly SourceProblem[] {
  const major = Math.floor(facts.serverVersion / 10_000);
  const of = (isProblem: boolean, concerning: string, message: string, remedy: string): readonly SourceProblem[] =>
    isProblem ? [{ concerning, message, remedy }] : [];
  return [
    ...of(major < oldestMajor, 'server', `PostgreSQL ${major} is too old.`, `Use ${oldestMajor} or later.`),
    ...of(
      facts.walLevel !== 'logical',
      'wal_level',
      `It is "${facts.walLevel}".`,
      `Set wal_level = logical and restart the server.`,
    ),
    ...of(!facts.mayReplicate, 'role', 'It may not replicate.', 'Run: alter role <role> replication.'),
    ...of(
      needsSlot && facts.freeSlotCount < 1,
      'max_replication_slots',
      'No slot is free.',
      'Raise it, or drop a slot that nobody uses.',
    ),
    ...of(facts.freeSenderCount < 1, 'max_wal_senders', 'No sender is free.', 'Raise it and restart the server.'),
  ];
}

function publicationProblems(facts: SourceFacts, tables: readonly CapturedTable[]): readonly SourceProblem[] {
  const declared = new Set(tables.map(({ table }) => table));
  const foreign = (facts.published ?? []).filter((table) => !declared.has(table));
  const strangers = foreign.map((table) => ({
    concerning: table,
    message: 'It is in the publication and no pipeline takes it.',
    remedy: 'Run: alter publication … drop table, or declare a pipeline.',
  }));
  if (facts.published || facts.maySetUpPublication) return strangers;
  const message = 'The role may not create a publication in this database.';
  return [...strangers, { concerning: 'publication', message, remedy: 'Run: grant create on database … to <role>.' }];
}

function tableProblems(facts: SourceFacts, captured: CapturedTable): readonly SourceProblem[] {
  const { table } = captured;
  const found = facts.tables.find((candidate) => candidate.table === table);
  if (found?.kind !== 'present')
    return [{ concerning: table, message: 'It does not exist.', remedy: 'Create it, or remove its pipeline.' }];
  const of = (isProblem: boolean, message: string, remedy: string): readonly SourceProblem[] =>
    isProblem ? [{ concerning: table, message, remedy }] : [];
  const isPublished = facts.published?.includes(table) ?? false;
  return [
    ...of(!found.mayRead, 'The role may not read it.', `Run: grant select on ${table} to <role>.`),
    ...of(!isPublished && !found.isOwner, 'Only its owner may publish it.', 'Let the owner add it to the publication.'),
    ...of(differOnlyInCase(found.columns), 'Two columns differ only in case.', 'Rename one of them.'),
    ...identityProblems(found, captured),
  ];
}

function identityProblems(
  { identity, identityColumns, table }: Extract<TableFacts, { kind: 'present' }>,
  { takes, scopeOf, keyOf }: CapturedTable,
): readonly SourceProblem[] {
  if (identity === 'f') return [];
  const remedy = `Run: alter table ${table} replica identity full.`;
  if (identityColumns.length === 0)
    return [{ concerning: table, message: 'Updates and deletes carry no identity.', remedy }];
  // An outbox is only inserted into; its deletes are dropped unread.
  if (takes === 'inserts') return [];
  const needed = new Set([...columnsReadBy(scopeOf), ...(keyOf ? columnsReadBy(keyOf) : [])]);
  const absent = [...needed].filter((column) => !identityColumns.includes(column));
  if (absent.length === 0) return [];
  return [
    { concerning: table, message: `A delete would not carry ${absent.join(', ')}, so its lane is unknown.`, remedy },
  ];
}

function differOnlyInCase(columns: readonly string[]): boolean {
  return new Set(columns.map((name) => name.toLowerCase())).size < columns.length;
}
