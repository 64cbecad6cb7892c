import { expect, test } from 'vitest';
import { childEnvironment, isContinuousIntegration, ownBrokers } from './config.ts';

test('a child gets what it needs and the keys of our processes, nothing else', () => {
  const env = { PATH: '/bin', FACADE_LOG_LEVEL: 'debug', NODE_OPTIONS: '--inspect', AWS_SECRET_ACCESS_KEY: 'x' };
  expect(childEnvironment(env)).toEqual({ PATH: '/bin', FACADE_LOG_LEVEL: 'debug' });
});

test('brokers of the caller are taken as they are', () => {
  expect(ownBrokers({ KAFKA_BROKERS: 'one:9092, two:9092' })).toBe('one:9092,two:9092');
  expect(ownBrokers({})).toBeUndefined();
});

test('CI is what calls itself so', () => {
  expect([{ CI: 'true' }, { CI: '1' }, { CI: 'false' }, {}].map(isContinuousIntegration)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
