// Makes sure that the tests find what npm does not bring: a JDK and Maven for the Kafka broker, and the broker's jars.
// Quick and silent when all is there. Where it cannot help, it says so once; under CI that fails the run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');
const isContinuousIntegration = ['true', '1'].includes(process.env.CI ?? '');
const tools = ['java', 'mvn'];

const has = (tool) => spawnSync(tool, ['-version'], { stdio: 'ignore' }).status === 0;
const missingTools = () => tools.filter((tool) => !has(tool));

function run(program, args, stdio = 'inherit') {
  return (
    spawnSync(program, args, {
      cwd: repository,
      stdio,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  );
}

function installTools() {
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!canInstall) return;
  process.stderr.write('tests/prepare: installing a JDK and Maven for the Kafka broker …\n');
  const packages = ['default-jdk-headless', 'maven'];
  run('apt-get', ['update', '-qq'], 'ignore');
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], ['ignore', 'ignore', 'inherit']);
}

function prepareKafka() {
  if (process.env.KAFKA_BROKERS) return true;
  if (missingTools().length > 0) installTools();
  const missing = missingTools();
  if (missing.length > 0) {
    process.stderr.write(
      `tests/prepare: the Kafka tests need ${missing.join(' and ')}: install a JDK 17 or newer and Maven, or set KAFKA_BROKERS.\n`,
    );
    return false;
  }
  return run(process.execPath, ['--conditions=source', '--import', 'tsx', 'sandbox/src/main-kafka-jars.ts']);
}

if (!prepareKafka()) process.exitCode = isContinuousIntegration ? 1 : 0;
