// A process of its own that takes OTLP requests on loopback and throws them away, so that only the sender is measured.
// It tells its parent the port, and after each `report` how many bytes of body have come since the last.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let byteCount = 0;
const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (byteCount += chunk.length));
  request.on('end', () => response.writeHead(200).end());
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  process.send!({ byteCount });
  byteCount = 0;
});
process.on('disconnect', () => process.exit(0));
