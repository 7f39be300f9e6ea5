// The keys of the exporter `email`, and the rules that bind them.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { positiveDuration, secret } from '../../collector/config/fields.ts';
import { hostRefusal } from '../../collector/egress/address-rules.ts';
import { deliveryKeys } from '../delivery/destination-config.ts';
import { addressIn, isAddress } from './address.ts';

/** A person is not helped by more, and servers take at least 100 (RFC 5321, 4.5.3.1.8). */
const MAX_RECIPIENTS = 50;
const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$/;

const named = (example: string) =>
  z.string().refine((text) => text === '' || addressIn(text) !== undefined, {
    error: `expected an address such as ${example}`,
  });

export const emailConfigSchema = z
  .strictObject({
    host: z
      .string()
      .refine((text) => text === '' || isIP(text) !== 0 || HOST_NAME.test(text), {
        error: 'expected a host such as smtp.example.com, without a port',
      })
      .default('')
      .describe('The mail server. Empty: switched off.'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('Its port. Absent: 587 for starttls, 465 for implicit, 25 for none.'),
    ca_file: z
      .string()
      .default('')
      .describe('Authorities that are trusted, in PEM, in place of the usual ones. Empty: the usual ones.'),
    username: z.string().default('').describe('Who logs in. Empty: nobody.'),
    password: secret().prefault('').describe("That user's password."),
    from: named('Alerts <alerts@example.com>').default('').describe('Who mails come from.'),
    to: z
      .array(z.string().refine(isAddress, { error: 'expected an address such as oncall@example.com' }))
      .max(MAX_RECIPIENTS)
      .default([])
      .describe('Who gets each mail.'),
    reply_to: named('video-team@example.com')
      .default('')
      .describe('Who gets the answers. Empty: the sender.'),
    subject_prefix: z
      .string()
      .max(60)
      .default('')
      .describe('Stands in front of every subject, such as [WebRTC].'),
    ...deliveryKeys(),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe('starttls must succeed before anything is sent; none is for loopback only.'),
    timeout: positiveDuration()
      .prefault('30s')
      .describe('How long a mail may take, from connecting to the last reply.'),
    egress: z
      .strictObject({
        allow_plaintext: z
          .boolean()
          .default(false)
          .describe('Allow tls: none to others than loopback: mails and passwords can be read on the way.'),
        allow_private: z
          .boolean()
          .default(false)
          .describe('Allow private addresses, where an on-premises mail server lives.'),
        allow_loopback: z.boolean().default(false).describe('Allow loopback addresses.'),
      })
      .prefault({})
      .describe('What may be connected to. Link-local and metadata addresses never are.'),
  })
  .superRefine((config, context) => {
    if (config.host === '') return;
    const refuse = (key: keyof typeof config, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    const forbidden = hostRefusal(config.host, egressRules(config.egress));
    if (forbidden !== undefined) refuse('host', forbidden);
    if (config.from === '') refuse('from', 'is needed beside host');
    if (config.to.length === 0) refuse('to', 'needs at least one address');
    if ((config.username === '') !== config.password.isEmpty)
      refuse('password', 'username and password belong together; set both or none');
    if (config.tls === 'none' && !config.egress.allow_plaintext && !isLoopback(config.host))
      refuse('tls', 'none would show every mail to the network; use starttls or set egress.allow_plaintext');
  });

export type EmailConfig = z.output<typeof emailConfigSchema>;

export function egressRules({
  allow_private: allowPrivate,
  allow_loopback: allowLoopback,
}: EmailConfig['egress']) {
  return { allowHttp: false, allowPrivate, allowLoopback };
}

/** RFC 6761 keeps `localhost` for loopback. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}
