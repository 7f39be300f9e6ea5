import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  CATEGORIES,
  type IncidentChoice,
  INCIDENT_STATES,
  type IncidentPlace,
  type ListedIncident,
  listStatement,
} from '../../../api/incidents/incident-list.ts';
import { IncidentReader, STATEMENTS } from '../../../api/incidents/incident-reader.ts';
import { SEVERITIES, severityRank } from '../../../bridge/transition/transition.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { TRIGGER_MS } from '../../support/transition.ts';

let stored: StoredOutbox;
let reader: IncidentReader;

before(async () => {
  stored = await StoredOutbox.open();
  reader = new IncidentReader(stored.database);
});

afterEach(() => stored.clear());

after(() => stored.close());

const OR_ABSENT = <Word>(words: readonly Word[]) => [undefined, ...words];

/** One of each shape of a list that can be asked for. */
const SHAPES: readonly IncidentChoice[] = OR_ABSENT(INCIDENT_STATES).flatMap((state) =>
  OR_ABSENT(CATEGORIES).flatMap((category) =>
    OR_ABSENT(SEVERITIES).flatMap((minSeverity) =>
      OR_ABSENT(['s-1']).map((subject) => ({ state, category, minSeverity, subject, limit: 50 })),
    ),
  ),
);

async function planOf(sql: string, count: number): Promise<readonly string[]> {
  const rows = await stored.rows(`EXPLAIN QUERY PLAN ${sql}`, ...Array.from({ length: count }, () => null));
  return rows.map(({ detail }) => String(detail));
}

/** What each search of a list finds its way by, so that it meets nothing that is not asked for. */
function indexOf({ category, minSeverity, subject }: IncidentChoice): string {
  const ofKind = category !== undefined || minSeverity !== undefined;
  if (subject !== undefined) return 'incidents_by_subject (subject=? AND updated_at_ms>?';
  if (ofKind) return 'incidents_by_kind (category=? AND severity=? AND status=? AND updated_at_ms>?';
  return 'incidents_by_age (status=? AND updated_at_ms>?';
}

describe('no question that is asked of the tables', () => {
  const isScan = (detail: string) => detail.startsWith('SCAN') && !detail.includes('VIRTUAL TABLE');

  it('looks at all incidents, or sorts them', async () => {
    for (const shape of SHAPES) {
      const { sql, values } = listStatement(shape);
      const plan = await planOf(sql, values.length);
      const isSlow = plan.some((detail) => isScan(detail) || detail.includes('TEMP B-TREE'));
      assert.ok(!isSlow, `${JSON.stringify(shape)}: ${plan.join('; ')}`);
      const searches = plan.filter((detail) => detail.startsWith('SEARCH'));
      assert.ok(searches.length > 0);
      for (const detail of searches) assert.ok(detail.includes(indexOf(shape)), detail);
    }
  });

  it('looks at all rows of any other table', async () => {
    const parameters = { incident: 1, transitions: 3, deliveries: 3, attempts: 1, openIds: 1 };
    for (const [name, sql] of Object.entries(STATEMENTS)) {
      const plan = await planOf(sql, parameters[name as keyof typeof parameters]);
      assert.ok(!plan.some(isScan), `${name}: ${plan.join('; ')}`);
    }
  });

  it('has more than some hundred texts, since each is kept when it was prepared', () => {
    const texts = new Set(SHAPES.map((shape) => listStatement(shape).sql));
    assert.ok(texts.size <= 150, `${texts.size} texts`);
    // What a caller brings along is never part of the text.
    const place = { changedAtMs: 5, incidentId: "x'" };
    const bound = { sinceMs: 1, untilMs: 9, after: place, subject: "s'" };
    for (const shape of SHAPES) {
      const { sql } = listStatement({
        ...shape,
        ...bound,
        subject: shape.subject && bound.subject,
        limit: 7,
      });
      assert.ok(texts.has(sql));
    }
  });
});

const incident: fc.Arbitrary<Omit<ListedIncident, 'incidentId'>> = fc.record({
  incidentKey: fc.constant('k'),
  category: fc.constantFrom(...CATEGORIES),
  subject: fc.constantFrom('s-1', 's-2', 'edge=fra-3'),
  severity: fc.constantFrom(...SEVERITIES),
  state: fc.constantFrom(...INCIDENT_STATES),
  openedAtMs: fc.constant(TRIGGER_MS),
  // Few instants, so that many incidents share one.
  changedAtMs: fc.integer({ min: 0, max: 5 }).map((step) => TRIGGER_MS + step * 1_000),
});
const incidents = fc
  .array(incident, { maxLength: 40 })
  .map((all) =>
    all.map((each, index) => ({ ...each, incidentId: `i-${String((index * 7) % 41).padStart(2, '0')}` })),
  );

const choice = fc.record(
  {
    state: fc.constantFrom(...INCIDENT_STATES),
    category: fc.constantFrom(...CATEGORIES),
    minSeverity: fc.constantFrom(...SEVERITIES),
    subject: fc.constantFrom('s-1', 's-2', 'edge=fra-3', 's'),
    sinceMs: fc.integer({ min: 0, max: 5 }).map((step) => TRIGGER_MS + step * 1_000),
    untilMs: fc.integer({ min: 0, max: 6 }).map((step) => TRIGGER_MS + step * 1_000),
  },
  { requiredKeys: [] },
);

async function store(all: readonly ListedIncident[]): Promise<void> {
  await stored.clear();
  await stored.database.commit(
    all.map((each) => ({
      sql: `INSERT INTO incidents (incident_id, incident_key, category, subject, severity, status, opened_at_ms, updated_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      values: [
        each.incidentId,
        each.incidentKey,
        each.category,
        each.subject,
        each.severity,
        each.state,
        each.openedAtMs,
        each.changedAtMs,
      ],
    })),
  );
}

function chosen(all: readonly ListedIncident[], wish: Omit<IncidentChoice, 'limit'>): ListedIncident[] {
  const { state, category, minSeverity, subject, sinceMs = 0, untilMs = Infinity } = wish;
  return all
    .filter(
      (each) =>
        (state === undefined || each.state === state) &&
        (category === undefined || each.category === category) &&
        (minSeverity === undefined || severityRank(each.severity) >= severityRank(minSeverity)) &&
        (subject === undefined || each.subject === subject) &&
        each.changedAtMs >= sinceMs &&
        each.changedAtMs < untilMs,
    )
    .sort(
      (one, other) => other.changedAtMs - one.changedAtMs || (other.incidentId > one.incidentId ? 1 : -1),
    );
}

describe('the list of incidents', () => {
  it('has what is asked for, once each, the last changed first, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(incidents, choice, fc.integer({ min: 1, max: 9 }), async (all, wish, limit) => {
        await store(all);
        const expected = chosen(all, wish);
        const found: ListedIncident[] = [];
        for (let place: IncidentPlace | undefined; ; place = found.at(-1)) {
          const page = await reader.list({ ...wish, after: place, limit });
          found.push(...page);
          if (page.length < limit) break;
        }
        assert.deepEqual(found, expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps to its end also from a place that lies behind it', async () => {
    const base = {
      incidentKey: 'k',
      category: 'quality',
      severity: 'high',
      state: 'open',
      openedAtMs: 1,
    } as const;
    const all = [1, 2, 3].map((changedAtMs) => ({
      ...base,
      incidentId: `i-${changedAtMs}`,
      subject: 's-1',
      changedAtMs,
    }));
    await store(all);
    const after = { changedAtMs: 9, incidentId: 'i-9' };
    assert.deepEqual(await reader.list({ untilMs: 3, after, limit: 9 }), [all[1], all[0]]);
  });

  it('has open incidents of a session, and none of a group that is called like it', async () => {
    const base = { incidentKey: 'k', severity: 'high', state: 'open', openedAtMs: 1 } as const;
    await store([
      { ...base, incidentId: 'i-1', category: 'quality', subject: 's-1', changedAtMs: 1 },
      { ...base, incidentId: 'i-2', category: 'connection', subject: 's-1', changedAtMs: 2 },
      { ...base, incidentId: 'i-3', category: 'storm', subject: 's-1', changedAtMs: 3 },
      { ...base, incidentId: 'i-4', category: 'quality', subject: 's-1', changedAtMs: 4, state: 'closed' },
      { ...base, incidentId: 'i-5', category: 'quality', subject: 's-2', changedAtMs: 5 },
    ]);
    assert.deepEqual(await reader.openIdsOf('s-1'), ['i-2', 'i-1']);
    assert.deepEqual(await reader.openIdsOf('none'), []);
  });
});
