// One bounded connection pool per destination, which refuses forbidden addresses at the moment of connecting: after DNS
// has been asked, so that a rebinding between check and connect finds nothing to slip through.
import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { addressRefusal, urlRefusal, type EgressRules } from './address-rules.ts';

/** A connection that was not made because its address is forbidden. */
export class EgressRefusedError extends Error {
  override readonly name = 'EgressRefusedError';
}

export interface GuardedAgentOptions {
  readonly rules: EgressRules;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  /** Authorities that are trusted in place of the usual ones, as PEM. */
  readonly ca?: string | undefined;
  /** Asks for all addresses of a host name; the system's resolver when absent. */
  readonly resolve?: Resolve;
}

export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export function createGuardedAgent(options: GuardedAgentOptions): Agent {
  const { rules, maxConnections, connectTimeoutMs, ca, resolve = lookup } = options;
  return new Agent({
    connections: maxConnections,
    pipelining: 1,
    // How long an attempt may take as a whole is the caller's business, on the caller's clock.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      lookup: guardedLookup(rules, resolve),
      timeout: connectTimeoutMs,
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca }),
    },
  });
}

/** Throws for a URL that must not be used. `lookup` is not called for a host that is an address: hence this check too. */
export function assertAllowed(url: URL, rules: EgressRules): void {
  const refusal = urlRefusal(url, rules);
  if (refusal !== undefined) throw new EgressRefusedError(refusal);
}

/** One forbidden address among several is enough: which of them gets connected is not ours to choose. */
export function guardedLookup(rules: EgressRules, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const refusal = firstRefusal(addresses, rules);
      if (refusal !== undefined) {
        callback(new EgressRefusedError(`${hostname} resolves to ${refusal}`), '');
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

function firstRefusal(addresses: readonly LookupAddress[], rules: EgressRules): string | undefined {
  for (const { address } of addresses) {
    const refusal = addressRefusal(address, rules);
    if (refusal !== undefined) return refusal;
  }
  return addresses.length === 0 ? 'no address' : undefined;
}
