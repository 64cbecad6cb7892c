import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { captureLog } from '@banyan/platform/testing';
import { eventually } from '../testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';
import { createAudit, type AuditChange, type AuditEntry } from './audit.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const refused: AuditChange = {
  kind: 'rules-refused',
  by: 'file',
  concerning: 'rules',
  from: 'a',
  to: 'a',
  effect: { problemCount: 1 },
};

test('the audit keeps the last entries, newest first, each with its time and number', () => {
  const audit = createAudit({
    log: captureLog().log,
    now: () => '2026-11-21T03:04:05.000Z',
    append: () => undefined,
    problem: () => undefined,
    keptCount: 3,
  });
  for (let count = 0; count < 5; count++) audit.record(refused);
  expect(audit.recent()).toEqual([5, 4, 3].map((number) => ({ ...refused, number, at: '2026-11-21T03:04:05.000Z' })));
});

describe('one line tells who, when, from, to and the effect', () => {
  const rules = tripRules({ legacy: 'http://127.0.0.1:9', trips: 'http://127.0.0.1:9' });
  const started = async (env: Readonly<Record<string, string>> = {}): Promise<TestFacade> => {
    const facade = await startFacade({ rules, env });
    sides.onClose(() => facade.close());
    return facade;
  };
  const newest = async (facade: TestFacade): Promise<AuditEntry | undefined> =>
    ((await facade.admin('GET', '/audit')).body as { entries: AuditEntry[] }).entries[0];

  /** Writes a file and asks for it at once; the facade may have seen it before the question came. */
  const bring = async (facade: TestFacade, text: string): Promise<void> => {
    await writeFile(facade.rulesPath, text);
    await facade.admin('POST', '/rules/reload');
  };

  test('for rules that a person asked for, and rules that the file brought', async () => {
    const facade = await started();
    const changed = rules.replace('id: users,', 'id: people,').replace('stage: live', 'stage: off');
    const asked = await eventually(async () => {
      await bring(facade, rules);
      await bring(facade, changed);
      const entry = await newest(facade);
      expect(entry).toMatchObject({
        kind: 'rules-replaced',
        by: 'admin',
        from: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
        to: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
        // Routes know their capability, so those that move with it change with it.
        effect: { routesAdded: 1, routesRemoved: 1, routesChanged: 5, capabilitiesChanged: 1 },
      });
      return entry;
    });
    await writeFile(facade.rulesPath, rules);
    await eventually(async () =>
      expect(await newest(facade)).toMatchObject({ by: 'file', from: asked?.to, to: asked?.from }),
    );
  });

  test('for rules that were refused', async () => {
    const facade = await started();
    await eventually(async () => {
      await bring(facade, rules);
      await bring(facade, 'version: 2');
      const entry = await newest(facade);
      expect(entry).toMatchObject({ kind: 'rules-refused', by: 'admin', to: entry?.from });
    });
  });

  test('for orders, counted and not by the names of users', async () => {
    const facade = await started();
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', subject: 'u-4711', reason: 'trial' });
    await facade.admin('PUT', '/overrides/trips', { side: 'legacy', reason: 'wrong fares' });
    await facade.admin('DELETE', '/overrides/trips');
    const { entries } = (await facade.admin('GET', '/audit')).body as { entries: AuditEntry[] };
    expect(entries).toMatchObject([
      { by: 'admin', concerning: 'trips', from: 'legacy', to: 'flag', effect: { isForEverybody: true } },
      { from: 'flag', to: 'legacy', reason: 'wrong fares', effect: { isForEverybody: true, scopeCount: 0 } },
      { from: 'flag', to: 'extracted', effect: { isForEverybody: false, scopeCount: 1 } },
    ]);
    const lines = facade.lines.filter(({ event }) => event === 'audit.override-changed');
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('4711');
  });

  test('for an override file that changes many at once', async () => {
    const facade = await started();
    const orders = Array.from({ length: 50 }, (_, index) => ({
      capability: 'trips',
      side: 'extracted',
      subject: `u-${index}`,
      reason: 'trial',
    }));
    await writeFile(join(facade.folder, 'overrides.yaml'), JSON.stringify({ overrides: orders }));
    await eventually(async () =>
      expect(await newest(facade)).toMatchObject({ by: 'file', to: 'extracted', effect: { scopeCount: 50 } }),
    );
  });

  test('and the audit file has the same', async () => {
    const facade = await started();
    const path = join(facade.folder, 'audit.ndjson');
    const other = await started({ FACADE_AUDIT_FILE: path });
    await other.admin('PUT', '/overrides/trips', { side: 'legacy', reason: 'wrong fares' });
    const entry = await newest(other);
    await eventually(async () => expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(entry));
  });
});
