import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { alphabetOf, cutToUnits, unitCount } from '../../../bridge/sms/sms-alphabet.ts';
import { smsText } from '../../../bridge/sms/sms-text.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';
import { transitionOf } from '../../support/transition.ts';

const LINK = 'https://g.example/{session_id}';
const severe = { severity: 'critical', peakSeverity: 'critical' } as const;

describe('the text of an SMS', () => {
  it('is the title, the reasons and the link, a line each', () => {
    assert.equal(
      smsText(transitionOf({ ...severe, subject: 'call-7' }), LINK),
      'CRITICAL: Video degraded: session call-7\nMOS 3.1 (limit 3.5)\nhttps://g.example/call-7',
    );
  });

  it('has no severity once it is over', () => {
    assert.match(smsText(transitionOf({ ...severe, kind: 'recovered', sequence: 3 }), ''), /^Recovered from/);
  });

  it('goes without the link before it loses a word', () => {
    const subject = 'x'.repeat(100);
    const text = smsText(transitionOf({ ...severe, subject }), LINK);
    assert.equal(text, `CRITICAL: Video degraded: session ${subject}\nMOS 3.1 (limit 3.5)`);
  });

  it('cuts a long title and keeps the reasons, in their own line', () => {
    const text = smsText(transitionOf({ ...severe, subject: 'x'.repeat(500) }), LINK);
    assert.match(text, /^CRITICAL: Video degraded: session x+\.\.\.\nMOS 3\.1 \(limit 3\.5\)$/);
    assert.equal(text.length, 160);
  });

  it('cuts long reasons and a long title to half of the message each', () => {
    const reasons = Array.from(
      { length: 9 },
      () => ({ rule: 'packet_loss', value: 12.5, threshold: 2 }) as const,
    );
    const [title, why] = smsText(transitionOf({ ...severe, subject: 'x'.repeat(500), reasons }), '').split(
      '\n',
    );
    assert.match(title!, /^.{77}\.\.\.$/);
    assert.match(why!, /^packet loss .{60,64}\.\.\.$/);
  });

  it('has 70 characters when one of them is not in the small alphabet', () => {
    const text = smsText(transitionOf({ ...severe, subject: '中'.repeat(50) }), '');
    assert.match(text, /^CRITICAL: Video degraded: session 中+…\nMOS 3\.1 \(limit 3\.5\)$/);
    assert.equal(text.length, 70);
  });

  it('lets a session id begin no line of its own', () => {
    const text = smsText(transitionOf({ ...severe, subject: 'a\r\nAll is well\u2028b' }), '');
    assert.equal(text.split(/[\r\n\u2028]/).length, 2);
    assert.match(text, /session a All is well b\n/);
  });

  it('is one message, well formed and of two lines at least, whatever is in it', () => {
    const wild = fc
      .tuple(
        fc.string({
          unit: fc.constantFrom('a', 'é', '[', '€', '中', '😀', '\ud83d', '\n', '–'),
          minLength: 1,
          maxLength: 20,
        }),
        fc.constantFrom(1, 2, 5, 100),
      )
      .map(([text, times]) => `s${text.repeat(times)}`);
    fc.assert(
      fc.property(fc.constantFrom(...INCIDENT_CASES.values()), wild, (base, subject) => {
        const text = smsText({ ...base, subject }, LINK);
        const alphabet = alphabetOf(text);
        assert.ok(unitCount(text, alphabet) <= alphabet.unitsPerMessage, text);
        assert.ok(text.isWellFormed());
        assert.ok(text.includes('\n'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the alphabets of an SMS', () => {
  it('count a bracket twice in the small one, and a character beyond the basic plane in the large one', () => {
    for (const [text, units] of [
      ['a@Ωü', 4],
      ['[€]', 6],
      ['a中', 2],
      ['😀', 2],
    ] as const) {
      assert.equal(unitCount(text, alphabetOf(text)), units, text);
    }
  });

  it('are cut between characters', () => {
    assert.equal(cutToUnits('😀😀😀', 5, alphabetOf('😀')), '😀😀…');
    assert.equal(cutToUnits('[[[[', 7, alphabetOf('[')), '[[...');
    assert.equal(cutToUnits('[[[[', 8, alphabetOf('[')), '[[[[');
  });
});
