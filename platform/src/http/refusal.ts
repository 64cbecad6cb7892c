import { ProblemError, problem } from './problem.ts';

/**
 * Makes the problems of a contract, to be thrown: `thing-not-found` is titled "Thing not found".
 *
 * @param statuses - every problem's status under its name
 */
export function refusalOf<Name extends string>(
  statuses: Readonly<Record<Name, number>>,
): (name: Name, detail: string) => ProblemError {
  return (name, detail) => {
    const words = name.replaceAll('-', ' ');
    return new ProblemError(problem(statuses[name], name, words.charAt(0).toUpperCase() + words.slice(1), detail));
  };
}
