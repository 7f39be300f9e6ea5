import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { z } from 'zod';
import { distribution } from '../../../collector/registry.ts';
import { type GenesysCloudConfig, genesysCloudFactory } from '../../../receiver/genesyscloud/factory.ts';

const schema = genesysCloudFactory.configSchema as z.ZodType<GenesysCloudConfig>;
const ON = { realtime: { enabled: true } };

const MISTAKES: [mistake: string, config: unknown, path: string, message: RegExp][] = [
  ['no source', {}, '', /no source is switched on; set enabled to true for one of: realtime, notifications/],
  ['an unknown key', { ...ON, endpoint: 'x' }, '', /endpoint/],
  ['a region that is a URL', { ...ON, region: 'https://mypurecloud.de' }, 'region', /must be a domain/],
  ['plain http', { ...ON, base_url: 'http://gateway.example' }, 'base_url', /plain http/],
  ['a metadata address', { ...ON, base_url: 'https://169.254.169.254' }, 'base_url', /linkLocal/],
  ['no event type', { realtime: { enabled: true, event_types: [] } }, 'realtime.event_types', /./],
  [
    'another event type',
    { realtime: { enabled: true, event_types: ['video'] } },
    'realtime.event_types.0',
    /./,
  ],
  [
    'a filter for the platform that is none',
    { realtime: { enabled: true, filter: 'metrics.mos < ' } },
    'realtime.filter',
    /^column 15: expected a number/,
  ],
  ['notifications of nothing', { notifications: { enabled: true } }, 'notifications.topics', /no topic/],
  ...[
    'v2.users.{id}.conversations',
    'users.8.conversations',
    'v2.users.8/../x',
    'v2.',
    'v2..x',
    `v2.${'x'.repeat(65)}`,
  ].map((topic): [string, unknown, string, RegExp] => [
    `the topic ${topic.slice(0, 30)}`,
    { notifications: { enabled: true, topics: [topic] } },
    'notifications.topics.0',
    /must be a topic/,
  ]),
  [
    'more topics than a channel has',
    {
      notifications: {
        enabled: true,
        topics: Array.from({ length: 1_001 }, (_, n) => `v2.users.${n}.conversations`),
      },
    },
    'notifications.topics',
    /1000/,
  ],
  [
    'media statistics without a source that tells of conversations',
    { media_statistics: { enabled: true }, query: { enabled: true } },
    'media_statistics.enabled',
    /conversations that another source tells of, and none is on; set realtime\.enabled/,
  ],
  [
    'a query too often',
    { query: { enabled: true, poll_interval: '59s' } },
    'query.poll_interval',
    /at least 1m/,
  ],
  [
    'a query for what no gauge shows',
    { query: { enabled: true, select: ['agent.id'] } },
    'query.select.0',
    /must be count, or a metric and an aggregate/,
  ],
  [
    'a query by persons',
    { query: { enabled: true, group: ['agent.id'] } },
    'query.group.0',
    /must be a dimension such as edge/,
  ],
  [
    'an interval as Go writes it',
    { query: { enabled: true, interval: '5m' } },
    'query.interval',
    /ISO 8601 duration such as PT5M/,
  ],
  [
    'details too often',
    { conversation_details: { enabled: true, poll_interval: '5s' } },
    'conversation_details.poll_interval',
    /at least 1m/,
  ],
  [
    'windows that overlap without an end',
    { conversation_details: { enabled: true, overlap: '25h' } },
    'conversation_details.overlap',
    /at most 24h/,
  ],
  [
    'a MOS that is none',
    { conversation_details: { enabled: true, filter_mos_below: 0.5 } },
    'conversation_details.filter_mos_below',
    /./,
  ],
  [
    'no request about the past',
    { ...ON, historical_requests_per_minute: 0 },
    'historical_requests_per_minute',
    /./,
  ],
  ['an own filter by what is not kept', { ...ON, filter: 'queue.id == 7' }, 'filter', /^column 1: no field/],
];

describe('the configuration of genesyscloud', () => {
  for (const [mistake, config, path, message] of MISTAKES) {
    it(`refuses ${mistake}`, () => {
      const { error } = schema.safeParse(config);
      assert.equal(error?.issues.length, 1);
      assert.equal(error.issues[0]!.path.join('.'), path);
      assert.match(error.issues[0]!.message, message);
    });
  }

  it('lets the platform have a filter by what only the platform knows', () => {
    const realtime = { enabled: true, filter: 'event.queue.id == 7' };
    assert.equal(schema.parse({ realtime }).realtime.filter, 'event.queue.id == 7');
  });

  it('asks the usual region for both types of events every 5 s', () => {
    const { region, base_url, realtime, filter } = schema.parse(ON);
    assert.deepEqual(
      [
        region,
        base_url,
        filter,
        realtime.event_types,
        realtime.sampling_interval.ms,
        realtime.poll_interval.ms,
      ],
      ['mypurecloud.com', undefined, undefined, ['webrtc', 'webrtc-video'], 5_000, 5_000],
    );
  });

  it('takes notifications alone, and a thousand topics', () => {
    const topics = Array.from({ length: 1_000 }, (_, n) => `v2.routing.queues.${n}-a_B.conversations.videos`);
    const { realtime, notifications } = schema.parse({ notifications: { enabled: true, topics } });
    assert.equal(realtime.enabled, false);
    assert.equal(notifications.topics.length, 1_000);
    assert.deepEqual([notifications.silence_timeout.ms, notifications.max_backfill], [45_000, 100]);
  });

  it('asks for nothing else unless it is told to, and then as the guide does', () => {
    const { media_statistics, query, conversation_details, historical_requests_per_minute } =
      schema.parse(ON);
    assert.deepEqual(
      [media_statistics.enabled, query.enabled, conversation_details.enabled, historical_requests_per_minute],
      [false, false, false, 100],
    );
    assert.deepEqual(
      [
        media_statistics.interval.ms,
        media_statistics.max_requests_per_minute,
        query.poll_interval.ms,
        query.lag.ms,
        conversation_details.poll_interval.ms,
        conversation_details.lag.ms,
        conversation_details.overlap.ms,
      ],
      [30_000, 150, 300_000, 1_800_000, 900_000, 1_800_000, 300_000],
    );
  });

  for (const source of ['query', 'conversation_details']) {
    it(`may ask for the past alone: ${source}`, () => {
      assert.equal(schema.safeParse({ [source]: { enabled: true } }).success, true);
    });
  }

  it('is known to the program', () => assert.ok(distribution.factories.includes(genesysCloudFactory)));
});
