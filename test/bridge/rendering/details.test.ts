import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chatFacts } from '../../../bridge/rendering/chat-facts.ts';
import { detailsOf, fitDetails, halvedDetails } from '../../../bridge/rendering/details.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';
import { transitionOf } from '../../support/transition.ts';

const STORM = INCIDENT_CASES.get('storm-opened')!;

describe('the details of an incident', () => {
  it('leave out what is not known, and zero of what was held back', () => {
    const details = detailsOf(transitionOf({}));
    assert.deepEqual(
      Object.keys(details).filter((name) => /agent|conversation|suppressed|link|rtt|test/.test(name)),
      [],
    );
    assert.equal(detailsOf(transitionOf({ suppressedCount: 3 })).suppressed_count, 3);
  });

  it('say of a storm how many it stands for, how they divide, and which are the worst', () => {
    const { member_count, members_by_severity, members_by_isp, worst_sessions, session_id, group } =
      detailsOf(STORM);
    assert.deepEqual(
      [member_count, members_by_severity, members_by_isp],
      [37, 'high 34, critical 3', 'ISP A 20, ISP B 17'],
    );
    assert.match(
      String(worst_sessions),
      /^call-1 critical MOS on a broken path 1\.8 .* \| call-2 high packet loss/,
    );
    assert.deepEqual([session_id, group], [undefined, 'edge=fra-3']);
  });

  it('count the values of a dimension that are too many to be named', () => {
    const counts = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`isp-${index}`, 10 - index]));
    const breakdown = { ...STORM.group!.breakdown, byDimension: { isp: counts } };
    const details = detailsOf({ ...STORM, group: { ...STORM.group!, breakdown } });
    assert.equal(details.members_by_isp, 'isp-0 10, isp-1 9, isp-2 8, isp-3 7, isp-4 6, 3 more values');
  });

  it('lose the last of them first where they must shrink, and never those that identify', () => {
    const details = detailsOf(STORM);
    const kept = JSON.parse(fitDetails(details, 500, (some) => JSON.stringify(some))) as object;
    assert.deepEqual(Object.keys(kept), Object.keys(details).slice(0, Object.keys(kept).length));
    assert.ok('incident_id' in kept && !('incident_key' in kept));
  });

  it('can be halved until there are none', () => {
    let details: ReturnType<typeof halvedDetails> = detailsOf(STORM);
    let rounds = 0;
    for (; details !== undefined; rounds++) details = halvedDetails(details);
    assert.equal(rounds, 6);
    assert.equal(halvedDetails({}), undefined);
  });
});

describe('what a person in a chat reads', () => {
  it('has units and plain words, and nothing for machines', () => {
    const facts = chatFacts(INCIDENT_CASES.get('quality-opened')!);
    assert.equal(facts['packet loss'], '4.2 %');
    assert.equal(facts['network.type'], 'wifi');
    assert.ok(Object.keys(facts).every((name) => !/key|incident|sequence|trigger/.test(name)));
  });

  it('has the breakdown of a storm', () => {
    const facts = chatFacts(STORM);
    assert.deepEqual(
      [facts.sessions, facts['by edge'], facts['by reason']],
      ['37', 'fra-3 37', 'packet_loss 30, mos 7'],
    );
  });
});
