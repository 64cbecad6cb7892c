import type { ProblemCode } from './problem.ts';

export type KeyPath = readonly (string | number)[];

/** A problem that does not know its line yet. */
export interface Finding {
  readonly code: ProblemCode;
  readonly path: KeyPath;
  /** Whether the key itself is what is wrong; otherwise its value is pointed at. */
  readonly isAboutKey?: boolean;
  /** Where the parser found it, when a path does not lead there: the second of two equal keys, a syntax error. */
  readonly offset?: number;
  readonly message: string;
  readonly remedy: string;
}

/** `['routes', 2, 'headers', 'x.y']` as `routes[2].headers["x.y"]`. */
export function formatKeyPath(path: KeyPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w-]+$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
