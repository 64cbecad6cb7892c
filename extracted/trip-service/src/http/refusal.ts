import { problem, ProblemError } from '@banyan/platform';
import { problems, type ProblemName } from '../contract/index.ts';

/** A problem of the contract, to be thrown: `trip-not-found` is titled "Trip not found". */
export function refusal(name: ProblemName, detail: string): ProblemError {
  const words = name.replaceAll('-', ' ');
  return new ProblemError(problem(problems[name], name, words.charAt(0).toUpperCase() + words.slice(1), detail));
}
