// Sends every WebSocket message back.
import { WebSocketServer } from 'ws';

const [port] = process.argv.slice(2);
new WebSocketServer({ port: Number(port), host: '127.0.0.1', perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data) => socket.send(data));
});
