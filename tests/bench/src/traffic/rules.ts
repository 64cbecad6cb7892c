const routesPerResource = 5;
const usualResourceCount = 40;

export const benchFlag = 'trips.cutover';
export const routeCount = usualResourceCount * routesPerResource;

const nameOf = (index: number): string => `resource-${index + 1}`;

/** Five routes of each: the usual shape of an API. */
const routesOf = (resource: string): readonly string[] => [
  `  - { id: ${resource}.list, methods: [GET], path: /api/${resource}, capability: trips }`,
  `  - { id: ${resource}.create, methods: [POST], path: /api/${resource}, capability: trips }`,
  `  - { id: ${resource}.read, methods: [GET], path: '/api/${resource}/{id}', capability: trips }`,
  `  - { id: ${resource}.change, methods: [PUT, PATCH], path: '/api/${resource}/{id}', capability: trips }`,
  `  - { id: ${resource}.remove, methods: [DELETE], path: '/api/${resource}/{id}', capability: trips }`,
];

export interface Origins {
  readonly legacy: string;
  readonly extracted: string;
  /** Reads uploads to their end before it answers. */
  readonly bodies: string;
  /** Sends WebSocket messages back. */
  readonly sockets: string;
}

/** Routes that all move with one flag, and two besides that stay where they are: for uploads and for WebSockets. */
export function benchRules({ legacy, extracted, bodies, sockets }: Origins, movingRouteCount = routeCount): string {
  const resources = Array.from({ length: movingRouteCount / routesPerResource }, (_, index) => nameOf(index));
  return `version: 1
upstreams:
  legacy: { side: legacy, url: '${legacy}' }
  trips: { side: extracted, url: '${extracted}' }
  bodies: { side: legacy, url: '${bodies}' }
  sockets: { side: legacy, url: '${sockets}' }
defaults: { upstream: legacy }
capabilities:
  trips: { flag: ${benchFlag}, stage: live, handover: immediate, legacy: legacy, extracted: trips }
routes:
${resources.flatMap(routesOf).join('\n')}
  - { id: upload, methods: [POST], path: /upload, upstream: bodies }
  - { id: socket, methods: [GET], path: /socket, upstream: sockets }
`;
}

/** Reads of single things and of lists, spread evenly over all resources. */
export function benchPaths(count: number, movingRouteCount = routeCount): readonly string[] {
  const resourceCount = movingRouteCount / routesPerResource;
  return Array.from({ length: count }, (_, index) => {
    const resource = nameOf(Math.floor((index * resourceCount) / count));
    return index % 4 === 0 ? `/api/${resource}?limit=20` : `/api/${resource}/${1000 + index}`;
  });
}
