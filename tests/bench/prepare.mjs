// Brings what a run needs and npm does not: the peers, into this folder alone; wrk, nginx and HAProxy from Debian where it may.
// Then builds the facade, which is measured as it is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const repository = join(here, '..', '..');
const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, DEBIAN_FRONTEND: 'noninteractive' };
const say = (text) => process.stderr.write(`bench: ${text}\n`);

function run(program, args, { cwd = repository, stdio = 'inherit' } = {}) {
  return spawnSync(program, args, { cwd, stdio, env: environment }).status === 0;
}

/** The lock file is made with `--omit-lockfile-registry-resolved`. `npm ci` takes seconds; it is left out while the lock file is the one that was installed. */
function installPeers() {
  const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
  const mark = join(here, 'node_modules', '.installed-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return true;
  say('installing the peers …');
  if (!run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: here })) return false;
  writeFileSync(mark, lock);
  return true;
}

const has = (program) => !spawnSync(program, ['-v'], { stdio: 'ignore', env: environment }).error;
const packages = { wrk: 'wrk', nginx: 'nginx-light', haproxy: 'haproxy' };
const missing = () => Object.keys(packages).filter((program) => !has(program));

function installTools() {
  const names = missing();
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (names.length === 0 || !canInstall) return;
  say(`installing ${names.join(', ')} from Debian …`);
  run('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  const wanted = names.map((name) => packages[name]);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function checkTools() {
  const names = missing();
  if (names.includes('wrk')) {
    say('there is no wrk, which makes the load: install it (Debian: apt-get install wrk).');
    return false;
  }
  for (const name of names) say(`there is no ${name}: it is left out of the tables.`);
  if (has('taskset')) return true;
  say('there is no taskset (util-linux): a run needs Linux, where programs can be kept on one core.');
  return false;
}

installTools();
if (!(checkTools() && installPeers() && run('npx', ['tsc', '-b', 'facade']))) process.exitCode = 1;
