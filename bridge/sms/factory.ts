// The configuration of the exporter `sms`.
import { z } from 'zod';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import {
  deliveryKeys,
  deliveryOptions,
  endpointUrl,
  headerSecret,
  urlBelow,
} from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { smsAdapter } from './adapter.ts';

const ENDPOINT = 'https://api.twilio.com';
const API_VERSION = '2010-04-01';
/** ITU-T E.164. */
const NUMBER = /^\+[1-9]\d{1,14}$/;
/** Besides a number: a short code, or up to eleven letters and digits where the country allows it. */
const SENDER = /^(?:\+[1-9]\d{1,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/;
/** Each gets a message of its own, one after the other. */
const MAX_RECIPIENTS = 20;

const configSchema = z
  .strictObject({
    endpoint: endpointUrl(ENDPOINT)
      .default(ENDPOINT)
      .describe("Twilio's API, or one that speaks the same. Empty: switched off."),
    account_sid: z
      .string()
      .regex(/^[A-Za-z0-9_-]*$/, { error: 'expected an account SID such as AC0123…' })
      .default('')
      .describe('Account that sends. Empty: switched off.'),
    auth_token: headerSecret().prefault('').describe("That account's token."),
    from: z
      .string()
      .refine((text) => text === '' || SENDER.test(text), {
        error: 'expected a number such as +4930123456, a short code or a sender id',
      })
      .default('')
      .describe('Number or sender id that messages come from.'),
    messaging_service_sid: z
      .string()
      .regex(/^[A-Za-z0-9_-]*$/, { error: 'expected the SID of a messaging service such as MG0123…' })
      .default('')
      .describe('Messaging service that chooses the sender, in place of from.'),
    to: z
      .array(z.string().regex(NUMBER, { error: 'expected a number such as +4930123456' }))
      .max(MAX_RECIPIENTS)
      .default([])
      .describe('Numbers that get each message.'),
    ...deliveryKeys({ minSeverity: 'critical' }),
  })
  .superRefine((config, context) => {
    refuseForbiddenUrl(config.endpoint, 'endpoint', config, context);
    if (config.endpoint === '' || config.account_sid === '') return;
    const refuse = (key: keyof typeof config, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (config.auth_token.isEmpty) refuse('auth_token', 'is needed beside account_sid');
    if (config.to.length === 0) refuse('to', 'needs at least one number');
    if ((config.from === '') === (config.messaging_service_sid === ''))
      refuse('from', 'set either from or messaging_service_sid');
  });

export const smsFactory = defineExporter({
  type: 'sms',
  summary: 'Sends incidents as SMS, over the API of Twilio or one that speaks the same.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    const { endpoint, account_sid: accountSid, auth_token: authToken, from, to, link } = config;
    if (endpoint === '') return new SwitchedOffDestination(settings);
    if (accountSid === '') return new SwitchedOffDestination(settings, 'account_sid');
    const sender = from !== '' ? { From: from } : { MessagingServiceSid: config.messaging_service_sid };
    const adapter = smsAdapter({ accountSid, authToken, sender, to, link });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url: urlBelow(endpoint, `${API_VERSION}/Accounts/${accountSid}/Messages.json`),
      auth: undefined,
    });
  },
});
