/**
 * cdc: carries committed changes from one database to another: capture from the WAL, Debezium events on a bus, guarded apply.
 * It must never decide a business rule; what a row means on the other side is the legacy adapter's to say.
 * Start reading at `capture/stream-changes.ts`, then `sink/sink.ts`; what is carried is in `pipelines/directions.ts`.
 */
export { syncConfigSpec } from './config.ts';
export type {
  SyncStatus,
  SourceReport,
  DirectionReport,
  PipelineReport,
  ParkedLaneReport,
} from './status/sync-status.ts';
export type { BusMessage, ChangeBus, SubscribeOptions, Subscription } from './bus/change-bus.ts';
export { createEmbeddedBus, type EmbeddedBus, type EmbeddedBusOptions } from './bus/embedded-bus.ts';
export { createKafkaBus, type KafkaBus, type KafkaBusOptions } from './kafka/kafka-bus.ts';
export type { ChangeEvent, ColumnValue, Operation, Row } from './event/change-event.ts';
export { formatLsn, isAfter, parseLsn, type Position } from './event/position.ts';
export { toBusMessages, type CaptureContext } from './event/envelope.ts';
export { parseChangeEvent, type ParsedMessage } from './event/parse-change-event.ts';
