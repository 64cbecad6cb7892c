import type { Transaction } from '@banyan/platform';
import type { VehicleEvent } from '../domain/vehicle-event.ts';

const insertEvent = `
  insert into outbox (event_id, aggregate_id, scope, event_type, version, occurred_at, data)
  values (gen_random_uuid(), $1, $1, $2, $3, $4, $5) returning event_id`;
const deleteEvent = `delete from outbox where event_id = $1`;

/**
 * Tells the event if, and only if, the transaction commits. Capture reads the insert from the WAL; the row itself goes at once,
 * so that nobody has to tidy up and nobody can read the table in the wrong order.
 */
export async function appendEvent(tx: Transaction, event: VehicleEvent): Promise<void> {
  const { aggregateId, eventType, version, timestamp, data } = event;
  const values = [aggregateId, eventType, version, timestamp, JSON.stringify(data)];
  const { rows } = await tx.query<{ event_id: string }>(insertEvent, values);
  await tx.query(deleteEvent, [rows[0]?.event_id]);
}
