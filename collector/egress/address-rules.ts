// Which addresses we may send to. Pure: the guard in guarded-agent.ts asks here before every connection, so that
// neither a configured host nor a changed DNS record can point us at the inside of somebody's network.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface EgressRules {
  /** Whether plain http is allowed. */
  readonly allowHttp: boolean;
  /** Private ranges (RFC 1918, unique local, carrier-grade NAT): where an on-premises SIEM lives. */
  readonly allowPrivate: boolean;
  readonly allowLoopback: boolean;
}

/** Services of cloud platforms outside the link-local range: they hand out credentials to whoever asks. */
const METADATA_RANGES: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][] = [
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure
  '192.0.0.192/32', // Oracle Cloud
  'fd00:42::42/128', // Scaleway
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google Cloud
].map((range) => ipaddr.parseCIDR(range));

/** All of IPv6 that is given out for public use; ipaddr.js also calls `unicast` what nobody has been given. */
const PUBLIC_IPV6 = ipaddr.parseCIDR('2000::/3');

/** Why `address` must not be connected to, or undefined when it may be. */
export function addressRefusal(address: string, rules: EgressRules): string | undefined {
  if (!ipaddr.isValid(address)) return `"${address}" is no IP address`;
  // `process` turns ::ffff:127.0.0.1 into 127.0.0.1.
  const parsed = ipaddr.process(address);
  const text = parsed.toString();
  if (METADATA_RANGES.some((metadata) => isWithin(parsed, metadata))) return `${text} is a metadata service`;
  const range = rangeOf(parsed);
  switch (range) {
    case 'unicast':
      return undefined;
    case 'loopback':
      return rules.allowLoopback
        ? undefined
        : `${text} is a loopback address; set egress.allow_loopback to allow it`;
    case 'private':
    case 'uniqueLocal':
    case 'carrierGradeNat':
      return rules.allowPrivate
        ? undefined
        : `${text} is a private address; set egress.allow_private to allow it`;
    default:
      // Link-local, multicast, reserved, and the ranges in which an IPv4 address travels inside an IPv6 one.
      return `${text} is ${range}, which is never connected to`;
  }
}

function rangeOf(address: ipaddr.IPv4 | ipaddr.IPv6) {
  const range = address.range();
  return range === 'unicast' && address.kind() === 'ipv6' && !isWithin(address, PUBLIC_IPV6)
    ? 'unassigned'
    : range;
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, range: [ipaddr.IPv4 | ipaddr.IPv6, number]): boolean {
  return address.kind() === range[0].kind() && address.match(range);
}

/** Why a URL must not be used, or undefined. Of a host name only its resolution can tell; that is checked per connection. */
export function urlRefusal(url: URL, rules: EgressRules): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `${url.protocol}// is not http or https`;
  if (url.protocol === 'http:' && !rules.allowHttp) {
    return 'plain http would show the credential to the network; use https or set egress.allow_http';
  }
  return placeRefusal(url, rules);
}

/** The same for a WebSocket. Where the URL comes from a peer, as it does there, nothing of it is quoted. */
export function webSocketUrlRefusal(url: URL, rules: EgressRules): string | undefined {
  if (url.protocol !== 'wss:' && url.protocol !== 'ws:') return 'a WebSocket goes to wss URLs only';
  if (url.protocol === 'ws:' && !rules.allowHttp) {
    return 'a WebSocket without TLS would show all to the network; set egress.allow_http to allow it';
  }
  return placeRefusal(url, rules);
}

function placeRefusal(url: URL, rules: EgressRules): string | undefined {
  if (url.username !== '' || url.password !== '')
    return 'a credential in the URL would end up in logs; use auth';
  return hostRefusal(url.hostname.replace(/^\[(.*)\]$/, '$1'), rules);
}

/** Why a host must not be connected to, or undefined. Of a name only its resolution can tell, as with a URL's. */
export function hostRefusal(host: string, rules: EgressRules): string | undefined {
  return isIP(host) !== 0 || ipaddr.isValid(host) ? addressRefusal(host, rules) : undefined;
}
