// The rule for servers: what other machines can reach asks for authentication, unless the configuration says otherwise
// in words. A pure decision; component schemas and `start` call it.
import ipaddr from 'ipaddr.js';
import { formatAddress } from '../address.ts';
import type { ListenAddress } from './fields.ts';

/** The key by which a component's configuration waives the rule, and its text for the reference. */
export const ALLOW_UNAUTHENTICATED = {
  key: 'allow_unauthenticated',
  description: 'Whether an address that other machines can reach may be served without authentication.',
} as const;

/** Whether only this machine can reach `host`. A name other than `localhost` is taken as reachable. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  // `process` also unwraps ::ffff:127.0.0.1.
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}

/** Why this address must not be served so, as a sentence for the user; undefined when it may. */
export function refuseOpenBind(
  address: Pick<ListenAddress, 'host' | 'port'>,
  {
    authenticated,
    allow,
    remedy = 'set auth',
  }: {
    readonly authenticated: boolean;
    readonly allow: boolean;
    /** What would make it ask for authentication. */
    readonly remedy?: string;
  },
): string | undefined {
  if (authenticated || allow || isLoopback(address.host)) return undefined;
  return (
    `${formatAddress(address.host, address.port)} can be reached from other machines and asks for no authentication; ` +
    `listen on 127.0.0.1, ${remedy}, or write "${ALLOW_UNAUTHENTICATED.key}: true"`
  );
}
