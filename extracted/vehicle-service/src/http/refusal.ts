import { problem, ProblemError } from '@banyan/platform';
import { problems, type ProblemName } from '../contract/index.ts';

/** A problem of the contract, to be thrown: `vehicle-not-found` is titled "Vehicle not found". */
export function refusal(name: ProblemName, detail: string): ProblemError {
  const words = name.replaceAll('-', ' ');
  return new ProblemError(problem(problems[name], name, words.charAt(0).toUpperCase() + words.slice(1), detail));
}
