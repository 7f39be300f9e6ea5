// Ports for programs that have to be told theirs.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * As many ports as asked for, all different, that nobody listens on at this moment. Somebody may take one before the
 * program does: who starts it tries again with others.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
