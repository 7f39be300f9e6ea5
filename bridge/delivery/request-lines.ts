// The stored body of a destination that needs several requests for one transition: one JSON document a line, in the
// order in which they are sent. JSON has no line breaks of its own.

export function requestLines(documents: readonly object[]): string {
  return documents.map((document) => JSON.stringify(document)).join('\n');
}

/** The document that is sent next, as JSON. */
export function firstLine(body: string): string {
  const end = body.indexOf('\n');
  return end === -1 ? body : body.slice(0, end);
}

/** What is left when the first has been delivered; undefined when it was the last. */
export function restLines(body: string): string | undefined {
  const end = body.indexOf('\n');
  return end === -1 ? undefined : body.slice(end + 1);
}

/** Several bodies as one, the requests of the first in front. */
export function joinedLines(bodies: readonly string[]): string {
  return bodies.join('\n');
}

/** The body with another first document. */
export function withFirstLine(body: string, document: object): string {
  const rest = restLines(body);
  return rest === undefined ? JSON.stringify(document) : `${JSON.stringify(document)}\n${rest}`;
}
