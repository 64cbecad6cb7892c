/** What routing looks at. */
export interface RouteRequest {
  /** Upper-case. */
  readonly method: string;
  /** Canonical, without the query; see `canonicalisePath`. */
  readonly path: string;
  /** The Host header as it came. */
  readonly host?: string | undefined;
  /** Names in lower case, as Node gives them. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
}
