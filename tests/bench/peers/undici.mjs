// The limit in Node: undici's dispatch with raw header arrays, and nothing else. No header is removed, nothing is checked,
// decided, counted or logged; only backpressure is kept, without which a large body would fill the memory.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const [port, upstream] = process.argv.slice(2);
const pool = new Pool(upstream, { connections: 512, pipelining: 1 });

class PassThrough {
  #response;
  #resume;
  constructor(response) {
    this.#response = response;
  }
  onConnect(abort) {
    this.#response.on('close', () => {
      if (!this.#response.writableFinished) abort();
    });
  }
  onHeaders(status, raw, resume) {
    const headers = new Array(raw.length);
    for (let index = 0; index < raw.length; index += 1) headers[index] = raw[index].latin1Slice();
    this.#response.writeHead(status, headers);
    this.#resume = resume;
    return true;
  }
  onData(chunk) {
    if (this.#response.write(chunk)) return true;
    this.#response.once('drain', this.#resume);
    return false;
  }
  onComplete() {
    this.#response.end();
  }
  onError() {
    this.#response.destroy();
  }
}

// Idle clients are kept as long as the facade keeps them.
createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const { method, url: path, rawHeaders: headers } = request;
  const body = method === 'GET' ? null : request;
  pool.dispatch({ method, path, headers, body }, new PassThrough(response));
}).listen(port, '127.0.0.1');
