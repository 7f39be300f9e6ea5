// The SMS of every kind of every category of incident against golden files: the form as it goes out, decoded.
import { describe } from 'node:test';
import { smsAdapter } from '../../../bridge/sms/adapter.ts';
import { Secret } from '../../../collector/secret.ts';
import { LINK } from '../../support/destination-adapters.ts';
import { requestsOf, rowOf } from '../../support/golden.ts';
import { testGoldenDocuments } from '../../support/golden-documents.ts';

const adapter = smsAdapter({
  accountSid: 'AC0123456789abcdef',
  authToken: new Secret('the-token-of-this-account'),
  sender: { MessagingServiceSid: 'MG0123456789abcdef' },
  to: ['+49151000001', '+49151000002'],
  link: LINK,
});

describe('the destination sms', () => {
  testGoldenDocuments('sms', (transition) =>
    requestsOf(adapter, rowOf(adapter, transition)).map(({ headers, body }) => ({
      headers,
      form: Object.fromEntries(new URLSearchParams(body)),
    })),
  );
});
