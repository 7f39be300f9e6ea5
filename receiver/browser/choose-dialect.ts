// Which dialect a body is in: the one that the request names, else the one that knows its shape.
import type { Dialect } from '../dialect/dialect.ts';
import { dialectNamed, LIVE_DIALECTS, recogniseDialect } from '../dialect/registry.ts';
import { Refusal } from '../http/refusal.ts';

/** Throws a 400 that tells the names there are. */
export function chooseDialect(body: unknown, name: string | undefined): Dialect {
  const known = LIVE_DIALECTS.map((dialect) => dialect.name).join(', ');
  if (name === undefined) {
    const recognised = recogniseDialect(body, 'live');
    if (recognised !== undefined) return recognised;
    throw new Refusal(400, `the body has the shape of no dialect; name it by ?dialect=, one of ${known}`);
  }
  const dialect = dialectNamed(name);
  if (dialect?.use === 'live') return dialect;
  throw new Refusal(400, `?dialect= must be one of ${known}`);
}
