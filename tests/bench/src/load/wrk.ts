import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { benchError } from '../bench-error.ts';
import { bareEnvironment } from '../config.ts';
import { loadCore } from '../machine/cores.ts';
import { reportMark, wrkScript } from './wrk-script.ts';

const reportSchema = z.object({
  requestCount: z.int(),
  durationMicros: z.int(),
  byteCount: z.int(),
  failedCount: z.int(),
  p50Micros: z.int(),
  p90Micros: z.int(),
  p99Micros: z.int(),
  maxMicros: z.int(),
});

export type WrkReport = z.infer<typeof reportSchema>;

export interface WrkRun {
  readonly url: string;
  readonly connectionCount: number;
  readonly seconds: number;
}

/** The same requests for everybody, in a file that wrk reads. */
export interface Wrk {
  run(run: WrkRun): Promise<WrkReport>;
}

export async function prepareWrk(folder: string, name: string, requests: readonly string[]): Promise<Wrk> {
  const script = join(folder, `${name}.lua`);
  await writeFile(script, wrkScript(requests));
  return {
    async run({ url, connectionCount, seconds }) {
      const size = ['-t1', `-c${connectionCount}`, `-d${seconds}s`, '--timeout', '10s'];
      const args = ['-c', String(loadCore), 'wrk', ...size, '-s', script, url];
      const report = parseReport(await outputOf('taskset', args));
      if (report.failedCount > 0 || report.byteCount === 0)
        throw benchError(
          `${report.failedCount} of ${report.requestCount} requests to ${url} failed.`,
          'Only a run without failures counts.',
        );
      return report;
    },
  };
}

async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return out + err;
}

/** @throws {BanyanError} BENCH_FAILED when wrk did not get as far as its report */
export function parseReport(output: string): WrkReport {
  const line = output.split('\n').find((one) => one.startsWith(reportMark));
  if (line === undefined) throw benchError(`wrk made no report: ${output.trim()}`, 'Run wrk alone and see.');
  return reportSchema.parse(JSON.parse(line.slice(reportMark.length)));
}
