// Mail addresses as they are configured. Plain ones only: what SMTP needs an extension for, half of the servers refuse.

/** RFC 5322's dot-atom on the left, a host name with a dot in it, or `localhost`, on the right. */
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+$/;
const NAMED_ADDRESS = /^[^<>"\p{C}]*<([^<>]+)>$/u;
/** RFC 5321, 4.5.3.1.3, without the angle brackets. */
const MAX_LENGTH = 254;

export function isAddress(text: string): boolean {
  return text.length <= MAX_LENGTH && ADDRESS.test(text);
}

/** The address in `Alerts <alerts@example.com>` or in `alerts@example.com`; undefined when there is none. */
export function addressIn(text: string): string | undefined {
  const address = NAMED_ADDRESS.exec(text)?.[1] ?? text;
  return isAddress(address) ? address : undefined;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
