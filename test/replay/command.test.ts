// The command as a person runs it, with files and configurations on the disk.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { distribution } from '../../collector/registry.ts';
import { replayCommand } from '../../replay/command.ts';
import { collectedIo, type CollectedIo } from '../support/collected-io.ts';

const CAPTURES = fileURLToPath(new URL('../fixtures/captures/', import.meta.url));
const DUMP = fileURLToPath(
  new URL('../fixtures/dialects/webrtc-internals/chromium-156.json', import.meta.url),
);
/** The fake camera sends 485 kbit/s by itself, and the bad phase lasts 30 s. */
const LIMITS = ['hold=20s', 'recover_for=10s', 'bitrate_kbps.below=350'].flatMap((value) => [
  '--set',
  `processors.degradation.${value}`,
]);

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
});

after(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const capture = (name: string) => join(CAPTURES, `series-${name}.json`);

async function run(...args: string[]) {
  return runWith(collectedIo(), ...args);
}

async function runWith(io: CollectedIo, ...args: string[]) {
  const code = await replayCommand.run(args, { distribution, io });
  // Paths differ from machine to machine: nothing but the name is compared, and the column is as wide as the name then.
  const out = io.written.out.replaceAll(CAPTURES, '').replaceAll(`${folder}/`, '').replaceAll(/ {3,}/g, '  ');
  return { code, out, err: io.written.err.replaceAll(`${folder}/`, '') };
}

describe('replay', () => {
  it('ends with what came of two files at once', async () => {
    const { code, out, err } = await run(...LIMITS, capture('netns-both-1'), capture('relay-outage-1'));
    assert.equal(err, '');
    assert.equal(code, 0);
    assert.equal(
      out,
      `file  dialect  readings  events  refused  note
series-netns-both-1.json  series  14  0  0
series-relay-outage-1.json  series  8  0  0

session  length  samples  degraded  boundaries  duplicate  late  incidents
series-netns-both-1  01:05  13  45 s (69 %)  0  0  1
series-relay-outage-1  00:35  7  15 s (43 %)  0  0  1

session  incident  onset  opened  over  severity  reasons
series-netns-both-1  quality  00:20  00:40  still open  high  packet_loss+mos+bitrate+experience
series-relay-outage-1  connection  00:15  00:15  00:20  warning  outage
`,
    );
  });

  it('explains why a session alerted', async () => {
    const { out } = await run(...LIMITS, capture('netns-both-1'), '--explain', 'series-netns-both-1');
    const lines = out.slice(0, out.indexOf('\n\n')).split('\n');
    assert.equal(lines[0], '00:20  ok → candidate  packet_loss 3.7 % > 2 %');
    assert.match(lines[4]!, /^00:40 {2}confirmed: 20 s, 5 of 5 samples bad {2}packet_loss 4\.7 % > 2 %/);
    assert.equal(lines[5], '00:40  → quality opened high packet_loss+mos+bitrate+experience');
    assert.equal(lines.at(-1), '01:05  open  clear, which is a recovery after 10 s');
  });

  it('explains why a session did not', async () => {
    const { out } = await run(...LIMITS, capture('relay-outage-1'), '--explain', 'series-relay-outage-1');
    const lines = out.slice(0, out.indexOf('\n\n')).split('\n');
    assert.match(lines[0]!, /^00:15 {2}ok → candidate .*outage$/);
    assert.equal(lines[1], '00:15  → connection opened warning outage');
    assert.equal(lines.at(-1), 'No quality incident: bad for at most 10 s of the hold of 20 s when it ends.');
  });

  it('writes JSON with times of day, and the explanation in it', async () => {
    const { out } = await run(
      ...LIMITS,
      capture('netns-both-1'),
      '--json',
      '--explain',
      'series-netns-both-1',
    );
    const { sessions, explanation } = JSON.parse(out) as {
      sessions: { started_at: string; degraded_seconds: number; incidents: unknown[] }[];
      explanation: string[];
    };
    // A capture without times of day begins when it is replayed.
    assert.match(sessions[0]!.started_at, /^2026-01-01T00:00:0/);
    assert.equal(Math.round(sessions[0]!.degraded_seconds), 45);
    const [incident] = sessions[0]!.incidents as {
      opened_at: string;
      outcome: string;
      reasons: { rule: string }[];
    }[];
    assert.equal(incident?.outcome, 'open');
    assert.match(incident.opened_at, /^2026-01-01T00:00:41/);
    assert.equal(incident.reasons[0]?.rule, 'packet_loss');
    assert.match(explanation[0]!, /^00:20 {2}ok → candidate/);
  });

  it('leaves out files that it can’t use, says why, and tells it by the exit code', async () => {
    const { code, out, err } = await run(
      await file('broken.ndjson', '["a",null,1,1]\n["b",\n["c",null,1,1]\n'),
      join(folder, 'missing.json'),
      await file('unknown.json', '{"hello":1}'),
      await file('empty.json', ''),
      await file('packed.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3])),
      await file('legacy.json', '{"PeerConnections":{"1-1":{"stats":{"s-g":{"statsType":"ssrc"}}}}}'),
      capture('netns-loss-1'),
    );
    assert.equal(code, 65);
    assert.equal(
      err,
      `broken.ndjson: is no JSON in line 2: it breaks at column 6
missing.json: no such file
unknown.json: is in no dialect that is known; choose one with --dialect
empty.json: is empty
packed.gz: is broken gzip
legacy.json: holds nothing that can be replayed: must come from the promise-based getStats(): the legacy goog… numbers have other names and units
`,
    );
    assert.match(out, /^series-netns-loss-1 {2}00:35/m);
  });

  it('says nothing of sessions when no file can be used', async () => {
    const { code, out } = await run(join(folder, 'missing.json'));
    assert.deepEqual([code, out], [65, '']);
  });

  it('reads gzip, also where its download broke off, and says which line was cut off', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => {
      const timeMs = Date.UTC(2026, 0, 1) + index * 5_000;
      const stats = {
        timestamp: timeMs,
        A: { timestamp: 0, type: 'inbound-rtp', kind: 'video', packetsReceived: index * 7919 },
      };
      return JSON.stringify(['getstats', 'PC_0', stats, timeMs]);
    });
    const packed = gzipSync(lines.join('\n'));
    const whole = await run(await file('whole.ndjson.gz', packed));
    assert.match(whole.out, /whole\.ndjson\.gz {2}rtcstats-jitsi {2}200 {2}0 {2}0\n/);
    assert.match(whole.out, /^whole {2}16:35/m);
    const half = await run(await file('half.ndjson.gz', packed.subarray(0, packed.length / 2)));
    assert.equal(half.code, 0);
    assert.match(half.out, /line \d+ was cut off and left out/);
  });

  it('gives files of one name sessions of their own', async () => {
    const { out } = await run(await file('chromium-156.json', await readFile(DUMP)), DUMP);
    assert.match(out, /^chromium-156 .*\nchromium-156-2 /m);
  });

  it('prints transitions as they come when it plays at a speed', async () => {
    const io = collectedIo();
    const running = runWith(io, ...LIMITS, capture('relay-outage-1'), '--speed', '10');
    const seen: string[] = [];
    let isOver = false;
    void running.then(() => (isOver = true));
    while (!isOver) {
      await setImmediate();
      if (io.clock.nextDueMs() === undefined) continue;
      seen.push(io.written.out);
      io.clock.advanceTo(io.clock.nextDueMs()!);
    }
    assert.equal((await running).code, 0);
    assert.equal(seen[0], '');
    assert.match(
      seen.at(-1)!,
      /^00:15 {2}series-relay-outage-1 {2}connection opened warning outage\n00:20 .* recovered/,
    );
    // From the first sample to the last one 30 s, ten times as fast.
    assert.equal(Math.round((io.clock.nowMs() - Date.UTC(2026, 0, 1)) / 100), 30);
  });

  it('shows a bar to a person, and clears it before the result', async () => {
    const io = { ...collectedIo(), isTerminal: true };
    await replayCommand.run([capture('netns-loss-1')], { distribution, io });
    assert.match(io.written.err, /reading .*deciding █+░* +\d+ %.*100 %/s);
    assert.ok(io.written.err.endsWith('100 %\r\u001b[K'));
    assert.doesNotMatch(io.written.out, /█/);
  });

  it('writes no file', async () => {
    const listed = await readdir(folder);
    await run(capture('netns-loss-1'));
    assert.deepEqual(await readdir(folder), listed);
  });
});

describe('the configuration of a replay', () => {
  it('is the given one, with all its problems', async () => {
    const path = await file('wrong.yaml', 'processors: {degradation: {hold: soon}}\n');
    const { code, out, err } = await run(capture('netns-loss-1'), '--config', path);
    assert.deepEqual([code, out], [78, '']);
    assert.match(err, /hold/);
    assert.match(err, /wrong\.yaml:1:/);
  });

  const config = (processors: string, list: string) => `
receivers: {webrtcvideo: }
processors: ${processors}
exporters: {queue: }
extensions: {file_storage: {directory: ${folder}}}
service:
  extensions: [file_storage]
  pipelines: {logs: {receivers: [webrtcvideo], processors: [${list}], exporters: [queue]}}
`;

  it('decides by the limits of its degradation processor', async () => {
    const path = await file(
      'lenient.yaml',
      config(
        '{degradation: {packet_loss_percent: {above: 90}, bitrate_kbps: {below: 1}, experience: {below: 1, recover_above: 1}, mos: {below: 1, recover_above: 1, critical_below: 1}}}',
        'degradation',
      ),
    );
    const { out } = await run(capture('netns-loss-1'), '--config', path);
    assert.match(out, /no incident\n$/);
    assert.match(out, /0 s \(0 %\)/);
  });

  it('must say which, where it has several', async () => {
    const two = '{degradation/a: {packet_loss_percent: {above: 90}}, degradation/b: }';
    const path = await file('two.yaml', config(two, 'degradation/a'));
    const undecided = await run(capture('netns-loss-1'), '--config', path);
    assert.equal(undecided.code, 78);
    assert.match(undecided.err, /choose with --processor: degradation\/a, degradation\/b/);
    const chosen = await run(capture('netns-loss-1'), '--config', path, '--processor', 'degradation/b');
    assert.equal(chosen.code, 0);
    const mistyped = await run(capture('netns-loss-1'), '--config', path, '--processor', 'degradation/c');
    assert.equal(mistyped.code, 64);
    assert.match(mistyped.err, /no degradation processor "degradation\/c"\n {2}hint: /);
  });
});

describe('the usage of replay', () => {
  for (const [args, message] of [
    [['--explain', 's'], /^say which file to replay\n/],
    [['x', '--dialect', 'jitsi'], /^unknown dialect "jitsi"/],
    [['x', '--sped', '1'], /^Unknown option '--sped'\n {2}hint: did you mean "--speed"/],
  ] as const) {
    it(`is shown after "${args.join(' ')}"`, async () => {
      const { code, out, err } = await run(...args);
      assert.deepEqual([code, out], [64, '']);
      assert.match(err, message);
      assert.match(err, /Nothing is delivered and no file is written/);
    });
  }

  it('names the sessions that there are when one is to be explained that is not', async () => {
    const { code, err } = await run(capture('netns-loss-1'), '--explain', 'series-netns-loss-2');
    assert.equal(code, 64);
    assert.equal(
      err,
      'no session "series-netns-loss-2" in these files\n  hint: did you mean "series-netns-loss-1"?\n',
    );
  });
});
