// The three dashboards over a played day, in the real Prometheus and in Chromium: every panel shows something, and what it
// shows is what was played. The page that draws them is ours; the queries, and how panels are set up, are the boards' own.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { DrawnPanel, Report } from '../../screenshots/panel/report.ts';
import { type PictureName, PICTURES } from '../../screenshots/pictures.ts';
import { Studio } from '../../screenshots/studio.ts';
import { hasChromium } from '../support/chromium.ts';
import { panelsOf, readDashboards } from '../support/dashboard-queries.ts';
import { parseExposition } from '../support/exposition.ts';
import { START_MS } from '../support/timeline.ts';
import { without } from './programs.ts';
import { Stack } from './stack.ts';

/** Panels without data, by their board. No Genesys Cloud is played. */
const EMPTY: Readonly<Record<PictureName, readonly string[]>> = {
  fleet: [],
  session: [],
  bridge: ['Listening', 'Reconnects and missed time'],
};

/** The least height of a panel. Another machine's fonts may break the head of a board in another place. */
const A_PANEL_PX = 100;

const IN_PIXELS = ['timeseries', 'heatmap'];
const NAMES = Object.keys(PICTURES) as PictureName[];
const PICTURES_FOLDER = new URL('../../docs/screenshots/', import.meta.url).pathname;

const skip = without('prometheus', 'promtool') || (!hasChromium() && 'left out: there is no Chromium');

describe('the dashboards over a played day', { skip }, () => {
  let stack: Stack;
  let studio: Studio;
  const reports = new Map<PictureName, Report>();

  before(async () => {
    stack = await Stack.open();
    studio = await Studio.open(stack);
    for (const name of NAMES)
      reports.set(name, (await studio.take({ ...PICTURES[name], areAllOpen: true })).report);
  });
  after(() => stack.close());

  const panelsNamed = (name: PictureName, title: string) =>
    reports.get(name)!.panels.filter((panel) => panel.title === title);

  /** Of the last scrape before the end of a picture: the sum over series that have all these labels. */
  const played = (name: PictureName, metric: string, labels: Readonly<Record<string, string>> = {}) => {
    const scrape = studio.scrapes.findLast(({ atMs }) => START_MS + atMs <= PICTURES[name].toMs)!;
    return parseExposition(scrape.exporter)
      .points.filter((point) => point.name === metric)
      .filter((point) => Object.entries(labels).every(([label, value]) => point.labels[label] === value))
      .reduce((sum, { value }) => sum + value, 0);
  };

  for (const name of NAMES) {
    it(`have every panel of ${name} drawn, with all rows open`, async () => {
      const { panels } = reports.get(name)!;
      const board = (await readDashboards()).get(name)!;
      assert.deepEqual(
        panels.map(({ type }) => type),
        panelsOf(board).map(({ type }) => type),
      );
      const titles = (outcome: DrawnPanel['outcome']) =>
        panels.filter((panel) => panel.outcome === outcome).map(({ title, error = '' }) => title + error);
      assert.deepEqual(titles('failed'), []);
      assert.deepEqual(titles('empty'), EMPTY[name]);
      for (const { title, type, outcome, texts, inkedPixels } of panels) {
        if (outcome !== 'drawn') continue;
        assert.ok(texts.length > 0, `${title} says something`);
        if (IN_PIXELS.includes(type))
          assert.ok(inkedPixels > 10, `${title} has ${inkedPixels} pixels of data`);
      }
    });
  }

  it('show the numbers that were played', () => {
    const sessions = (state?: string) =>
      played('fleet', 'webrtc_video_sessions', state === undefined ? {} : { webrtc_session_state: state });
    assert.ok(sessions() > 30 && sessions('critical') > 0);
    const shown = (name: PictureName, title: string) => panelsNamed(name, title)[0]!.texts[0];
    assert.equal(shown('fleet', 'Live sessions'), String(sessions()));
    assert.equal(shown('fleet', 'Critical sessions'), String(sessions('critical')));
    const share = (100 * (sessions('degraded') + sessions('critical'))) / sessions();
    assert.equal(shown('fleet', 'Degraded share'), `${Number(share.toPrecision(3))}%`);
    assert.equal(played('bridge', 'webrtc_delivery_dead_letters_waiting', { destination: 'webhook' }), 1);
    assert.equal(shown('bridge', 'Dead letters'), '1');
    assert.equal(shown('session', 'State'), 'degraded');
  });

  it('tell the story of the day: the storm, the edge, the worst call; the dead letter; what became of the one call', () => {
    const [where] = panelsNamed('fleet', 'MOS at or below 3.5, by edge');
    assert.equal(where!.texts[0], 'fra-3', 'the edge that broke is the first');
    assert.deepEqual(panelsNamed('fleet', 'Storms')[0]!.texts, ['opened']);
    const { texts } = panelsNamed('fleet', 'The 20 worst sessions')[0]!;
    const columns = ['Session', 'State', 'site', 'region', 'edge', 'isp', 'MOS', 'Experience'];
    assert.deepEqual(texts.slice(0, columns.length), columns);
    assert.equal(texts.filter((text) => text === 'critical').length, 5);
    const attempts = panelsNamed('bridge', 'Attempts by destination and outcome')[0]!;
    assert.deepEqual(attempts.texts, ['webhook dead', 'webhook delivered', 'webhook retry']);
    const breaker = panelsNamed('bridge', 'Circuit breakers')[0]!;
    assert.deepEqual(breaker.texts, ['webhook', 'closed', 'open', 'closed']);
    const rules = panelsNamed('session', 'What the rules say')[0]!;
    assert.deepEqual(rules.texts, ['state', 'ok', 'candidate', 'degraded', 'traffic', 'traffic']);
  });

  it('show a query that fails as failed, with the reason, and the other panels as they are', async () => {
    const request = { ...PICTURES.fleet, variables: { dimension: 'edge) (' } };
    const { panels } = (await studio.take(request)).report;
    const failed = panels.filter(({ outcome }) => outcome === 'failed');
    assert.deepEqual(
      failed.map(({ type }) => type),
      ['bargauge', 'bargauge', 'bargauge'],
    );
    for (const { error } of failed) assert.match(error!, /parse error/);
    assert.ok(panels.every(({ type, outcome }) => (type === 'bargauge') === (outcome === 'failed')));
  });

  it('show that there is no data where there is none', async () => {
    const request = { ...PICTURES.session, variables: { session: 'nobody' } };
    const { panels } = (await studio.take(request)).report;
    assert.deepEqual(
      panels.map(({ outcome }) => outcome),
      panels.map(() => 'empty'),
    );
  });

  it('show no more of a session that has ended, however short ago', async () => {
    const endedAtMs = PICTURES.session.toMs + 10_000;
    const { panels } = (await studio.take({ ...PICTURES.session, toMs: endedAtMs })).report;
    assert.equal(panels.find(({ title }) => title === 'Whose')!.outcome, 'empty');
  });

  it('look as in the pictures of the README, as far as their size tells', async () => {
    for (const name of NAMES) {
      const committed = await readFile(`${PICTURES_FOLDER}${name}.png`);
      assert.ok(committed.length < 400_000, `${name}.png has ${committed.length} bytes`);
      const [width, height] = sizeOf(committed);
      const [widthNow, heightNow] = sizeOf((await studio.take(PICTURES[name])).png);
      assert.equal(width, widthNow, name);
      assert.ok(Math.abs(height - heightNow) < A_PANEL_PX / 2, `${name}: ${height} and ${heightNow} px`);
    }
  });
});

/** Width and height of a PNG, in pixels. */
function sizeOf(png: Buffer): [number, number] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}
