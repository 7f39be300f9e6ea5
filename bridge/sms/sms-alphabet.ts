// The two alphabets of an SMS (3GPP TS 23.038), and how many units of them one message has: 140 bytes.

export interface Alphabet {
  readonly unitsPerMessage: number;
  readonly ellipsis: string;
  unitsOf(character: string): number;
}

/** TS 23.038, 6.2.1: seven bits each. */
const GSM_7_BASIC: ReadonlySet<string> = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** TS 23.038, 6.2.1.1: an escape and a further seven bits. */
const GSM_7_EXTENSION: ReadonlySet<string> = new Set('\f^{}\\[~]|€');

const GSM_7: Alphabet = {
  unitsPerMessage: 160,
  ellipsis: '...',
  unitsOf: (character) => (GSM_7_EXTENSION.has(character) ? 2 : 1),
};

/** Two bytes a code unit: a character beyond the basic plane takes two of them. */
const UCS_2: Alphabet = {
  unitsPerMessage: 70,
  ellipsis: '…',
  unitsOf: (character) => character.length,
};

/** The smaller alphabet that has all of the text's characters. */
export function alphabetOf(text: string): Alphabet {
  for (const character of text) {
    if (!GSM_7_BASIC.has(character) && !GSM_7_EXTENSION.has(character)) return UCS_2;
  }
  return GSM_7;
}

export function unitCount(text: string, { unitsOf }: Alphabet): number {
  let count = 0;
  for (const character of text) count += unitsOf(character);
  return count;
}

/** `text`, or its beginning with an ellipsis, in at most `maxUnits` (at least 3): a cut never falls into a character. */
export function cutToUnits(text: string, maxUnits: number, alphabet: Alphabet): string {
  if (unitCount(text, alphabet) <= maxUnits) return text;
  const room = maxUnits - unitCount(alphabet.ellipsis, alphabet);
  let kept = '';
  let count = 0;
  for (const character of text) {
    count += alphabet.unitsOf(character);
    if (count > room) break;
    kept += character;
  }
  return kept.trimEnd() + alphabet.ellipsis;
}
