import { refusalOf } from '@banyan/platform';
import { problems } from '../contract/index.ts';

/** A problem of the contract, to be thrown. */
export const refusal = refusalOf(problems);
