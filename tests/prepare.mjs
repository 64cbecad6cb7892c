// Makes sure that the tests find what npm does not bring: a JDK and Maven for the Kafka broker, the broker's jars, and Chromium.
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

/** Does nothing where it may not: what is missing then is said afterwards. */
function install(what, packages) {
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!canInstall) return;
  process.stderr.write(`tests/prepare: installing ${what} …\n`);
  run('apt-get', ['update', '-qq'], 'ignore');
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], ['ignore', 'ignore', 'inherit']);
}

function prepareKafka() {
  if (process.env.KAFKA_BROKERS) return true;
  if (missingTools().length > 0) install('a JDK and Maven for the Kafka broker', ['default-jdk-headless', 'maven']);
  const missing = missingTools();
  if (missing.length > 0) {
    process.stderr.write(
      `tests/prepare: the Kafka tests need ${missing.join(' and ')}: install a JDK 17 or newer and Maven, or set KAFKA_BROKERS.\n`,
    );
    return false;
  }
  return run(process.execPath, ['--conditions=source', '--import', 'tsx', 'sandbox/src/main-kafka-jars.ts']);
}

/** The same places in which the tests look. */
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const hasBrowser = () => browsers.some((place) => existsSync(place));

function prepareBrowser() {
  if (!hasBrowser()) install('Chromium', ['chromium']);
  if (hasBrowser()) return true;
  process.stderr.write(
    'tests/prepare: the browser tests need Chromium: install it (Debian: apt-get install chromium).\n',
  );
  return false;
}

const isPrepared = [prepareKafka(), prepareBrowser()].every(Boolean);
if (!isPrepared) process.exitCode = isContinuousIntegration ? 1 : 0;
