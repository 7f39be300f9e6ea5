// What a text from outside may be before it is kept: bounded, well-formed Unicode, without control characters, and
// without an IP address. Pure.
import { containsIpAddress } from './ip-address.ts';

/** Longest id, in UTF-16 units. Longer ones are refused and not cut, since two of them could become one. */
const MAX_ID_LENGTH = 256;
/** Longest other attribute, in UTF-16 units. Longer ones are cut. */
const MAX_ATTRIBUTE_LENGTH = 128;

const LONGEST_ADDRESS_LENGTH = 45;
// Almost all ids and attributes are of these kinds, which need no closer look. At most two dots: no IPv4 address.
const PLAIN_ID = /^[\w-]{1,256}$/;
const PLAIN_ATTRIBUTE = /^(?=.{1,128}$)[\w/-]+(?:\.[\w/-]+){0,2}$/;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Why `value` can't be an id, in words that follow the field's path; undefined when it can. */
export function idProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (PLAIN_ID.test(value)) return undefined;
  if (value.length > MAX_ID_LENGTH) return `must have at most ${MAX_ID_LENGTH} characters`;
  if (value.trim() === '') return 'must not be empty';
  return characterProblem(value) ?? (containsIpAddress(value) ? 'must not contain an IP address' : undefined);
}

/** Whether `value` is an attribute that is kept as it is, at the first glance. */
export function isPlainAttribute(value: unknown): value is string {
  return typeof value === 'string' && PLAIN_ATTRIBUTE.test(value);
}

/** Why `value` can't be an attribute such as a codec; undefined when it can. An IP address is not judged here. */
export function attributeProblem(value: unknown): string | undefined {
  return typeof value === 'string' ? characterProblem(cutTo(value, MAX_ATTRIBUTE_LENGTH)) : 'must be text';
}

/** What of an attribute's text is kept: cut to its bound, or undefined when it shows an IP address. */
export function keptAttribute(text: string): string | undefined {
  // An address that the cut would halve is still seen, and so is one that only the cut makes.
  if (containsIpAddress(text.slice(0, MAX_ATTRIBUTE_LENGTH + LONGEST_ADDRESS_LENGTH))) return undefined;
  const cut = cutTo(text, MAX_ATTRIBUTE_LENGTH);
  return cut.length < text.length && containsIpAddress(cut) ? undefined : cut;
}

/** At most `length` UTF-16 units from the start, never half of a surrogate pair. */
function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function characterProblem(text: string): string | undefined {
  if (CONTROL.test(text)) return 'must not contain control characters';
  return text.isWellFormed() ? undefined : 'must be well-formed Unicode';
}
