// Text of others inside of Slack's mrkdwn.

/** The three characters that Slack gives a meaning to, and how it wants them written. */
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const ELLIPSIS = '…';

/** `text` escaped, at most `maxLength` characters of it: a cut never falls into a character or an escape. */
export function mrkdwn(text: string, maxLength: number): string {
  const pieces: string[] = [];
  let length = 0;
  // Where a cut would have to be, so that the ellipsis fits behind it.
  let pieceCountBeforeCut = 0;
  for (const character of text) {
    const piece = ESCAPES[character] ?? character;
    length += piece.length;
    if (length > maxLength) return pieces.slice(0, pieceCountBeforeCut).join('') + ELLIPSIS;
    pieces.push(piece);
    if (length < maxLength) pieceCountBeforeCut = pieces.length;
  }
  return pieces.join('');
}
