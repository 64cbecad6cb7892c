import type { RequestHandler } from 'express';
import type pg from 'pg';

export interface RequestCounts {
  readonly count: RequestHandler;
  /** Prometheus text format. */
  print(pool: pg.Pool): string;
}

export function createRequestCounts(): RequestCounts {
  const counts = new Map<string, number>();
  return {
    count: (request, response, next) => {
      response.once('close', () => {
        const labels = `method="${request.method}",status="${response.statusCode}"`;
        counts.set(labels, (counts.get(labels) ?? 0) + 1);
      });
      next();
    },
    print: (pool) =>
      [
        '# TYPE legacy_http_requests_total counter',
        ...[...counts].map(([labels, count]) => `legacy_http_requests_total{${labels}} ${count}`),
        ...gauge('legacy_database_connections', pool.totalCount),
        ...gauge('legacy_database_waiting_requests', pool.waitingCount),
        ...gauge('process_resident_memory_bytes', process.memoryUsage.rss()),
        ...gauge('process_uptime_seconds', Math.round(process.uptime())),
        '',
      ].join('\n'),
  };
}

function gauge(name: string, value: number): readonly string[] {
  return [`# TYPE ${name} gauge`, `${name} ${value}`];
}
