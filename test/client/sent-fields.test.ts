// What leaves the page: the fields that the receiver reads, and nothing that tells who or where somebody is.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { monitor } from '../../client/client.ts';
import { CAMERA, chromiumReport, FakeConnection, type FakeStat } from './fake-connection.ts';
import { FakePage } from './fake-page.ts';

/** The body that one report makes. */
async function sentOf(context: TestContext, report: FakeStat[], connection = new FakeConnection()) {
  const page = new FakePage(context);
  connection.answer = report;
  const { stop } = monitor(connection.asReal, { url: 'http://bridge/v1/rtc', sessionId: 's-1' });
  await page.advance(1_000);
  stop();
  const [first] = page.envelopes[0]!.reports;
  return { text: page.posts[0]!.text, ...first! };
}

/** Names under which browsers tell of persons, devices and places, or might one day. */
const PERSONAL_NAMES = [
  'address',
  'ip',
  'port',
  'relatedAddress',
  'relatedPort',
  'url',
  'foundation',
  'usernameFragment',
  'candidate',
  'sdp',
  'fingerprint',
  'base64Certificate',
  'userAgent',
  'label',
  'deviceId',
  'trackIdentifier',
  'streamIdentifier',
  'googTimingFrameInfo',
  'remoteCertificateId',
];

describe('what the client sends', () => {
  it('has nothing that was planted under a personal name into any object', async (context) => {
    const planted = [...chromiumReport('publisher'), ...chromiumReport('subscriber').slice(0, 6)].map(
      (stat, index) => ({
        ...stat,
        id: `${String(stat.id)}-${index}`,
        ...Object.fromEntries(PERSONAL_NAMES.map((name) => [name, `PLANTED 203.0.113.${index}`])),
      }),
    );
    const { text, stats } = await sentOf(context, planted);
    assert.ok(stats.length > 5);
    assert.doesNotMatch(text, /PLANTED|203\.0\.113/);
  });

  it('has nothing of a type that is not listed', async (context) => {
    const others = [
      'certificate',
      'remote-candidate',
      'peer-connection',
      'data-channel',
      'media-source',
      'x',
    ];
    const { stats } = await sentOf(context, [
      ...others.map((type) => ({ id: `id-${type}`, type, timestamp: 1, bytesSent: 1, kind: 'video' })),
      // A type that is the name of something every object has.
      { id: 'id-constructor', type: 'constructor', timestamp: 1 },
    ]);
    assert.deepEqual(stats, []);
  });

  it('has no address, port, foundation, certificate or track of a real report', async (context) => {
    const report = chromiumReport('publisher');
    const { text } = await sentOf(context, report);
    const names = ['address', 'ip', 'port', 'foundation', 'trackIdentifier', 'localCertificateId'];
    const values = report.flatMap((stat) => names.map((name) => JSON.stringify(stat[name] ?? '')));
    // Port 9 stands for none, and is a digit of many a counter; an absent value is two quotes.
    const telling = values.filter((value) => value.length > 2);
    assert.ok(telling.length > 10);
    for (const value of telling) assert.ok(!text.includes(value), `${value} is not sent`);
  });

  it('has no object within an object, whatever its name', async (context) => {
    const { stats } = await sentOf(context, [
      {
        id: 'i',
        type: 'inbound-rtp',
        timestamp: 1,
        mid: '0',
        jitter: { address: 'PLANTED' },
        bytesReceived: ['PLANTED'],
      },
    ]);
    assert.deepEqual(stats, [
      { id: 'i', type: 'inbound-rtp', timestamp: 1, mid: '0', trackIdentifier: 'in:0' },
    ]);
  });

  it('has of a stream the counters that the receiver reads, as the browser gave them', async (context) => {
    const { stats } = await sentOf(context, chromiumReport('subscriber'));
    const inbound = stats.find(({ type }) => type === 'inbound-rtp');
    assert.deepEqual(inbound, {
      id: 'IT01V3262446476',
      type: 'inbound-rtp',
      timestamp: 1795358195855.608,
      packetsReceived: 2006,
      packetsLost: 83,
      bytesReceived: 1627521,
      jitter: 0.008,
      framesReceived: 801,
      framesDecoded: 877,
      framesDropped: 0,
      totalDecodeTime: 0.774223,
      decoderImplementation: 'libvpx',
      freezeCount: 9,
      totalFreezesDuration: 2.649,
      pauseCount: 0,
      totalPausesDuration: 0,
      kind: 'video',
      ssrc: 3262446476,
      mid: '0',
      codecId: 'CIT01_96',
      remoteId: 'ROV3262446476',
      framesPerSecond: 20,
      frameWidth: 320,
      frameHeight: 240,
      trackIdentifier: 'in:0',
    });
  });

  it('has the durations of the limitations by CPU and bandwidth, and no other', async (context) => {
    const { stats } = await sentOf(context, chromiumReport('publisher'));
    const outbound = stats.find(({ type }) => type === 'outbound-rtp');
    assert.deepEqual(outbound?.qualityLimitationDurations, { cpu: 0, bandwidth: 22.783 });
  });

  it('has of the path the selected pair, its local candidate and its transport', async (context) => {
    const { stats } = await sentOf(context, [
      { id: 'CPother', type: 'candidate-pair', timestamp: 1, nominated: true, state: 'succeeded' },
      ...chromiumReport('publisher'),
    ]);
    const path = stats.filter(({ type }) => /candidate|transport/.test(String(type)));
    assert.deepEqual(
      path.map(({ id, type }) => [id, type]),
      [
        ['CP91fkutn6_0rUCjyhr', 'candidate-pair'],
        ['I91fkutn6', 'local-candidate'],
        ['T01', 'transport'],
      ],
    );
    assert.deepEqual(path[1], {
      id: 'I91fkutn6',
      type: 'local-candidate',
      timestamp: 1795358195852.764,
      candidateType: 'prflx',
      networkType: 'unknown',
      protocol: 'udp',
    });
  });

  for (const [browser, fields] of [
    ['that nominates', { nominated: true, state: 'succeeded' }],
    ['that calls it selected', { selected: true }],
  ] as const) {
    it(`has the pair in use of a browser ${browser}, and has no transport`, async (context) => {
      const { stats } = await sentOf(context, [
        { id: 'tried', type: 'candidate-pair', timestamp: 1, state: 'failed', nominated: false },
        { id: 'used', type: 'candidate-pair', timestamp: 1, localCandidateId: 'L', ...fields },
        { id: 'L', type: 'local-candidate', timestamp: 1, candidateType: 'host', address: '192.0.2.1' },
      ]);
      assert.deepEqual(
        stats.map(({ id }) => id),
        ['used', 'L'],
      );
    });
  }
});

describe('what the client tells of tracks', () => {
  const SCREEN = { ...CAMERA, getSettings: () => ({ displaySurface: 'monitor' }) };
  for (const [title, currentDirection, track, muted, screen] of [
    ['nothing of a camera both ways', 'sendrecv', CAMERA, [], []],
    ['a shared screen', 'sendonly', SCREEN, ['in:0'], ['out:0']],
    ['what only receives', 'recvonly', null, ['out:0'], []],
    ['what only sends', 'sendonly', CAMERA, ['in:0'], []],
    ['a disabled track', 'sendrecv', { ...CAMERA, enabled: false }, ['out:0'], []],
    ['a track that the system has muted', 'sendrecv', { ...CAMERA, muted: true }, ['out:0'], []],
    ['a track that has ended', 'sendrecv', { ...CAMERA, readyState: 'ended' }, ['out:0'], []],
    ['a track that was taken away', 'sendrecv', null, ['out:0'], []],
    ['an inactive transceiver', 'inactive', CAMERA, ['in:0', 'out:0'], []],
    ['nothing before negotiation', null, CAMERA, [], []],
  ] as const) {
    it(`tells ${title}`, async (context) => {
      const connection = new FakeConnection();
      connection.transceivers = [
        { mid: '0', currentDirection, sender: { track } },
        { mid: null, currentDirection: null, sender: { track: null } },
      ];
      const sent = await sentOf(context, [], connection);
      assert.deepEqual({ muted: sent.muted, screen: sent.screen }, { muted, screen });
    });
  }

  it('tells nothing of what stands for a connection and shows no transceivers', async (context) => {
    const connection = new FakeConnection();
    Object.defineProperty(connection, 'getTransceivers', { value: undefined });
    const sent = await sentOf(context, [], connection);
    assert.deepEqual([sent.muted, sent.screen], [undefined, undefined]);
  });
});
