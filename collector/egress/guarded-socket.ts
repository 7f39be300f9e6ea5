// One plain connection through the egress guard, for protocols that are not HTTP. What is spoken over it, TLS included,
// is the caller's business.
import { lookup } from 'node:dns';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { hostRefusal, type EgressRules } from './address-rules.ts';
import { EgressRefusedError, guardedLookup, type Resolve } from './guarded-agent.ts';

export interface GuardedSocketOptions {
  /** A name or an address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
  readonly rules: EgressRules;
  /** Asks for all addresses of a host name; the system's resolver when absent. */
  readonly resolve?: Resolve;
}

/** Resolves when connected. Rejects when that fails, is forbidden, or `signal` aborts first, with the signal's reason. */
export async function connectGuarded(
  { host, port, rules, resolve = lookup }: GuardedSocketOptions,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  // The lookup is not called for a host that is an address.
  const refusal = hostRefusal(host, rules);
  if (refusal !== undefined) throw new EgressRefusedError(refusal);
  const socket = connect({ host, port, lookup: guardedLookup(rules, resolve) });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  }
}
