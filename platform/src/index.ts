/**
 * platform: the kernel every room stands on: configuration, errors and what to do about them, lifecycle, logs, metrics, Postgres, HTTP, identity.
 * It must never contain a business word.
 * Start reading at `lifecycle/run-process.ts`: the body of every process.
 */
export { BanyanError, codeOf, messageOf, type BanyanErrorDetail } from './banyan-error.ts';
export { policyFor, type FailurePolicy } from './failure-policy.ts';
export { Secret } from './config/secret.ts';
export {
  boolean,
  integer,
  list,
  oneOf,
  optional,
  port,
  postgresUrl,
  secret,
  text,
  url,
  type Field,
} from './config/fields.ts';
export { ConfigError, describeConfig, readConfig, type ConfigOf, type ConfigSpec } from './config/read-config.ts';
export { createLifecycle, withDeadline, type Lifecycle, type Release } from './lifecycle/lifecycle.ts';
export { configOrExit, runProcess, type RunProcessOptions } from './lifecycle/run-process.ts';
export {
  createLogger,
  droppedLineCount,
  logLevels,
  logSeries,
  silentLogger,
  type LogFields,
  type LogLevel,
  type Logger,
} from './logger.ts';
export type { WriteLine } from './log-series.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export type { Tally, TallyCounter } from './tally.ts';
export type { Timing, Timings } from './timing.ts';
export { openDatabase, type DatabaseOptions } from './postgres/pool.ts';
export type { Database, Listener, Session, Sql, Transaction } from './postgres/sql.ts';
export * as columns from './postgres/columns.ts';
export { databaseReadyChecks } from './postgres/ready-checks.ts';
export { migrate, pendingMigrations, type MigrationsOptions } from './postgres/migrations.ts';
export * as fields from './contract/fields.ts';
export { describeRoutes } from './contract/openapi.ts';
export { commonProblems, problemDocument } from './contract/problems.ts';
export type { RouteContract } from './contract/route-contract.ts';
export { createHttpApp, createRouter, type HttpAppParts, type ReadyCheck } from './http/http-app.ts';
export { ProblemError, problem, sendProblem, type Problem } from './http/problem.ts';
export { cutPage, decodeCursor, encodeCursor, type Page } from './http/cursor.ts';
export { parseInput } from './http/parse-input.ts';
export { refusalOf } from './http/refusal.ts';
export { contractServer, expressPath, type ContractServer } from './http/serve-contract.ts';
export { startListening, type ListenAddress } from './http/start-listening.ts';
export { listen, type ListenOptions, type RunningServer } from './http/server.ts';
export { callerOf, requireSubject, type Caller } from './http/require-subject.ts';
export {
  createTokenVerifier,
  type TokenVerdict,
  type TokenVerifier,
  type TokenVerifierOptions,
} from './identity/token-verifier.ts';
export { childTrace, formatTraceparent, parseTraceparent, type TraceContext } from './trace-context.ts';
export type { RecordStore } from './postgres/record-store.ts';
export { tableStore, type Row, type TableStoreParts } from './postgres/table-store.ts';
export { randomHex } from './random-hex.ts';
