// Keeping a text within a destination's limit. Limits count code points: a cut never leaves half a character behind.

const ELLIPSIS = '…';

/** `text`, or its beginning with an ellipsis; never more than `maxLength` (at least 1) code points. */
export function cutText(text: string, maxLength: number): string {
  // As many code units can hold no more code points.
  if (text.length <= maxLength) return text;
  let end = 0;
  let endOfCut = 0;
  let count = 0;
  for (const character of text) {
    count += 1;
    if (count > maxLength) return text.slice(0, endOfCut) + ELLIPSIS;
    end += character.length;
    if (count === maxLength - 1) endOfCut = end;
  }
  return text;
}

/** As `cutText`, for a limit in bytes of UTF-8 (at least 3). */
export function cutToBytes(text: string, maxBytes: number): string {
  // A code unit is at most three bytes.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  const room = maxBytes - Buffer.byteLength(ELLIPSIS);
  let end = 0;
  let byteCount = 0;
  for (const character of text) {
    byteCount += Buffer.byteLength(character);
    if (byteCount > room) break;
    end += character.length;
  }
  return text.slice(0, end) + ELLIPSIS;
}
