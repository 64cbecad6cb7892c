interface StreamEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
  readonly comment?: string;
}

export interface EventStream {
  /** The next event, comment or other block. Undefined when the server has ended the stream. */
  next(): Promise<StreamEvent | undefined>;
  /** Skips what is no event. */
  nextEvent(): Promise<StreamEvent | undefined>;
  close(): Promise<void>;
}

/** A client of server-sent events that knows just enough of the format to see every line. */
export async function openEventStream(url: string, headers: Readonly<Record<string, string>>): Promise<EventStream> {
  const response = await fetch(url, { headers });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const next = async (): Promise<StreamEvent | undefined> => {
    let end = text.indexOf('\n\n');
    while (end < 0) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
      end = text.indexOf('\n\n');
    }
    const block = text.slice(0, end);
    text = text.slice(end + 2);
    return parse(block);
  };
  const nextEvent = async (): Promise<StreamEvent | undefined> => {
    const event = await next();
    return event && event.event === undefined ? nextEvent() : event;
  };
  return { next, nextEvent, close: () => reader.cancel() };
}

function parse(block: string): StreamEvent {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const [id, event, data] = [field('id'), field('event'), field('data')];
  const comment = /^: (.*)$/m.exec(block)?.[1];
  return {
    ...(comment !== undefined && { comment }),
    ...(id !== undefined && { id }),
    ...(event !== undefined && { event }),
    ...(data !== undefined && { data: JSON.parse(data) as unknown }),
  };
}
