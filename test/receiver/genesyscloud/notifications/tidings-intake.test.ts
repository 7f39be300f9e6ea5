import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Notification } from '../../../../receiver/genesyscloud/notifications/frame.ts';
import { KnownConversations } from '../../../../receiver/genesyscloud/notifications/known-conversations.ts';
import { KnownStations } from '../../../../receiver/genesyscloud/notifications/known-stations.ts';
import { SeenNotifications } from '../../../../receiver/genesyscloud/notifications/seen-notifications.ts';
import { TidingsIntake } from '../../../../receiver/genesyscloud/notifications/tidings-intake.ts';
import { Listening } from '../../../../receiver/genesyscloud/listening.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

describe('what comes by two lines at a time', () => {
  it('is handed on one after the other, while the next stage is busy', async () => {
    const clock = new VirtualClock();
    const offered: string[] = [];
    const free: (() => void)[] = [];
    const known = { agentIdOf: (id: string) => id, onClamped: () => {} };
    const intake = new TidingsIntake({
      clock,
      conversations: new KnownConversations({ ...known, maxSessions: 10, startedAtMs: clock.nowMs() }),
      stations: new KnownStations({ ...known, maxStations: 10 }),
      seen: new SeenNotifications(),
      intake: {
        offer: ([event]) => {
          offered.push(event?.kind === 'event' ? event.type : 'nothing');
          return new Promise((resolve) => free.push(resolve));
        },
        overlong: () => {},
      },
      listening: new Listening(clock.nowMs()),
      telemetry: { notification: () => {}, backfilled: () => {}, observeRejected: () => () => {} },
      signal: new AbortController().signal,
    });
    const told = (state: string, identity: string): Notification => ({
      kind: 'notification',
      topic: 'v2.users.u.conversations',
      body: { id: 'c', participants: [{ id: 'p', videos: [{ id: 'v', state }] }] },
      identity,
      isNumbered: true,
    });
    const first = intake.take(told('connected', '1'), 1);
    const second = intake.take(told('disconnected', '2'), 2);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(offered, ['connected']);
    free[0]!();
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(offered, ['connected', 'ended']);
    free[1]!();
    await second;
  });
});
