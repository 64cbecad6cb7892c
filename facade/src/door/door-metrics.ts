import type { Metrics } from '@banyan/platform';

export function createDoorMetrics(metrics: Metrics) {
  return {
    certificateExpiry: metrics.gauge(
      'facade_tls_certificate_expiry_seconds',
      'When the certificate in use expires, in seconds since 1970.',
    ),
    certificatesRefused: metrics.counter(
      'facade_tls_certificates_refused_total',
      'New certificates or keys that were refused; the last good pair stays in use.',
    ),
    connectionsRefused: metrics.counter(
      'facade_connections_refused_total',
      'Connections above FACADE_CONNECTIONS_PER_ADDRESS, which were closed.',
    ),
  };
}

export type DoorMetrics = ReturnType<typeof createDoorMetrics>;
