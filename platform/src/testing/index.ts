/**
 * platform/testing: what the tests of every room share: scratch databases, captured log lines, an issuer of tokens, sockets that speak bytes, programs that start quickly.
 * It must never be imported by code that ships.
 * Start reading at `scratch-database.ts`.
 */
import './provided-context.ts';

export { captureLog, type CapturedLog } from './captured-log.ts';
export { builtProgram } from './built-program.ts';
export { answering, openRawClient, startRawServer, type RawClient, type RawServer } from './raw-sockets.ts';
export { eventually } from './eventually.ts';
export { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
export { createTestIssuer, type TestIssuer } from './test-issuer.ts';
