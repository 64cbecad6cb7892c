import { BanyanError } from '@banyan/platform';
import type { Cli } from '../cli.ts';
import type { JsonClient } from '../clients/http-json.ts';

/** @throws {BanyanError} CLI_ADDRESS_UNKNOWN */
export async function requireFacade(cli: Cli): Promise<JsonClient> {
  const facade = await cli.facade();
  if (facade) return facade;
  throw new BanyanError('CLI_ADDRESS_UNKNOWN', 'The admin address of the facade is not known.', {
    remedy: 'Start a sandbox with `banyan up`, or set BANYAN_FACADE_ADMIN_URL and BANYAN_FACADE_ADMIN_TOKEN.',
  });
}
