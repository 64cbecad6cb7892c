import { Secret } from '@banyan/platform';
import { describe, expect, test } from 'vitest';
import { formatAddresses, formatStory } from './format-sandbox.ts';
import { plannedProcesses, usualPorts, type SandboxPlan } from './sandbox-plan.ts';
import { stateOf } from './state-of.ts';

const secret = (name: string): Secret => new Secret(`secret-${name}`);
const aPlan = (part: Partial<SandboxPlan> = {}): SandboxPlan => ({
  ports: usualPorts,
  secrets: {
    facadeAdminToken: secret('facade-admin'),
    cookieSecret: secret('cookie'),
    unleashAdminToken: secret('unleash-admin'),
    unleashClientToken: secret('unleash-client'),
    unleashAdminPassword: secret('console-password'),
    unleashSessionSecret: secret('session'),
    databasePasswords: {
      legacy: secret('l'),
      trips: secret('t'),
      vehicles: secret('v'),
      unleash: secret('u'),
      sync: secret('s'),
    },
  },
  databases: {
    own: {
      legacy: secret('legacy-url'),
      trips: secret('trips-url'),
      vehicles: secret('vehicles-url'),
      unleash: secret('unleash-url'),
    },
    sync: { legacy: secret('sync-legacy-url'), trips: secret('sync-trips-url'), vehicles: secret('sync-vehicles-url') },
  },
  folder: {
    path: '/data',
    postgres: '/data/postgres',
    kafka: '/data/kafka',
    logs: '/data/logs',
    facade: '/data/facade',
  },
  kafkaBrokers: undefined,
  ...part,
});
const planned = (plan: SandboxPlan, name: string): ReturnType<typeof plannedProcesses>[number] | undefined =>
  plannedProcesses(plan).find((process) => process.name === name);

describe('the plan of a sandbox', () => {
  test('starts a process only after those that stand before it, so that the reverse is an order to stop in', () => {
    const names = plannedProcesses(aPlan()).map(({ name }) => name);
    for (const { name, after } of plannedProcesses(aPlan())) {
      for (const needed of after) expect(names.indexOf(needed)).toBeLessThan(names.indexOf(name));
    }
  });

  test('gives every process a port of its own', () => {
    const urls = plannedProcesses(aPlan()).map(({ readyUrl }) => new URL(readyUrl).port);
    expect(new Set(urls).size).toBe(urls.length);
  });

  test('tells the facade where the three sides are', () => {
    const ports = { ...usualPorts, monolith: 13_000, trips: 13_002 };
    expect(planned(aPlan({ ports }), 'facade')?.env['FACADE_UPSTREAMS']).toBe(
      'legacy=http://127.0.0.1:13000,trips=http://127.0.0.1:13002,vehicles=http://127.0.0.1:3001',
    );
  });

  test('gives the facade the token that reads flags, not the one that sets them', () => {
    expect(planned(aPlan(), 'facade')?.env['FACADE_UNLEASH_TOKEN']).toBe('secret-unleash-client');
  });

  test('carries changes over Kafka when there is a broker', () => {
    expect(planned(aPlan(), 'sync')?.env['SYNC_BUS']).toBe('embedded');
    const kafka = planned(aPlan({ kafkaBrokers: '127.0.0.1:9092' }), 'sync')?.env;
    expect(kafka).toMatchObject({ SYNC_BUS: 'kafka', KAFKA_BROKERS: '127.0.0.1:9092' });
  });

  test('lets Unleash call nobody', () => {
    expect(planned(aPlan(), 'unleash')?.env).toMatchObject({ CHECK_VERSION: 'false', SEND_TELEMETRY: 'false' });
  });
});

describe('what is printed of a sandbox', () => {
  const state = stateOf(aPlan({ ports: { ...usualPorts, facade: 18_080 } }));

  test('names every address, and of the secrets only the password of the console', () => {
    const table = formatAddresses(state);
    expect(table).toContain('http://127.0.0.1:18080');
    expect(table.match(/secret-[a-z-]+/g)).toEqual(['secret-console-password']);
  });

  test('is a story whose lines use the facade and hold no secret', () => {
    const story = formatStory(state);
    expect(story).toContain('npx banyan flags set trips.cutover --user 42');
    expect(story).toContain('curl -i http://127.0.0.1:18080/trips');
    expect(story).not.toContain('secret-');
    expect(story).toContain('export BANYAN_DATA_DIR=/data\n');
  });
});
