/** An answer of a contestant, as a client other than wrk sees it. */
export interface Asked {
  readonly status: number;
  readonly side: string | null;
  readonly body: string;
}

/** Sends one of the prepared requests. */
export async function ask(url: string, read: string): Promise<Asked> {
  const [requestLine = '', ...lines] = read.trimEnd().split('\r\n');
  const headers = lines.map((line): [string, string] => [
    line.split(': ')[0] ?? '',
    line.slice(line.indexOf(': ') + 2),
  ]);
  const sent = headers.filter(([name]) => !['Host', 'Accept-Encoding'].includes(name));
  const answer = await fetch(url + (requestLine.split(' ')[1] ?? ''), { headers: sent });
  return { status: answer.status, side: answer.headers.get('x-banyan-side'), body: await answer.text() };
}
