// Mistakes in the configuration of the exporter `sms`, each where it stands.
import { describe } from 'node:test';
import { distribution } from '../../../collector/registry.ts';
import { testMistakes } from '../../support/config-mistakes.ts';

describe('a mistake in the section of sms', () => {
  testMistakes(
    [
      {
        title: 'is named where it stands',
        file: 'sms-mistakes',
        problems: [
          ['2:3', 'exporters::sms/empty::auth_token', 'is needed beside account_sid'],
          ['2:3', 'exporters::sms/empty::to', 'needs at least one number'],
          ['2:3', 'exporters::sms/empty::from', 'set either from or messaging_service_sid'],
          ['3:53', 'exporters::sms/two::from', 'set either from or messaging_service_sid'],
          ['4:69', 'exporters::sms/number::to::0', 'expected a number such as +4930123456'],
          [
            '5:27',
            'exporters::sms/inside::endpoint',
            'plain http would show the credential to the network; use https or set egress.allow_http',
          ],
        ],
      },
    ],
    distribution,
  );
});
