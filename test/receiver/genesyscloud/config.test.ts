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

  it('is known to the program', () => assert.ok(distribution.factories.includes(genesysCloudFactory)));
});
