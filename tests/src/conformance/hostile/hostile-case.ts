/** What a proxy is started for; it forwards every request to `upstream`. */
export interface ProxyWish {
  /** Origin, `http://127.0.0.1:port`. */
  readonly upstream: string;
  /** Origin that gets a copy of every request, where the proxy has such a feature. */
  readonly mirror?: string;
  /**
   * True: with its pool of kept connections, where the proxy knows one. False, in one case only: as it comes.
   */
  readonly keepsConnections: boolean;
  /** How long the upstream may take for the head of an answer. */
  readonly answerTimeoutMs?: number;
}

export interface ProxyUnderTest {
  /** On loopback. */
  readonly url: string;
  readonly hasMirror: boolean;
  close(): Promise<void>;
}

/** Starts a fresh proxy with its default options, besides what the wish says. It serves WebSockets too. */
export type StartProxy = (wish: ProxyWish) => Promise<ProxyUnderTest>;

export type Verdict =
  | { readonly kind: 'passes' }
  | { readonly kind: 'fails'; readonly how: readonly string[] }
  /** The proxy does not have the feature whose danger the case is about. */
  | { readonly kind: 'not-offered'; readonly feature: string };

/** One thing that went wrong behind a real proxy somewhere; it takes any proxy. */
export interface HostileCase {
  /** 1..12, the row of the comparison. */
  readonly number: number;
  readonly name: string;
  /** Never hangs: what does not happen within some seconds counts as not happening. */
  readonly run: (start: StartProxy) => Promise<Verdict>;
}

/** @param failures - sentences; false for what went well */
export function verdictOf(...failures: readonly (string | false)[]): Verdict {
  const how = failures.filter((failure) => failure !== false);
  return how.length === 0 ? { kind: 'passes' } : { kind: 'fails', how };
}
