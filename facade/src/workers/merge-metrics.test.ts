import { expect, test } from 'vitest';
import { mergeMetrics } from './merge-metrics.ts';

const text = (served: number, age: string, expiry: number, inFlight: number): string => `# HELP served_total Requests.
# TYPE served_total counter
served_total{rule="a b",side="legacy"} ${served}

# HELP took_seconds Time.
# TYPE took_seconds histogram
took_seconds_bucket{le="1"} ${served}
took_seconds_bucket{le="+Inf"} ${served + 1}
took_seconds_sum 0.5
took_seconds_count ${served + 1}

# HELP flag_data_age_seconds Age.
# TYPE flag_data_age_seconds gauge
flag_data_age_seconds ${age}

# HELP facade_tls_certificate_expiry_seconds Expiry.
# TYPE facade_tls_certificate_expiry_seconds gauge
facade_tls_certificate_expiry_seconds ${expiry}

# HELP in_flight Now.
# TYPE in_flight gauge
in_flight ${inFlight}
`;

test('counts and buckets add up; an age is that of the oldest, an expiry that of the first', () => {
  expect(mergeMetrics([text(3, '1.5', 900, 2), text(4, '+Inf', 800, 1)])).toBe(
    text(7, '+Inf', 800, 3)
      .replace('_sum 0.5', '_sum 1')
      .replace(/(\+Inf"\}|_count) 8/g, '$1 9'),
  );
});

test('one process says what it said, and a series that only one knows stays', () => {
  const one = text(3, '0', 1, 0);
  expect(mergeMetrics([one])).toBe(one);
  expect(mergeMetrics([one, 'served_total{rule="b"} 1'])).toBe(one);
  expect(mergeMetrics([one, '# TYPE served_total counter\nserved_total{rule="b"} 1\n'])).toContain(
    'served_total{rule="b"} 1',
  );
});

test('the state of an instance is the worst that a worker knows of it, not a sum; requests under way add up', () => {
  const states = (state: number, outstanding: number): string => `# TYPE facade_upstream_instance_state gauge
facade_upstream_instance_state{upstream="trips",instance="a:1"} ${state}

# TYPE facade_upstream_outstanding gauge
facade_upstream_outstanding{upstream="trips",instance="a:1"} ${outstanding}
`;
  expect(mergeMetrics([states(4, 1), states(1, 2), states(0, 0)])).toBe(states(4, 3));
});
