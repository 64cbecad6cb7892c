const resources = Array.from({ length: 40 }, (_, index) => `resource-${index + 1}`);
const flag = 'trips.cutover';

/** Five routes of each: the usual shape of an API. */
const routesOf = (resource: string): readonly string[] => [
  `  - { id: ${resource}.list, methods: [GET], path: /api/${resource}, capability: trips }`,
  `  - { id: ${resource}.create, methods: [POST], path: /api/${resource}, capability: trips }`,
  `  - { id: ${resource}.read, methods: [GET], path: '/api/${resource}/{id}', capability: trips }`,
  `  - { id: ${resource}.change, methods: [PUT, PATCH], path: '/api/${resource}/{id}', capability: trips }`,
  `  - { id: ${resource}.remove, methods: [DELETE], path: '/api/${resource}/{id}', capability: trips }`,
];

export const routeCount = resources.length * routesOf('').length;
export const benchFlag = flag;

export interface Origins {
  readonly legacy: string;
  readonly extracted: string;
  /** Reads uploads to their end before it answers. */
  readonly bodies: string;
}

/** 200 routes that move with one flag, and two for large bodies that stay where they are. */
export function benchRules({ legacy, extracted, bodies }: Origins): string {
  return `version: 1
upstreams:
  legacy: { side: legacy, url: '${legacy}' }
  trips: { side: extracted, url: '${extracted}' }
  bodies: { side: legacy, url: '${bodies}' }
defaults: { upstream: legacy }
capabilities:
  trips: { flag: ${flag}, stage: live, handover: immediate, legacy: legacy, extracted: trips }
routes:
${resources.flatMap(routesOf).join('\n')}
  - { id: upload, methods: [POST], path: /upload, upstream: bodies }
`;
}

/** Reads of single things and of lists, spread over all resources. */
export function benchPaths(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const resource = resources[index % resources.length] ?? '';
    return index % 4 === 0 ? `/api/${resource}?limit=20` : `/api/${resource}/${1000 + index}`;
  });
}
