import { spawnSync } from 'node:child_process';
import { bareEnvironment } from '../config.ts';

const versionQuestions = {
  wrk: ['--version', /wrk (\S+)/],
  nginx: ['-v', /nginx\/(\S+)/],
  haproxy: ['-v', /version (\S+)/],
  taskset: ['--version', /(\d[\d.]*)/],
} as const;

export type Tool = keyof typeof versionQuestions;

/** Undefined when the program is not here. */
export function versionOf(tool: Tool): string | undefined {
  const [argument, pattern] = versionQuestions[tool];
  const answer = spawnSync(tool, [argument], { encoding: 'utf8', env: bareEnvironment() });
  return answer.error ? undefined : pattern.exec(answer.stdout + answer.stderr)?.[1];
}
