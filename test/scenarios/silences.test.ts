// Silences and maintenance windows, from a sample over HTTP to what the SIEM gets, and when.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Scenario, type ScenarioOptions } from '../support/scenario.ts';
import { parseTimeline, START_MS, type TimelineEntry } from '../support/timeline.ts';

const SILENCES = [
  'service.extensions=[health_check, file_storage, bearertokenauth/siem, silences]',
  'extensions.silences.endpoint=127.0.0.1:0',
  'receivers.browser.endpoint=127.0.0.1:0',
];

interface ShownSilence {
  readonly id: string;
  readonly state: string;
  readonly held_back: { readonly count: number };
}

let scenario: Scenario;

async function start({ set = [], ...options }: ScenarioOptions = {}): Promise<void> {
  scenario = await Scenario.start({ ...options, set: [...SILENCES, ...set] });
}

afterEach(() => scenario.close());

/** A timeline of a session at an edge. */
function at(edge: string, timeline: string, sessionId = 's-1'): TimelineEntry[] {
  return parseTimeline(timeline, sessionId).map((entry) =>
    entry.kind === 'sample' ? { ...entry, sample: { ...entry.sample, dimensions: { edge } } } : entry,
  );
}

async function ask(method: string, path = '', body?: object): Promise<unknown> {
  const address = scenario.collector.component('extension:silences')!.boundAddress!;
  const response = await fetch(`http://${address}/v1/silences${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  assert.ok(response.ok, JSON.stringify(answer));
  return answer;
}

async function silence(matchers: readonly string[], duration: string): Promise<string> {
  const terms = { matchers, duration, author: 'ops', comment: 'SFU upgrade' };
  return ((await ask('POST', '', terms)) as ShownSilence).id;
}

const story = () => scenario.siem.story();

describe('a silence', () => {
  it('holds back the opening, says how often, and lets the recovery through', async () => {
    await start();
    const id = await silence(['edge=fra-3'], '5m');
    await scenario.play(at('fra-3', '0..60: bad'));
    assert.deepEqual(story(), []);
    assert.equal(((await ask('GET', `/${id}`)) as ShownSilence).held_back.count, 1);
    await scenario.play(at('fra-3', '65..100: ok'));
    assert.deepEqual(story(), ['recovered high mos']);
    await scenario.advance(300_000);
    assert.deepEqual(story().slice(0, 1), ['recovered high mos'], 'what is over is not told of afterwards');
    assert.ok(!story().some((line) => line.startsWith('opened high')));
  });

  it('holds back nothing that it does not match', async () => {
    await start();
    await silence(['edge=fra-3'], '1h');
    await scenario.play(at('ber-1', '0..35: bad'));
    assert.deepEqual(story(), ['opened high mos']);
  });

  it('with severity!=critical lets an escalation through', async () => {
    await start();
    await silence(['edge=fra-3', 'severity!=critical'], '1h');
    await scenario.play(at('fra-3', '0..35: bad; 40..75: mos=3.0'));
    assert.deepEqual(story(), ['escalated critical mos+broken_path']);
  });

  it('lets what it held back of an open incident go when somebody ends it', async () => {
    await start();
    const id = await silence(['edge=fra-3'], '1h');
    await scenario.play(at('fra-3', '0..60: bad'));
    await ask('DELETE', `/${id}`);
    await scenario.play(at('fra-3', '65..70: bad'));
    assert.deepEqual(story(), ['opened high mos']);
  });

  it('holds on over a restart, and what it holds back is told when it is over', async () => {
    await start();
    await silence(['edge=fra-3'], '2m');
    await scenario.play(at('fra-3', '0..60: bad'));
    await scenario.stop();
    const { directory, siem, clock } = scenario;
    await start({ directory, siem, clock });
    await scenario.play(at('fra-3', '65..115: bad'));
    assert.deepEqual(story(), []);
    await scenario.play(at('fra-3', '120..125: bad'));
    assert.deepEqual(story(), ['opened high mos']);
  });
});

describe('a maintenance window', () => {
  it('holds back from its start to its end', async () => {
    const iso = (second: number) => new Date(START_MS + second * 1_000).toISOString();
    const window = {
      matchers: ['edge=fra-3'],
      starts_at: iso(60),
      ends_at: iso(180),
      author: 'a',
      comment: 'c',
    };
    await start({ set: [`extensions.silences.windows=${JSON.stringify([window])}`] });
    await scenario.play(at('fra-3', '0..55: bad'));
    assert.deepEqual(story(), ['opened high mos']);
    await scenario.play(at('fra-3', '60..175: bad', 's-2'));
    assert.ok(
      !story()
        .slice(1)
        .some((line) => line.startsWith('opened high')),
    );
    await scenario.play(at('fra-3', '180..185: bad', 's-2'));
    assert.equal(story().filter((line) => line === 'opened high mos').length, 2);
  });
});
