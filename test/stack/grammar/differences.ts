// Where our grammar and the Collector's differ, on purpose. README.md beside this folder shows it to people; a case that
// is listed here has to differ, and no other one may.

export interface Difference {
  /** Titles of cases. */
  readonly cases: readonly string[];
  /** Who accepts them; where both do, the value comes to something else. */
  readonly acceptedBy: 'ours' | 'theirs' | 'both';
  readonly ours: string;
  readonly theirs: string;
  readonly why: string;
}

export const DIFFERENCES: readonly Difference[] = [
  {
    cases: ['a second document'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'ignored',
    why: 'nothing that was written may be without effect unsaid',
  },
  { cases: ['a custom tag'], acceptedBy: 'theirs', ours: 'refused', theirs: 'ignored', why: 'the same' },
  {
    cases: ['a reference that is not closed'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'text',
    why: 'it is a slip; `$${` writes the two characters',
  },
  {
    cases: ['a receiver named twice', 'an exporter named twice', 'an extension named twice'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'accepted, once',
    why: 'it is a slip, as it is for processors in both',
  },
  {
    cases: [
      'an authenticator that is not configured',
      'an authenticator that is configured and not listed',
      'an authenticator without its name',
    ],
    acceptedBy: 'theirs',
    ours: 'refused by `validate`',
    theirs: 'refused at the start',
    why: '`validate` should find what keeps the process from starting',
  },
  {
    cases: ['a choice in capitals'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'up to the component',
    why: 'words are written as the reference writes them; levels of telemetry are taken in capitals in both',
  },
  {
    cases: [
      'a boolean that is nothing',
      'a duration that is nothing',
      'a key of such a map that is nothing',
      'a number by a variable that is not set',
      'a number by a variable that is empty',
      'a boolean by a variable that is not set',
    ],
    acceptedBy: 'both',
    ours: 'the default',
    theirs: 'zero, or false',
    why: 'nothing is not zero: `timeout:` would be none at all',
  },
  {
    cases: ['an optional part without a body', 'an optional part without a body, alone'],
    acceptedBy: 'theirs',
    ours: 'absent',
    theirs: 'present, with its defaults',
    why: 'for a part that is off by default, nothing means that; `{}` switches it on in both',
  },
  {
    cases: ['a list of nothing', 'a header that is nothing', 'an attribute of the process that is nothing'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'the empty text; for an attribute: take it away',
    why: 'the name was given and the value forgotten; we add no attributes that could be taken away',
  },
  {
    cases: ['a fraction'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'cut off: 5.5 is 5',
    why: 'no number may become another one',
  },
  {
    cases: ['a number in octal, the old way', 'a number by a variable, in octal'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: '010 is 8',
    why: 'it is 10 by YAML 1.2 and 8 by YAML 1.1; `0o10` is 8 in both',
  },
  {
    cases: ['a number with underscores', 'a number in binary'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'a number',
    why: 'they are text by YAML 1.2, and gone from it',
  },
  {
    cases: ['a text that is a date'],
    acceptedBy: 'ours',
    ours: 'text',
    theirs: 'refused, as a date',
    why: 'there are no dates by YAML 1.2',
  },
  {
    cases: ['a number of many digits', 'a number that is none'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'accepted',
    why: 'our numbers are exact up to 2^53, and no limit of ours is infinite',
  },
  {
    cases: ['a duration that is a number'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'nanoseconds',
    why: 'who writes 5 means seconds; 0 is taken in both',
  },
  {
    cases: ['a receiver in a text', 'receivers by a variable with one name'],
    acceptedBy: 'ours',
    ours: 'a list',
    theirs: 'refused for these keys, a list for others',
    why: 'one variable can hand over a list to any key that takes one',
  },
  {
    cases: ['a list in a text with commas and spaces'],
    acceptedBy: 'both',
    ours: 'space around its parts does not count',
    theirs: 'space counts',
    why: 'no name begins with a space',
  },
  {
    cases: [
      'a variable that holds two dollar signs',
      'a variable that holds a reference',
      'a variable that holds an escaped reference',
    ],
    acceptedBy: 'both',
    ours: 'as it is',
    theirs: 'searched again, so that `$$` becomes `$` and `${B}` the value of B',
    why: 'a password may hold any characters',
  },
  {
    cases: ['a reference after an escaped one'],
    acceptedBy: 'both',
    ours: '`$${A} ${A}` is `${A} x`',
    theirs: '`$x x`',
    why: 'an escaped reference is text, whatever follows it',
  },
  {
    cases: ['a component by YAML in place'],
    acceptedBy: 'ours',
    ours: 'braces pair up',
    theirs: 'ends at the first `}`',
    why: 'a default may be a map',
  },
  {
    cases: ['a text by a file that ends with a line break'],
    acceptedBy: 'both',
    ours: 'without its last line break',
    theirs: 'as it is',
    why: 'editors add one, and no password ends with it',
  },
  {
    cases: ['a pipeline of traces'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: 'accepted',
    why: 'there are metrics and logs here',
  },
  {
    cases: ['an address of metrics'],
    acceptedBy: 'ours',
    ours: '`address`',
    theirs: 'refused; taken in earlier versions',
    why: 'there is one reader, and it serves Prometheus',
  },
  {
    cases: ['readers of metrics'],
    acceptedBy: 'theirs',
    ours: 'refused',
    theirs: '`readers` in place of `address`',
    why: 'the same',
  },
  {
    cases: ['a time to stop'],
    acceptedBy: 'ours',
    ours: '`shutdown_timeout`',
    theirs: 'unknown',
    why: 'a stop that never ends is ended by others, in the midst of a commit',
  },
];
