import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GENESYS_INSTRUMENTS } from '../../../receiver/genesyscloud/instruments.ts';
import { TOPIC, tellReceiver } from './notifications/told-receiver.ts';
import { POLLED_INSTRUMENTS } from '../../../receiver/genesyscloud/polled-instruments.ts';
import { guideSample, listenToStandIn } from './listening-receiver.ts';

describe('the catalogue of what is measured of Genesys Cloud', () => {
  it('has every metric that the receiver records, with its attributes', async () => {
    const running = await listenToStandIn();
    running.standIn.cut();
    await running.pass(12_000);
    const told = await tellReceiver(
      { topics: [TOPIC, 'v2.users.agent-2.conversations'] },
      {
        prepare: ({ notifications }) =>
          void notifications.rejections.set('v2.users.agent-2.conversations', {}),
      },
    );
    await told.call('one');
    told.platform.cut();
    await told.pass(12_000);
    const values: Record<string, string> = {
      receiver: 'genesyscloud',
      source: 'realtime',
      cause: 'broken',
      outcome: 'read',
    };
    const ofNotifications = new Set(
      [
        GENESYS_INSTRUMENTS.notifications,
        GENESYS_INSTRUMENTS.backfilled,
        GENESYS_INSTRUMENTS.rejectedTopics,
      ].map(({ name }): string => name),
    );
    for (const { name, attributes } of Object.values(GENESYS_INSTRUMENTS)) {
      const ofPoint = Object.fromEntries(attributes.map((key) => [key, values[key]!]));
      const { settings } = ofNotifications.has(name) ? told : running;
      assert.ok((await settings.recorded(name, ofPoint))! > 0, `${name} has no point`);
    }
    await told.stop();
    await running.stop();
  });

  it('has every metric of what is asked for, with its attributes', async () => {
    const select = Object.keys(METRICS_OF_ROW).map((path) => `metrics.${path}.avg`);
    const running = await listenToStandIn({
      config: {
        media_statistics: { enabled: true },
        query: { enabled: true, poll_interval: '1m', group: ['edge'], select: [...select, 'count'] },
        conversation_details: { enabled: true, poll_interval: '1m', lag: '30m' },
      },
    });
    const { standIn } = running;
    standIn.past.begin('c');
    standIn.send([standIn.happen('one', { ...guideSample(), conversation: { id: 'c' } })]);
    const data = Object.fromEntries(select.map((key, index) => [key, Object.values(METRICS_OF_ROW)[index]]));
    standIn.nextOf.query.push(answer({ results: [{ group: { edge: 'fra' }, data: { ...data, count: 7 } }] }));
    const ended = { conversationEnd: '2026-01-01T00:00:00Z', mediaStatsMinConversationMos: 4 };
    const voice = { participants: [{ sessions: [{ mediaType: 'voice' }] }] };
    standIn.nextOf.details.push(answer({ conversations: [{ conversationId: 'd', ...ended, ...voice }] }));
    await running.pass(70_000);
    const values: Record<string, readonly string[]> = {
      receiver: ['genesyscloud'],
      group: ['edge=fra'],
      media_type: ['voice'],
      source: ['realtime', 'query'],
      aggregate: ['avg', 'count'],
    };
    const unseen: string[] = [];
    for (const { name, attributes } of Object.values(POLLED_INSTRUMENTS)) {
      const points = [0, 1].map((choice) =>
        Object.fromEntries(attributes.map((key) => [key, values[key]!.at(choice) ?? values[key]![0]!])),
      );
      const found: (number | undefined)[] = [];
      for (const point of points) found.push(await running.settings.recorded(name, point));
      if (found.every((value) => value === undefined)) unseen.push(name);
    }
    assert.deepEqual(unseen, []);
    await running.stop();
  });
});

const METRICS_OF_ROW = {
  mos: 4,
  packetLossPercent: 1,
  'jitter.ms': 9,
  'rtt.ms': 9,
  'bitrate.kbps': 900,
  framesPerSecond: 30,
  freezeRatio: 0.1,
  experience: 4,
};

const answer = (body: unknown) => ({ status: 200, text: JSON.stringify(body) });
