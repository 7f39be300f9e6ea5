// W3C objects → streams and path, where one rule at a time decides.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readStatsObjects } from '../../../receiver/dialect/stats-objects.ts';

const AT_MS = Date.UTC(2026, 10, 22, 12);

type Fields = Readonly<Record<string, unknown>>;

function inbound(fields: Fields = {}): Fields {
  return { id: 'I', type: 'inbound-rtp', timestamp: AT_MS, kind: 'video', ...fields };
}

function outbound(fields: Fields = {}): Fields {
  return { id: 'O', type: 'outbound-rtp', timestamp: AT_MS, kind: 'video', ...fields };
}

function only(objects: readonly unknown[], hints?: Parameters<typeof readStatsObjects>[1]) {
  const { streams, refusals } = readStatsObjects(objects, hints);
  assert.deepEqual(refusals, []);
  assert.equal(streams.length, 1);
  return streams[0]!;
}

describe('a field that can’t be', () => {
  const cases: readonly (readonly [field: string, value: unknown, reason: string])[] = [
    ['bytesReceived', '12', 'must be a number'],
    ['bytesReceived', -1, 'must be from 0 to 9007199254740991'],
    ['bytesReceived', 2 ** 53, 'must be from 0 to 9007199254740991'],
    ['bytesReceived', 1.5, 'must be a whole number'],
    ['packetsReceived', Number.POSITIVE_INFINITY, 'must be from 0 to 9007199254740991'],
    ['packetsReceived', Number.NaN, 'must be from 0 to 9007199254740991'],
    ['packetsLost', 0.5, 'must be a whole number'],
    ['packetsLost', -(2 ** 53), 'must be a whole number'],
    ['totalFreezesDuration', 1e9 + 1, 'must be from 0 to 1000000000'],
    ['jitter', 1_000.5, 'must be from 0 to 1000'],
    ['jitter', -0.001, 'must be from 0 to 1000'],
    ['framesPerSecond', 1_001, 'must be from 0 to 1000'],
    ['frameWidth', 65_536, 'must be from 0 to 65535'],
    ['mid', 'v=0\r\n', 'must be a media id'],
    ['decoderImplementation', 'a=candidate:1', 'must be a short name'],
    ['ssrc', 'eleven', 'must be a number'],
  ];
  for (const [field, value, reason] of cases) {
    it(`is left out and refused: ${field} ${String(value)}`, () => {
      const read = readStatsObjects([inbound({ framesDecoded: 5, [field]: value })]);
      assert.deepEqual(read.refusals, [{ path: `[0].${field}`, reason }]);
      assert.deepEqual(read.streams, [
        {
          id: 'I',
          media: 'camera',
          timestampMs: AT_MS,
          direction: 'inbound',
          counters: { framesDecoded: 5 },
        },
      ]);
    });
  }

  it('is refused within an inner object, and the rest of that object is kept', () => {
    const read = readStatsObjects([outbound({ qualityLimitationDurations: { cpu: -1, bandwidth: 2 } })]);
    assert.deepEqual(read.refusals, [
      { path: '[0].qualityLimitationDurations.cpu', reason: 'must be from 0 to 1000000000' },
    ]);
    assert.deepEqual(read.streams[0]?.counters, { qualityLimitationDurations: { bandwidth: 2 } });
  });

  it('is nothing when it is null: some libraries write so what they don’t have', () => {
    assert.deepEqual(only([inbound({ jitter: null, mid: null })]).counters, {});
  });

  it('is told from its bounds: 0, a negative packetsLost and -0', () => {
    const { counters } = only([inbound({ packetsLost: -7, bytesReceived: 0, packetsReceived: -0 })]);
    assert.deepEqual(counters, { packetsLost: -7, bytesReceived: 0, packetsReceived: 0 });
  });
});

describe('a codec', () => {
  const cases: readonly (readonly [title: string, codec: Fields, name: string | undefined])[] = [
    ['is its MIME type', { mimeType: 'video/VP8' }, 'video/VP8'],
    [
      'has its format parameters behind it',
      { mimeType: 'video/H264', sdpFmtpLine: 'packetization-mode=1;profile-level-id=42e01f' },
      'video/H264;packetization-mode=1;profile-level-id=42e01f',
    ],
    [
      'loses parameters that are too long',
      { mimeType: 'video/VP9', sdpFmtpLine: 'x'.repeat(128) },
      'video/VP9',
    ],
    ['loses parameters with an address', { mimeType: 'video/VP9', sdpFmtpLine: 'x=192.0.2.1' }, 'video/VP9'],
  ];
  for (const [title, codec, name] of cases) {
    it(title, () => {
      const objects = [inbound({ codecId: 'C' }), { id: 'C', type: 'codec', timestamp: AT_MS, ...codec }];
      assert.equal(only(objects).codec, name);
    });
  }

  it('tells whether a stream without a kind is audio', () => {
    const objects = [
      inbound({ kind: undefined, codecId: 'C' }),
      { id: 'C', type: 'codec', timestamp: AT_MS, mimeType: 'audio/opus' },
    ];
    assert.equal(only(objects).media, 'audio');
  });
});

describe('what the peer reports', () => {
  const report = { type: 'remote-inbound-rtp', timestamp: AT_MS - 800, kind: 'video', packetsLost: 3 };
  const kept = { timestamp: AT_MS - 800, packetsLost: 3 };
  const cases: readonly (readonly [title: string, stream: Fields, report: Fields])[] = [
    ['is found by remoteId', { remoteId: 'R', ssrc: 1 }, { id: 'R', ssrc: 2 }],
    ['is found by localId', { ssrc: 1 }, { id: 'R', localId: 'O', ssrc: 2 }],
    ['is found by the SSRC', { ssrc: 1 }, { id: 'R', ssrc: 1 }],
  ];
  for (const [title, stream, fields] of cases) {
    it(title, () => {
      const others = [{ ...report, id: 'R2', ssrc: 9, localId: 'O9', packetsLost: 99 }];
      assert.deepEqual(only([outbound(stream), { ...report, ...fields }, ...others]).remote, kept);
    });
  }

  it('is absent for a stream that no report names', () => {
    assert.equal(only([outbound({ ssrc: 1 }), { ...report, id: 'R', ssrc: 2 }]).remote, undefined);
    assert.equal(only([outbound(), { ...report, id: 'R' }]).remote, undefined);
  });

  it('of what is received has a round trip only', () => {
    const remote = {
      id: 'R',
      type: 'remote-outbound-rtp',
      timestamp: AT_MS,
      roundTripTime: 0.2,
      packetsSent: 5,
    };
    assert.deepEqual(only([inbound({ remoteId: 'R' }), remote]).remote, {
      timestamp: AT_MS,
      roundTripTime: 0.2,
    });
  });

  it('stood in old Firefox under the type of a stream, and is none', () => {
    const legacy = {
      id: 'R',
      type: 'inbound-rtp',
      isRemote: true,
      timestamp: AT_MS,
      packetsLost: 4,
      roundTripTime: 31,
    };
    const { streams } = readStatsObjects([outbound({ remoteId: 'R' }), legacy]);
    assert.equal(streams.length, 1);
    assert.deepEqual(streams[0]?.remote, { timestamp: AT_MS, packetsLost: 4 });
  });
});

describe('the selected pair', () => {
  const transport = { id: 'T', type: 'transport', timestamp: AT_MS, selectedCandidatePairId: 'P1' };
  const pair = (id: string, seconds: number, fields: Fields = {}) => ({
    id,
    type: 'candidate-pair',
    timestamp: AT_MS,
    currentRoundTripTime: seconds,
    ...fields,
  });
  const used = { nominated: true, state: 'succeeded' };
  const cases: readonly (readonly [
    title: string,
    objects: readonly Fields[],
    seconds: number | undefined,
  ])[] = [
    [
      'is the one that the transport names, whatever the others are',
      [pair('P2', 0.2, used), pair('P1', 0.1, { state: 'in-progress' }), transport],
      0.1,
    ],
    ['is nominated and succeeded where no transport names it', [pair('P1', 0.1), pair('P2', 0.2, used)], 0.2],
    [
      'is, of several nominated ones, the one that received last',
      [
        pair('P1', 0.1, { ...used, lastPacketReceivedTimestamp: AT_MS - 9_000, bytesReceived: 900 }),
        pair('P2', 0.2, { ...used, lastPacketReceivedTimestamp: AT_MS - 10, bytesReceived: 5 }),
        pair('P3', 0.3, { ...used, lastPacketReceivedTimestamp: AT_MS - 5_000, bytesReceived: 800 }),
      ],
      0.2,
    ],
    [
      'is, of several nominated ones without that time, the one with most bytes',
      [
        pair('P1', 0.1, { ...used, bytesSent: 10 }),
        pair('P2', 0.2, { ...used, bytesSent: 5, bytesReceived: 6 }),
      ],
      0.2,
    ],
    ['is the one that Firefox calls selected', [pair('P1', 0.1), pair('P2', 0.2, { selected: true })], 0.2],
    ['is none where nothing tells it', [pair('P1', 0.1), pair('P2', 0.2, { nominated: true })], undefined],
  ];
  for (const [title, objects, seconds] of cases) {
    it(title, () => {
      assert.equal(readStatsObjects(objects).path?.currentRoundTripTime, seconds);
    });
  }

  it('is told apart by its id, unless that may be an address', () => {
    for (const [id, pairId] of [
      ['CPT/zVLLNe_+WaL2axz', 'CPT/zVLLNe_+WaL2axz'],
      ['192.0.2.1', undefined],
      ['2001:db8::1', undefined],
      ['x'.repeat(65), undefined],
    ] as const) {
      assert.equal(readStatsObjects([pair(id, 0.1, used)]).path?.pairId, pairId);
    }
  });

  it('says of its local candidate what kind it is, and nothing that leads to a person', () => {
    const candidate = {
      id: 'L',
      type: 'local-candidate',
      timestamp: AT_MS,
      address: '192.0.2.7',
      ip: '192.0.2.7',
      port: 5_000,
      foundation: '1234',
      candidateType: 'relay',
      networkType: 'cellular',
      protocol: 'UDP',
      usernameFragment: 'abCd',
    };
    const { path } = readStatsObjects([pair('P', 0.1, { ...used, localCandidateId: 'L' }), candidate]);
    assert.deepEqual(path, {
      pairId: 'P',
      currentRoundTripTime: 0.1,
      candidateType: 'relay',
      networkType: 'cellular',
      protocol: 'udp',
      localUsernameFragment: 'abCd',
    });
  });

  it('leaves the username fragment to the transport, where that has one', () => {
    const objects = [
      { ...transport, iceLocalUsernameFragment: 'fromT' },
      pair('P1', 0.1, { localCandidateId: 'L' }),
      { id: 'L', type: 'local-candidate', timestamp: AT_MS, usernameFragment: 'fromL' },
    ];
    assert.equal(readStatsObjects(objects).path?.localUsernameFragment, 'fromT');
  });

  it('has no network type where the browser says unknown', () => {
    const candidate = { id: 'L', type: 'local-candidate', timestamp: AT_MS, networkType: 'unknown' };
    const { path } = readStatsObjects([pair('P', 0.1, { ...used, localCandidateId: 'L' }), candidate]);
    assert.deepEqual(path, { pairId: 'P', currentRoundTripTime: 0.1 });
  });
});

describe('what a stream shows', () => {
  it('is a screen when the object says so', () => {
    assert.equal(only([outbound({ contentType: 'screenshare' })]).media, 'screen');
  });

  it('is a screen when the page names its mid, its track, or the track of its source', () => {
    assert.equal(only([outbound({ mid: '3' })], { screenMids: ['3'] }).media, 'screen');
    assert.equal(only([inbound({ trackIdentifier: 't' })], { screenTrackIds: ['t'] }).media, 'screen');
    const source = { id: 'S', type: 'media-source', timestamp: AT_MS, trackIdentifier: 't' };
    assert.equal(only([outbound({ mediaSourceId: 'S' }), source], { screenTrackIds: ['t'] }).media, 'screen');
    const track = { id: 'K', type: 'track', timestamp: AT_MS, trackIdentifier: 't' };
    assert.equal(only([inbound({ trackId: 'K' }), track], { screenTrackIds: ['t'] }).media, 'screen');
  });

  it('stays audio when the page names its mid', () => {
    assert.equal(only([inbound({ kind: 'audio', mid: '3' })], { screenMids: ['3'] }).media, 'audio');
  });

  it('is muted when the page names it, not muted when the page names others, and unknown otherwise', () => {
    assert.equal(only([inbound({ mid: '1' })], { mutedMids: ['1'] }).muted, true);
    assert.equal(only([inbound({ mid: '1' })], { mutedTrackIds: [] }).muted, false);
    assert.equal(only([inbound({ mid: '1' })]).muted, undefined);
  });

  it('keeps no identifier of a track', () => {
    assert.doesNotMatch(JSON.stringify(only([inbound({ trackIdentifier: 'secret-track' })])), /secret/);
  });
});

describe('the time of an object', () => {
  const cases: readonly (readonly [title: string, timestamp: unknown, timeMs: number])[] = [
    ['is in milliseconds with a fraction', AT_MS + 0.25, AT_MS + 0.25],
    ['may be in seconds', AT_MS / 1_000, AT_MS],
    ['may be in microseconds', AT_MS * 1_000, AT_MS],
    ['may be written as ISO 8601', '2026-11-22T12:00:00.000Z', AT_MS],
  ];
  for (const [title, timestamp, timeMs] of cases) {
    it(title, () => {
      assert.equal(only([inbound({ timestamp })]).timestampMs, timeMs);
    });
  }

  for (const timestamp of [0, 81_234.5, -AT_MS, Date.UTC(1999), Date.UTC(2100), 'noon', Number.NaN]) {
    it(`is refused, and the object with it: ${String(timestamp)}`, () => {
      const { streams, refusals } = readStatsObjects([inbound({ timestamp })]);
      assert.deepEqual(streams, []);
      assert.deepEqual(refusals, [{ path: '[0].timestamp', reason: 'must be a time since the Unix epoch' }]);
    });
  }

  it('is the newest of the streams for the report, in whole milliseconds', () => {
    const objects = [inbound({ timestamp: AT_MS + 1.75 }), outbound({ timestamp: AT_MS })];
    assert.equal(readStatsObjects(objects).observedAtMs, AT_MS + 1);
  });

  it('is that of the path for a report without streams, and none for one without either', () => {
    const pair = { id: 'P', type: 'candidate-pair', timestamp: AT_MS + 5 };
    assert.equal(readStatsObjects([pair]).observedAtMs, AT_MS + 5);
    assert.equal(readStatsObjects([]).observedAtMs, undefined);
  });
});

describe('a report', () => {
  it('is read up to 512 objects', () => {
    const objects = Array.from({ length: 514 }, (_, position) => inbound({ id: `I${position}` }));
    const { streams, refusals } = readStatsObjects(objects);
    assert.equal(streams.length, 512);
    assert.deepEqual(refusals, [
      { path: '[512]', reason: 'is one too many: at most 512 objects of a report are read' },
    ]);
  });

  it('keeps no id of an object that may be anything', () => {
    for (const id of ['fe80::1', 'x 192.0.2.1', 'v=0', 'two words', 'x'.repeat(257)]) {
      const { streams, refusals } = readStatsObjects([inbound({ id })]);
      assert.deepEqual([streams, refusals], [[], [{ path: '[0].id', reason: 'must be plain text' }]], id);
    }
  });

  it('has no decoder where Chrome does not know it yet', () => {
    assert.equal(only([inbound({ decoderImplementation: 'unknown' })]).implementation, undefined);
    assert.equal(only([inbound({ decoderImplementation: 'libvpx' })]).implementation, 'libvpx');
  });

  it('has no decoder that is called after an address', () => {
    assert.equal(only([inbound({ decoderImplementation: 'at 192.0.2.1' })]).implementation, undefined);
  });
});
