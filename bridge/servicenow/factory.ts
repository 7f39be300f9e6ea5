// The configuration of the exporter `servicenow`.
import { z } from 'zod';
import { auth, secret } from '../../collector/config/fields.ts';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { deliveryKeys, deliveryOptions, endpointUrl, urlBelow } from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { serviceNowAdapter } from './adapter.ts';

const PATH = 'api/global/em/jsonv2';

const configSchema = z
  .strictObject({
    endpoint: endpointUrl('https://acme.service-now.com')
      .default('')
      .describe(
        `The instance, such as https://acme.service-now.com; /${PATH} is added. Empty: switched off.`,
      ),
    username: z
      .string()
      .default('')
      .describe('User with the role evt_mgmt_integration, for basic authentication.'),
    password: secret().prefault('').describe("That user's password."),
    auth: auth()
      .optional()
      .describe('The authenticator whose credential is sent, in place of user and password.'),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => {
    refuseForbiddenUrl(config.endpoint, 'endpoint', config, context);
    if (config.endpoint === '') return;
    const hasUser = config.username !== '' && !config.password.isEmpty;
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['auth'], message });
    if (config.auth === undefined && !hasUser)
      refuse('needs a credential; set username and password, or auth');
    if (config.auth !== undefined && (config.username !== '' || !config.password.isEmpty))
      refuse('two credentials; set either username and password, or auth');
  });

export const serviceNowFactory = defineExporter({
  type: 'servicenow',
  summary: 'Sends incidents to ServiceNow Event Management as events that open and clear an alert.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.endpoint === '') return new SwitchedOffDestination(settings);
    const { username, password } = config;
    const adapter = serviceNowAdapter({
      ...(config.auth === undefined && { basic: { username, password } }),
      link: config.link,
    });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url: urlBelow(config.endpoint, PATH),
      auth: config.auth,
    });
  },
});
