/** How often one caller may ask. */
export interface RequestLimit {
  /** Of the route or the capability that says so, or `defaults`. */
  readonly name: string;
  /** Where it is said: all requests under one of these share what it allows. */
  readonly place: 'route' | 'capability' | 'defaults';
  readonly perSecond: number;
  readonly burst: number;
  /** `subject`: a caller who is verified; whoever is not counts by the address of the client. */
  readonly by: 'subject' | 'address';
}

/** What one request, and one caller, may take. */
export interface RouteLimits {
  /** Undefined: bodies of any size. */
  readonly bodyBytes: number | undefined;
  readonly requests: RequestLimit | undefined;
}
