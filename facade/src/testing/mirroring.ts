import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { startFacade, type TestFacade } from './facade.ts';
import type { Sides } from './sides.ts';

/** What a side was asked, with the body. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ListeningSide {
  readonly origin: string;
  readonly asked: Asked[];
}

/** Answers everything with its name, and remembers what it was asked. */
export async function aListeningSide(sides: Sides, name: string): Promise<ListeningSide> {
  const asked: Asked[] = [];
  const origin = await sides.node((request, response) => {
    const { method = '', url = '', headers } = request;
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      asked.push({ method, url, headers, body: Buffer.concat(pieces).toString() });
      response.end(name);
    });
  });
  return { origin, asked };
}

export interface MirrorScene {
  readonly legacy: string;
  readonly candidate: string;
  /** Of the upstream `candidate`; beside its side and address. */
  readonly candidateRules?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Routes that copy in every way; the candidate is the extracted side of `trips` too. */
export function mirroringRules({ legacy, candidate, candidateRules = '' }: MirrorScene): string {
  return `
version: 1
upstreams:
  legacy: { side: legacy, url: ${legacy} }
  candidate: { side: extracted, url: ${candidate}, ${candidateRules} }
  sandbox: { side: extracted, url: ${candidate}, ${candidateRules} }
defaults:
  upstream: legacy
  timeouts: { connectMs: 2000, headersMs: 2000, bodyIdleMs: 2000, totalMs: 10000 }
capabilities:
  trips: { flag: trips.cutover, stage: live, handover: immediate, legacy: legacy, extracted: candidate }
routes:
  - { id: reads, methods: [ANY], path: '/reads/{rest*}', upstream: legacy, mirror: { upstream: candidate } }
  - { id: writes, methods: [ANY], path: '/writes/{rest*}', upstream: legacy, mirror: { upstream: sandbox, bodyBytes: 65536, writes: true } }
  - id: shaped
    methods: [GET]
    path: /shaped/{id}
    upstream: legacy
    mirror: { upstream: candidate }
    transform: { extracted: { path: '/v2/{id}', request: { remove: [authorization], set: { x-copy: 'yes' } } } }
  - { id: tenth, methods: [GET], path: /tenth, upstream: legacy, mirror: { upstream: candidate, percent: 10 } }
  - { id: kept, methods: [GET], path: /kept, upstream: legacy, cache: true, mirror: { upstream: candidate } }
  - { id: trips.read, methods: [GET], path: '/trips/{tripId}', capability: trips, mirror: true }
  - id: overview
    methods: [GET]
    path: /overview/{tripId}
    aggregate: { parts: { trip: { path: '/trips/{tripId}' } } }
`;
}

export async function aMirroringFacade(sides: Sides, scene: MirrorScene): Promise<TestFacade> {
  const facade = await startFacade({ rules: mirroringRules(scene), ...(scene.env && { env: scene.env }) });
  sides.onClose(() => facade.close());
  return facade;
}

/** Series of a metric by their labels, as they are read at the admin port. */
async function seriesOf(facade: TestFacade, name: string): Promise<Readonly<Record<string, number>>> {
  const text = String((await facade.admin('GET', '/metrics')).body);
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(name.length, at), Number(line.slice(at + 1))];
    }),
  );
}

/** What became of copies, by `<rule> <outcome>`. */
export async function mirroredBy(facade: TestFacade): Promise<Readonly<Record<string, number>>> {
  return countsBy(await seriesOf(facade, 'facade_mirrored_total'), 'outcome');
}

/** What was not copied, by `<rule> <reason>`. */
export async function skippedBy(facade: TestFacade): Promise<Readonly<Record<string, number>>> {
  return countsBy(await seriesOf(facade, 'facade_mirrors_skipped_total'), 'reason');
}

function countsBy(series: Readonly<Record<string, number>>, label: string): Readonly<Record<string, number>> {
  const valueIn = (labels: string, name: string): string => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
  return Object.fromEntries(
    Object.entries(series).map(([labels, count]) => [`${valueIn(labels, 'rule')} ${valueIn(labels, label)}`, count]),
  );
}

/** Every copy has ended, whichever way. */
export async function copiesEnded(facade: TestFacade): Promise<void> {
  await eventually(async () => expect(await seriesOf(facade, 'facade_mirrors_in_flight')).toEqual({ '': 0 }));
}
