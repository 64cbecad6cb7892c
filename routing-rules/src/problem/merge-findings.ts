import { formatKeyPath, type Finding } from './finding.ts';
import type { Problem } from './problem.ts';

/**
 * One finding for each place that both the shape and a validator complain about: the validator knows more about what is missing,
 * the shape more about what is there.
 */
export function mergeFindings(shape: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  const shapeByPlace = new Map(shape.map((finding) => [formatKeyPath(finding.path), finding]));
  const kept = others.filter(({ path }) => {
    const rival = shapeByPlace.get(formatKeyPath(path));
    return rival === undefined || rival.code === 'missing';
  });
  const replaced = new Set(kept.map(({ path }) => formatKeyPath(path)));
  return [...shape.filter(({ path, code }) => code !== 'missing' || !replaced.has(formatKeyPath(path))), ...kept];
}

export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
