// The mail of every kind of every category of incident, line by line, against golden files.
import { describe } from 'node:test';
import { composeMail } from '../../../bridge/email/compose.ts';
import { renderMail } from '../../../bridge/email/render-mail.ts';
import { LINK } from '../../support/destination-adapters.ts';
import { testGoldenDocuments } from '../../support/golden-documents.ts';

const TO = ['oncall@team.example', 'lead@team.example'];
const SENDER = { from: 'WebRTC Alerts <alerts@bridge.example>', replyTo: 'video@team.example' };

describe('the destination email', () => {
  testGoldenDocuments('email', async (transition) => {
    const rendering = { to: TO, subjectPrefix: '[WebRTC]', domain: 'bridge.example', link: LINK };
    const { idempotencyKey, decidedAtMs: nowMs } = transition;
    const message = await composeMail(renderMail(transition, rendering), SENDER, { idempotencyKey, nowMs });
    return [{ message: message.toString('latin1').split('\r\n') }];
  });
});
