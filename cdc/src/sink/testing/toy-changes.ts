import type { BusMessage } from '../../bus/change-bus.ts';
import type { ChangeEvent, Operation, Row } from '../../event/change-event.ts';
import { toBusMessages } from '../../event/envelope.ts';
import { toyDirection, type Item, type Part } from './toy-direction.ts';

/** 2026-11-21T03:04:05Z; the change at LSN n is committed n microseconds later. */
const startMicros = 1_795_230_245_000_000n;

interface Order {
  readonly lsn: number;
  readonly ordinal?: number;
}

/** A change of `item` by its owner (the lane) 1, unless said otherwise. */
export function itemChange(operation: Operation, order: Order, parts: Partial<Item> = {}): BusMessage {
  return messageOf(operation, order, 'public.item', {
    id: 1,
    owner: 1,
    label: `label ${parts.id ?? 1}`,
    note: null,
    amount: 0,
    ...parts,
  });
}

export function partChange(operation: Operation, order: Order, parts: Partial<Part> = {}): BusMessage {
  return messageOf(operation, order, 'public.part', { id: 1, item_id: 1, owner: 1, name: 'part', ...parts });
}

/** The same change with a part of its event replaced. */
export function toyMessage(parts: Partial<ChangeEvent> & Order): BusMessage {
  const { lsn, ordinal = 1, ...event } = parts;
  const [message] = toBusMessages(
    {
      operation: 'c',
      source: toyDirection.source,
      table: 'public.item',
      position: { commitLsn: BigInt(lsn), ordinal },
      before: null,
      after: null,
      unavailable: [],
      committedAtMicros: startMicros + BigInt(lsn),
      transactionId: lsn,
      scope: '1',
      ...event,
    },
    toyDirection.topic,
  );
  if (!message) throw new TypeError('a change has one message');
  return message;
}

function messageOf(operation: Operation, order: Order, table: string, row: Row): BusMessage {
  const isGone = operation === 'd';
  return toyMessage({
    ...order,
    operation,
    table,
    before: isGone ? row : null,
    after: isGone ? null : row,
    scope: String(row['owner']),
  });
}
