/** What a test lets go wrong on purpose. */
export class Injected extends TypeError {}

export function throwing(): never {
  throw new Injected('injected');
}
