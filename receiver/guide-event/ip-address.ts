// Finds IP addresses in text, so that none is ever kept. Pure. Errs on the side of dropping: a version with four short
// parts, such as 9.1.0.2, cannot be told from an address and counts as one.
import { isIPv6 } from 'node:net';

// Four numbers that are not part of a longer dotted row of numbers.
const V4_CANDIDATE = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g;
// Hexadecimal groups and colons, not glued to a letter: `tenant::1234` is a name, `::1234` is an address.
const V6_CANDIDATE = /(?<![a-z\d:.])[\da-f]{0,4}:[\da-f:]{1,40}(?:\.\d{1,3}){0,3}(?![a-z\d:])/gi;

/** Whether an IPv4 or IPv6 address stands anywhere in `text`, alone or beside a port, brackets or words. */
export function containsIpAddress(text: string): boolean {
  return (text.includes('.') && containsIpv4(text)) || (text.includes(':') && containsIpv6(text));
}

function containsIpv4(text: string): boolean {
  for (const [candidate] of text.matchAll(V4_CANDIDATE)) {
    if (candidate.split('.').every((octet) => Number(octet) <= 255)) return true;
  }
  return false;
}

function containsIpv6(text: string): boolean {
  for (const [candidate] of text.matchAll(V6_CANDIDATE)) {
    // The colon of `from fe80::1: …` belongs to the sentence.
    if (isIPv6(candidate) || isIPv6(candidate.replace(/:$/, ''))) return true;
  }
  return false;
}
