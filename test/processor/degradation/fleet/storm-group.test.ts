// Which group names a storm: the table of the choice.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ALL_SESSIONS,
  coveringGroups,
  groupsOf,
  isInGroup,
  narrowestGroup,
  type StormGroup,
} from '../../../../processor/degradation/fleet/storm-group.ts';

const DIMENSIONS = ['edge', 'site', 'isp', 'region', 'client.version', 'codec'];

function groupOf(subject: string): StormGroup {
  if (subject === ALL_SESSIONS.subject) return ALL_SESSIONS;
  const [dimension = '', value = ''] = subject.split('=');
  return { subject, shared: { dimension, value } };
}

/** `[subject, incidents, active sessions]` of each group. */
function choose(groups: readonly (readonly [string, number, number])[]): string | undefined {
  const counts = groups.map(([subject, incidentCount]) => ({ group: groupOf(subject), incidentCount }));
  const active = new Map(groups.map(([subject, , activeCount]) => [subject, activeCount]));
  return narrowestGroup(coveringGroups(counts, 10), DIMENSIONS, (asked) =>
    asked.map(({ subject }) => active.get(subject)!),
  )?.group.subject;
}

describe('the group of a storm', () => {
  for (const [what, groups, expected] of [
    ['is none below ten incidents', [['edge=a', 9, 9]], undefined],
    ['is one with exactly ten', [['edge=a', 10, 10]], 'edge=a'],
    [
      'is the narrowest that covers all',
      [
        ['region=eu', 20, 500],
        ['edge=a', 20, 40],
        ['codec=VP8', 20, 900],
      ],
      'edge=a',
    ],
    [
      'may leave out a fifth of what the widest covers',
      [
        ['region=eu', 20, 500],
        ['edge=a', 16, 40],
      ],
      'edge=a',
    ],
    [
      'may not leave out more',
      [
        ['region=eu', 20, 500],
        ['edge=a', 15, 40],
      ],
      'region=eu',
    ],
    [
      'is none that is too small, however well it covers',
      [
        ['region=eu', 11, 500],
        ['edge=a', 9, 9],
      ],
      'region=eu',
    ],
    [
      'is of equals the first in the order of the dimensions',
      [
        ['codec=VP8', 12, 40],
        ['isp=x', 12, 40],
        ['site=s', 12, 40],
      ],
      'site=s',
    ],
    [
      'is of equals of one dimension the one that covers more',
      [
        ['edge=a', 18, 40],
        ['edge=b', 20, 40],
      ],
      'edge=b',
    ],
    [
      'is rather a shared value than all sessions',
      [
        ['all sessions', 12, 40],
        ['codec=VP8', 12, 40],
      ],
      'codec=VP8',
    ],
    [
      'is all sessions where no value covers enough',
      [
        ['all sessions', 30, 100],
        ['edge=a', 15, 50],
        ['edge=b', 15, 50],
      ],
      'all sessions',
    ],
  ] as readonly (readonly [string, readonly (readonly [string, number, number])[], string | undefined])[]) {
    it(what, () => {
      assert.equal(choose(groups), expected);
      assert.equal(choose(groups.toReversed()), expected, 'in any order');
    });
  }

  it('is found without counting sessions where there is no choice', () => {
    const counts = [{ group: groupOf('edge=a'), incidentCount: 10 }];
    const chosen = narrowestGroup(counts, DIMENSIONS, () => assert.fail('not to be asked'));
    assert.equal(chosen?.group.subject, 'edge=a');
  });
});

describe('the groups of a session', () => {
  const traits = { dimensions: { region: 'eu', edge: 'a', 'network.type': 'wifi' }, codec: 'VP8' };

  it('are the values of the configured dimensions and the codec, and none for what is unknown', () => {
    const subjects = groupsOf(traits, DIMENSIONS).map(({ subject }) => subject);
    assert.deepEqual(subjects, ['edge=a', 'region=eu', 'codec=VP8']);
  });

  it('include all sessions always', () => {
    assert.equal(isInGroup(ALL_SESSIONS, traits), true);
    assert.equal(isInGroup(groupOf('codec=VP8'), traits), true);
    assert.equal(isInGroup(groupOf('codec=AV1'), traits), false);
    assert.equal(isInGroup(groupOf('isp=x'), traits), false);
  });
});
