// Text of others in a place that is one line: a subject, a header, a line of a message that people read.

/** Line breaks, control and format characters and halves of characters become single blanks; none is left at an end. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim();
}
