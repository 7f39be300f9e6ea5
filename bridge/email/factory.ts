// The exporter `email`: its rendering and its attempts put together.
import { defineExporter } from '../../collector/define.ts';
import { deliveryOptions } from '../delivery/destination-config.ts';
import { SendingDestination } from '../delivery/sending-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { addressIn, domainOf } from './address.ts';
import { egressRules, emailConfigSchema, type EmailConfig } from './config.ts';
import { MailAttempts } from './mail-attempts.ts';
import { renderMail } from './render-mail.ts';
import type { SmtpServer, TlsMode } from './smtp-client.ts';
import { shrunkMail } from './stored-mail.ts';

/** RFC 6409 and RFC 8314 for submission; RFC 5321 for a relay that is spoken to in the clear. */
const PORTS: Readonly<Record<TlsMode, number>> = { starttls: 587, implicit: 465, none: 25 };

export const emailFactory = defineExporter({
  type: 'email',
  summary: 'Sends incidents by mail, over SMTP; the mails of an incident are one thread.',
  configSchema: emailConfigSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.host === '') return new SwitchedOffDestination(settings, 'host');
    const { from, to, reply_to: replyTo, subject_prefix: subjectPrefix, link, ca_file: caFile } = config;
    const envelopeFrom = addressIn(from)!;
    const egress = egressRules(config.egress);
    const options = {
      ...deliveryOptions({
        ...config,
        egress: { ...config.egress, allow_http: false },
        tls: { ca_file: caFile },
      }),
      egress,
    };
    const mail = { to, subjectPrefix, domain: domainOf(envelopeFrom), link };
    const rendering = {
      render: (transition: Parameters<typeof renderMail>[0]) => JSON.stringify(renderMail(transition, mail)),
      shrink: shrunkMail,
    };
    const attempts = new MailAttempts(settings, {
      ...options,
      server: serverOf(config),
      from,
      replyTo: replyTo === '' ? undefined : replyTo,
      envelopeFrom,
    });
    return new SendingDestination(settings, outbox, { rendering, attempts }, options);
  },
});

function serverOf({ host, port, tls, username, password }: EmailConfig): SmtpServer {
  const credential = username === '' ? undefined : { username, password };
  return { host, port: port ?? PORTS[tls], tls, credential };
}
