// The side behind every proxy, where nginx is missing, and for uploads everywhere: nginx answers before it has read the body.
import { createServer } from 'node:http';

const [jsonText, ...ports] = process.argv.slice(2);
const json = Buffer.from(jsonText);
const piece = Buffer.alloc(1 << 18, 'banyan');
const headers = [
  'Content-Type',
  'application/json',
  'Cache-Control',
  'no-store',
  'Content-Length',
  String(json.length),
];

function download(response, byteCount) {
  response.writeHead(200, ['Content-Type', 'application/octet-stream', 'Content-Length', String(byteCount)]);
  let left = byteCount;
  const more = () => {
    while (left > 0) {
      const next = left >= piece.length ? piece : piece.subarray(0, left);
      left -= next.length;
      if (!response.write(next)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

const server = () =>
  createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    if (request.url === '/download') download(response, 1 << 26);
    else request.on('end', () => response.writeHead(200, headers).end(json)).resume();
  });
for (const port of ports) server().listen(port, '127.0.0.1');
