// What replies mean that a real server gives seldom; the usual ones are in email-runs.test.ts.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verdictOfError } from '../../../bridge/email/smtp-verdict.ts';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';

function smtpError(code: string, command: string, status?: number, words = CANARY): Error {
  const response = status === undefined ? undefined : `${status} ${words}`;
  const told = { code, command, ...(status !== undefined && { response, responseCode: status }) };
  return Object.assign(new Error(response ?? 'it broke'), told);
}

const ROWS: [error: Error, kind: string, reason: RegExp, rule: string][] = [
  [smtpError('EAUTH', 'AUTH PLAIN', 534), 'credential', /login is refused: status 534$/, 'it is too weak'],
  [smtpError('EAUTH', 'AUTH PLAIN', 504), 'credential', /status 504$/, 'the way to log in is not known'],
  [smtpError('EAUTH', 'API'), 'credential', /knows no way to log in/, 'no way to log in is known'],
  [smtpError('EAUTH', 'AUTH PLAIN', 421), 'retry', /status 421$/, 'the server goes'],
  [smtpError('EENVELOPE', 'MAIL FROM', 530), 'credential', /^status 530 to MAIL FROM$/, 'it wants a login'],
  [smtpError('EENVELOPE', 'MAIL FROM', 451), 'retry', /^status 451/, 'not now'],
  [smtpError('EENVELOPE', 'MAIL FROM', 552), 'too_large', /^status 552/, 'more than its storage grants'],
  [smtpError('EENVELOPE', 'DATA', 503), 'retry', /^status 503/, 'the session was in another state'],
  [
    smtpError('EMESSAGE', 'DATA', 550, '5.7.1 spam'),
    'dead',
    /^status 550 5\.7\.1 to DATA$/,
    'it is not wanted',
  ],
  [smtpError('EMESSAGE', 'MAIL FROM'), 'too_large', /larger than/, 'the server had said its limit'],
  [smtpError('EPROTOCOL', 'CONN', 554), 'retry', /^status 554 to CONN$/, 'no mail service now'],
  [smtpError('ECONNECTION', 'EHLO', 502), 'retry', /^status 502 to EHLO$/, 'it says nothing of the mail'],
  [smtpError('ETLS', 'STARTTLS', 454), 'retry', /offers no TLS: status 454/, 'TLS is not there now'],
  [smtpError('ESOCKET', 'CONN'), 'retry', /^it broke \(ESOCKET\)$/, 'nobody knows'],
];

describe('an SMTP error', () => {
  for (const [error, kind, reason, rule] of ROWS) {
    it(`${error.message.slice(0, 9)} (${(error as NodeJS.ErrnoException).code}) means ${kind}: ${rule}`, () => {
      const { outcome, recipients } = verdictOfError(error, ['a@x.example']);
      assert.equal(outcome.kind, kind);
      assert.match(outcome.reason, reason);
      assert.deepEqual(recipients, ['a@x.example'], 'nobody has it');
      assertNoLeak({ outcome });
    });
  }

  it('of all recipients that asks for a login is about the credential, whatever else was said', () => {
    const rejectedErrors = [550, 530].map((status) => ({
      ...smtpError('EENVELOPE', 'RCPT TO', status),
      responseCode: status,
      recipient: `r${status}@x.example`,
    }));
    const error = Object.assign(smtpError('EENVELOPE', 'RCPT TO', 530), { rejectedErrors });
    const { outcome, recipients } = verdictOfError(error, []);
    assert.deepEqual(outcome, { kind: 'credential', reason: 'status 530 for 2 of 2 recipients' });
    assert.deepEqual(recipients, ['r550@x.example', 'r530@x.example']);
  });
});
