import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BanyanError, messageOf } from '@banyan/platform';
import { toolEnvironment } from '../config.ts';

type ToolEnvironment = Readonly<Record<string, string>>;

const run = promisify(execFile);
const outputBytesLimit = 16 * 1024 * 1024;

/** @throws {BanyanError} KAFKA_NO_JAVA when `java` is missing or older than 17 */
export async function requireJava(env = toolEnvironment()): Promise<void> {
  const version = await answerOf('java', ['-version'], env);
  const major = Number(/version "(\d+)/.exec(version ?? '')?.[1] ?? 0);
  if (major >= 17) return;
  throw missingTool(
    'KAFKA_NO_JAVA',
    version === undefined ? '`java` is missing.' : `\`java\` is version ${major}, not 17.`,
  );
}

/** @throws {BanyanError} KAFKA_NO_MAVEN */
export async function requireMaven(env = toolEnvironment()): Promise<void> {
  if ((await answerOf('mvn', ['--version'], env)) === undefined)
    throw missingTool('KAFKA_NO_MAVEN', '`mvn` is missing.');
}

function missingTool(code: string, what: string): BanyanError {
  return new BanyanError(code, `A Kafka broker cannot be started here: ${what}`, {
    remedy:
      'Install a JDK 17 or newer and Maven (Debian: apt-get install default-jdk-headless maven), or set KAFKA_BROKERS to a broker of yours.',
  });
}

/** Both outputs of a tool; undefined when it is not installed. */
async function answerOf(tool: string, args: readonly string[], env: ToolEnvironment): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(tool, args, { env });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}

/** @throws {BanyanError} KAFKA_DOWNLOAD_FAILED */
export async function runMaven(args: readonly string[], concerning: string): Promise<void> {
  try {
    await run('mvn', args, { env: toolEnvironment(), maxBuffer: outputBytesLimit });
  } catch (cause) {
    throw new BanyanError('KAFKA_DOWNLOAD_FAILED', `Maven could not fetch ${concerning}: ${lastWords(cause)}`, {
      remedy: 'Check that Maven Central (or the mirror in ~/.m2/settings.xml) can be reached, then try again.',
      concerning,
      cause,
    });
  }
}

function lastWords(cause: unknown): string {
  const output = typeof cause === 'object' && cause !== null && 'stdout' in cause ? String(cause.stdout) : '';
  const errors = output.split('\n').filter((line) => line.includes('ERROR'));
  return errors[0] ?? messageOf(cause);
}
