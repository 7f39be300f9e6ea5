import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chatFacts } from '../../../bridge/rendering/chat-facts.ts';
import { detailsOf, fitDetails, halvedDetails, withoutIdLists } from '../../../bridge/rendering/details.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';
import { transitionOf } from '../../support/transition.ts';

const IDS = Array.from({ length: 500 }, (_, index) => index.toString(16).padStart(32, '0'));
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

  it('name who is told of here, whole, before how they divide; and who is still open at the end', () => {
    const names = Object.keys(detailsOf(STORM));
    assert.ok(names.indexOf('listed_incidents') < names.indexOf('worst_sessions'));
    const many = { ...STORM.group!, listedIds: IDS, survivorIds: IDS };
    const details = detailsOf({ ...STORM, group: many });
    for (const name of ['listed_incidents', 'still_open_incidents'])
      assert.equal(details[name], IDS.join(' '));
    assert.deepEqual([details.listed_count, details.still_open_count, details.open_count], [500, 500, 37]);
  });

  it('can be had without the lists of ids: their counts stay', () => {
    const details = withoutIdLists(detailsOf(STORM));
    assert.deepEqual([details.listed_count, details.listed_incidents], [3, undefined]);
  });

  it('keep those that weigh most where they must shrink, and leave out alone what is too large beside them', () => {
    const details = detailsOf({ ...STORM, group: { ...STORM.group!, listedIds: IDS } });
    const fitted = (maxBytes: number) =>
      JSON.parse(fitDetails(details, maxBytes, (some) => JSON.stringify(some))) as object;
    const names = Object.keys(details);
    assert.deepEqual(
      Object.keys(fitted(8_000)),
      names.filter((name) => name !== 'listed_incidents'),
      'all but the ids',
    );
    const upToIds = Object.entries(details).slice(0, names.indexOf('listed_incidents') + 1);
    const room = Buffer.byteLength(JSON.stringify(Object.fromEntries(upToIds)));
    assert.deepEqual(Object.entries(fitted(room)), upToIds, 'the ids, and nothing of what weighs less');
    assert.ok('incident_id' in fitted(500) && !('incident_key' in fitted(500)));
  });

  it('are never more than fit', () => {
    const details = detailsOf(STORM);
    for (let maxBytes = 2; maxBytes < 2_000; maxBytes += 37) {
      const body = fitDetails(details, maxBytes, (some) => JSON.stringify(some));
      assert.ok(Buffer.byteLength(body) <= maxBytes);
    }
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
