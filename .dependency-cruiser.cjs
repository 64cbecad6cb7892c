/** The arrows that ARCHITECTURE.md allows; every other import between rooms is an error. */
const rooms = [
  'platform',
  'routing-rules',
  'facade',
  'legacy-adapter',
  'extracted/trip-service',
  'extracted/vehicle-service',
  'cdc',
  'control',
  'cli',
  'sandbox',
  'tests',
];
const roomOf = (room) => `^${room}/`;

/** Files of `from` may import other rooms only where `allowed` matches. */
const only = (from, allowed, comment) => ({
  name: `arrows-of-${from.replace('/', '-')}`,
  comment,
  severity: 'error',
  from: { path: roomOf(from) },
  to: {
    path: `^(${rooms.join('|')})/`,
    pathNot: [roomOf(from), ...allowed],
  },
});
/** `library` may be imported only by files that match `where`. */
const confined = (library, where) => ({
  name: `${library}-is-confined`,
  comment: `${library} is imported only in ${where}, so that it can be replaced there.`,
  severity: 'error',
  from: { path: '^[^/]+/', pathNot: [where, '\\.test\\.ts$', '^tests/'] },
  to: { path: `node_modules/(@types/)?${library}/` },
});
const entryOf = (room, entry = 'index') => `^${room}/src/${entry}\\.ts$`;
const platform = `^platform/src/(testing/)?index\\.ts$`;
const publicEntries = rooms.flatMap((room) => [
  platform,
  entryOf(room),
  entryOf(room, 'contract/index'),
  entryOf(room, 'sync/index'),
]);

module.exports = {
  forbidden: [
    only('platform', [], 'The kernel knows no room.'),
    only('routing-rules', [], 'The rule language is pure and knows no room.'),
    only('facade', [platform, entryOf('routing-rules')], 'The data plane knows neither model.'),
    only('extracted/trip-service', [platform], 'A service stands alone.'),
    only('extracted/vehicle-service', [platform], 'A service stands alone.'),
    only(
      'legacy-adapter',
      [platform, '^extracted/[^/]+/src/contract/index\\.ts$', '^extracted/[^/]+/src/sync/index\\.ts$'],
      'The anti-corruption layer meets the services in their contracts.',
    ),
    only(
      'cdc',
      [platform, entryOf('legacy-adapter'), '^extracted/[^/]+/src/(contract|sync)/index\\.ts$'],
      'Capture and sink carry changes, they do not decide.',
    ),
    only(
      'control',
      [platform, entryOf('routing-rules'), entryOf('legacy-adapter'), entryOf('cdc')],
      'The control plane sits beside the request path.',
    ),
    only('cli', publicEntries, 'The command uses public entries.'),
    only('sandbox', publicEntries, 'The sandbox uses public entries.'),
    only('tests', publicEntries, 'Tests meet rooms where users do.'),
    {
      name: 'test-kit-only-in-tests',
      severity: 'error',
      from: { path: '^[^/]+/', pathNot: ['^platform/', '^tests/', '\\.test\\.ts$', '/testing/'] },
      to: { path: '^platform/src/testing/' },
    },
    {
      name: 'nobody-imports-the-sandbox',
      severity: 'error',
      from: { path: '^(platform|routing-rules|facade|legacy-adapter|extracted|cdc|control)/' },
      to: { path: '^(sandbox|cli|tests)/' },
    },
    {
      name: 'the-monolith-stands-alone',
      comment: 'The host tree imports no room: it was there before us.',
      severity: 'error',
      from: { path: '^sandbox/legacy-monolith/' },
      to: { path: '^(platform|routing-rules|facade|legacy-adapter|extracted|cdc|cli|tests|sandbox/src)/' },
    },
    {
      name: 'nobody-imports-the-monolith',
      severity: 'error',
      from: { path: '^[^/]+/', pathNot: '^sandbox/legacy-monolith/' },
      to: { path: '^sandbox/legacy-monolith/' },
    },
    confined('http-proxy', '^facade/src/forward/'),
    confined('undici', '^facade/src/forward/'),
    confined('http-cache-semantics', '^facade/src/cache/'),
    confined('unleash-client', '^facade/src/flags/unleash-source\\.ts$'),
    confined('kafkajs', '^cdc/src/kafka/'),
    confined('pino', '^(platform/src/log(ger|-output)\\.ts$|sandbox/legacy-monolith/)'),
    confined('express', '^(platform/src/http/|sandbox/legacy-monolith/)'),
    confined('pg', '^(platform/src/postgres/|cdc/src/capture/replication-stream\\.ts$|sandbox/legacy-monolith/)'),
    {
      name: 'http1-is-pure',
      comment: 'What HTTP/1.1 is made of serves the door and the client alike: it knows neither, and no socket.',
      severity: 'error',
      from: { path: '^facade/src/http1/', pathNot: ['\\.test\\.ts$'] },
      to: { pathNot: ['^facade/src/http1/', '^facade/src/own-text\\.ts$'] },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^[^/]+/', pathNot: ['\\.test\\.ts$', '\\.d\\.ts$', 'main[^/]*\\.ts$'] },
      to: {},
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { pathNot: ['\\.test\\.ts$', '-contract\\.ts$', '/testing/', '^tests/'] },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    { name: 'not-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'types', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
    tsConfig: { fileName: 'tsconfig.base.json' },
  },
};
