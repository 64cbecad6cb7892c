import type { z } from 'zod';

/** A value of which any part may be missing, since it was wrong and was left out. */
export type Draft<T> = T extends readonly (infer Element)[]
  ? readonly (Draft<Element> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;

/** A copy of `value` without the parts whose type is not the one that `Input` promises. */
export function draftOf<Input>(value: unknown, issues: readonly z.core.$ZodIssue[]): Draft<Input> {
  const draft = structuredClone(value);
  if (issues.some((issue) => hasWrongType(issue) && issue.path.length === 0)) return {} as Draft<Input>;
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) leaveOut(draft, [...issue.path, key]);
    else if (hasWrongType(issue)) leaveOut(draft, issue.path);
  }
  return draft as Draft<Input>;
}

function hasWrongType({ code }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union';
}

function leaveOut(draft: unknown, path: readonly PropertyKey[]): void {
  let holder = draft;
  for (const step of path.slice(0, -1))
    holder = isHolder(holder) && Object.hasOwn(holder, step) ? holder[step] : undefined;
  const last = path.at(-1);
  if (!isHolder(holder) || last === undefined) return;
  // An element is emptied, not removed: the places of the others are in other problems.
  if (Array.isArray(holder)) holder[Number(last)] = undefined;
  else Reflect.deleteProperty(holder, last);
}

function isHolder(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
