// What two processes on two cores need for 100 bytes over loopback TCP and back: JSON with p50 and p99.
// They block in the system's own calls, without an event loop: nothing that has to cross the cores is faster.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const [role, ...rest] = process.argv.slice(2);
const byteCount = 100;
const warmUpCount = 2_000;
const buffer = Buffer.alloc(byteCount, 'banyan');

/** @returns false at the end of the connection, which is our standard input: those are the sockets that Node leaves blocking */
function receive() {
  for (let received = 0; received < byteCount;) {
    const count = readSync(0, buffer, received, byteCount - received);
    if (count === 0) return false;
    received += count;
  }
  return true;
}

function answer() {
  while (receive()) writeSync(0, buffer);
}

function ask(count) {
  const micros = new Float64Array(count);
  for (let index = -warmUpCount; index < count; index += 1) {
    const sentMs = performance.now();
    writeSync(0, buffer);
    receive();
    if (index >= 0) micros[index] = (performance.now() - sentMs) * 1_000;
  }
  micros.sort();
  const quantile = (share) => Math.round(micros[Math.ceil(count * share) - 1] * 10) / 10;
  process.stdout.write(JSON.stringify({ count, p50Micros: quantile(0.5), p99Micros: quantile(0.99) }));
}

/** Gives the socket away: the child alone holds it then, so that its end closes the connection. */
async function hand(socket, core, ...args) {
  socket.setNoDelay(true);
  const program = [process.execPath, ...process.execArgv, import.meta.filename, ...args];
  const child = spawn('taskset', ['-c', core, ...program], { stdio: [socket, 'inherit', 'inherit'] });
  await once(child, 'spawn');
  socket.destroy();
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exitCode = 1;
}

async function both(askingCore, answeringCore, count) {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(server.address().port, '127.0.0.1').pause();
  const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
  server.close();
  await Promise.all([hand(accepted, answeringCore, 'answer'), hand(client, askingCore, 'ask', count)]);
}

if (role === 'answer') answer();
else if (role === 'ask') ask(Number(rest[0]));
else await both(role, ...rest);
