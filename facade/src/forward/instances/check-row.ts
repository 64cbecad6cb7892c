import type { HealthCheck } from '@banyan/routing-rules';

/** What the active checks of one instance amount to: only several in a row change it. */
export class CheckRow {
  readonly #policy: Pick<HealthCheck, 'healthyAfter' | 'unhealthyAfter'>;
  #isHealthy = true;
  #contraryCount = 0;

  constructor(policy: Pick<HealthCheck, 'healthyAfter' | 'unhealthyAfter'>) {
    this.#policy = policy;
  }

  get isHealthy(): boolean {
    return this.#isHealthy;
  }

  /** @returns whether the instance is taken otherwise from now on */
  note(isGood: boolean): boolean {
    this.#contraryCount = isGood === this.#isHealthy ? 0 : this.#contraryCount + 1;
    const { healthyAfter, unhealthyAfter } = this.#policy;
    if (this.#contraryCount < (isGood ? healthyAfter : unhealthyAfter)) return false;
    this.#contraryCount = 0;
    this.#isHealthy = isGood;
    return true;
  }
}
