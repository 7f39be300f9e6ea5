// How an address is written: `127.0.0.1:4319`, `[::1]:4319`.

export function formatAddress(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
