// What `outbox` was asked to do, from its arguments, or a sentence about what is wrong with them.
import { parseArgs } from 'node:util';
import { parseDuration } from '../../collector/config/duration.ts';
import { UNDELIVERED_STATES, type RowChoice, type UndeliveredState } from './undelivered.ts';

export const USAGE = `outbox ls --config FILE [--state ${UNDELIVERED_STATES.join('|')}]... [--destination ID] [--limit N]
outbox redrive --config FILE [--row N | --destination ID] [--since T] [--until T]
outbox log --config FILE --row N

T is when the transition was decided: ISO 8601, or how long ago, such as 2h`;

const DEFAULT_LIMIT = 200;

/** Which keys each of them takes, beside --config and --set. */
const OPTIONS_OF = {
  ls: ['state', 'destination', 'limit'],
  redrive: ['row', 'destination', 'since', 'until'],
  log: ['row'],
} as const;

interface WishBase {
  readonly config: readonly string[];
  readonly set: readonly string[];
}

export type Wish = WishBase &
  (
    | {
        readonly action: 'ls';
        readonly choice: RowChoice & { readonly states?: readonly UndeliveredState[] };
        readonly limit: number;
      }
    | { readonly action: 'redrive'; readonly choice: RowChoice }
    | { readonly action: 'log'; readonly rowId: number }
  );

export function parseWish(args: readonly string[], nowMs: number): Wish | string {
  const options = {
    config: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    state: { type: 'string', multiple: true },
    destination: { type: 'string' },
    limit: { type: 'string' },
    row: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return (error as Error).message;
  }
  const [action, ...more] = parsed.positionals;
  if (!isAction(action) || more.length > 0) return 'say what to do: ls, redrive or log';
  const { config = [], set = [], ...given } = parsed.values;
  if (config.length === 0) return 'at least one --config is needed';
  const foreign = Object.keys(given).find((key) => !(OPTIONS_OF[action] as readonly string[]).includes(key));
  if (foreign !== undefined) return `${action} takes no --${foreign}`;

  const { state: states, destination, limit = String(DEFAULT_LIMIT), row, since, until } = given;
  const wrongState = states?.find((name) => !UNDELIVERED_STATES.some((state) => state === name));
  if (wrongState !== undefined) return `--state takes one of ${UNDELIVERED_STATES.join(', ')}`;
  if (!/^[1-9]\d{0,8}$/.test(limit)) return '--limit takes a whole number';
  if (row !== undefined && !/^[1-9]\d{0,14}$/.test(row)) return '--row takes a number that ls shows';
  const sinceMs = timeOf(since, nowMs);
  const untilMs = timeOf(until, nowMs);
  if (Number.isNaN(sinceMs) || Number.isNaN(untilMs))
    return '--since and --until take a time such as 2026-01-31T09:00:00Z, or how long ago, such as 2h';

  const choice: RowChoice = {
    ...(row !== undefined && { rowId: Number(row) }),
    ...(destination !== undefined && { destination }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
  };
  switch (action) {
    case 'ls': {
      const chosen = { ...choice, ...(states !== undefined && { states: states as UndeliveredState[] }) };
      return { action, config, set, choice: chosen, limit: Number(limit) };
    }
    case 'redrive':
      return { action, config, set, choice };
    case 'log':
      return row === undefined ? 'log needs --row' : { action, config, set, rowId: Number(row) };
  }
}

function isAction(word: string | undefined): word is Wish['action'] {
  return word !== undefined && Object.hasOwn(OPTIONS_OF, word);
}

/** NaN when it is none. */
function timeOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  if (ago !== undefined) return nowMs - ago.ms;
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
}
