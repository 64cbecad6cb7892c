/** A document that `parseRules` would have refused was compiled all the same. */
export class RuleTableError extends Error {
  readonly code = 'RULES_UNCHECKED';

  constructor(routeId: string, message: string) {
    super(`${routeId}: ${message} Compile only what parseRules has accepted.`);
    this.name = 'RuleTableError';
  }
}
