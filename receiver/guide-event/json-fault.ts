// Where a text stops being JSON. The engine's own message often names no position, and quotes the text, which may hold
// personal data. Runs only after JSON.parse has failed; iterative, so that deep nesting cannot exhaust the stack.

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
// eslint-disable-next-line no-control-regex -- JSON forbids them in strings
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** `at line 3, column 14`, or `at the end` when something is missing there. `text` must not be JSON. */
export function describeJsonFault(text: string): string {
  const offset = jsonFaultOffset(text);
  if (offset >= text.length) return 'at the end';
  const before = text.slice(0, offset).split('\n');
  return `at line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

/** The offset in UTF-16 units of the first thing that JSON has no place for: its length when the text breaks off. */
export function jsonFaultOffset(text: string): number {
  const open: ('{' | '[')[] = [];
  let offset = after(SPACE, text, 0);
  for (;;) {
    // Here a value must begin.
    const bracket = text[offset];
    if (bracket === '{' || bracket === '[') {
      const next = after(SPACE, text, offset + 1);
      if (text[next] !== closing(bracket)) {
        open.push(bracket);
        offset = bracket === '{' ? afterKey(text, next) : next;
        if (offset < 0) return -offset - 1;
        continue;
      }
      offset = next + 1;
    } else {
      offset = afterScalar(text, offset);
      if (offset < 0) return -offset - 1;
    }
    // Here a value has ended.
    for (;;) {
      offset = after(SPACE, text, offset);
      const innermost = open.at(-1);
      if (innermost === undefined) return offset;
      if (text[offset] === closing(innermost)) {
        open.pop();
        offset += 1;
        continue;
      }
      if (text[offset] !== ',') return offset;
      offset = after(SPACE, text, offset + 1);
      if (innermost === '{') offset = afterKey(text, offset);
      if (offset < 0) return -offset - 1;
      break;
    }
  }
}

// The functions below return the offset after what they read or, when they meet a fault, -1 minus its offset.

function afterKey(text: string, start: number): number {
  if (text[start] !== '"') return -start - 1;
  const end = afterString(text, start);
  if (end < 0) return end;
  const colon = after(SPACE, text, end);
  return text[colon] === ':' ? after(SPACE, text, colon + 1) : -colon - 1;
}

function afterScalar(text: string, start: number): number {
  if (text[start] === '"') return afterString(text, start);
  const end = Math.max(after(NUMBER, text, start), after(LITERAL, text, start));
  return end > start ? end : -start - 1;
}

function afterString(text: string, start: number): number {
  let offset = after(PLAIN_CHARACTERS, text, start + 1);
  while (text[offset] === '\\') {
    const end = after(ESCAPE, text, offset);
    if (end === offset) return -offset - 1;
    offset = after(PLAIN_CHARACTERS, text, end);
  }
  return text[offset] === '"' ? offset + 1 : -offset - 1;
}

/** Where a match of `pattern` at `start` ends; `start` when there is none. */
function after(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
}

function closing(bracket: '{' | '['): '}' | ']' {
  return bracket === '{' ? '}' : ']';
}
