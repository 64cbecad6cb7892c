import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { versionOf } from './tools.ts';

export interface MachineFacts {
  readonly processor: string;
  readonly coreCount: number;
  readonly memoryGibibytes: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function describeMachine(peerVersions: Readonly<Record<string, string>>): MachineFacts {
  const tools = (['wrk', 'nginx', 'haproxy'] as const).map((tool) => [tool, versionOf(tool) ?? 'not here'] as const);
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    coreCount: processors.length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()}, Linux ${release()}`,
    versions: { node: process.version.slice(1), ...Object.fromEntries(tools), ...peerVersions },
  };
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="(.+)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}
