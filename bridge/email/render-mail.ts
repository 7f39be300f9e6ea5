// A transition as a mail: the subject that a person sees on a locked screen, a text, and the same as HTML.
import { chatFacts } from '../rendering/chat-facts.ts';
import { cutText } from '../rendering/cut-text.ts';
import { linkOf } from '../rendering/link.ts';
import { oneLine } from '../rendering/one-line.ts';
import { reasonsText } from '../rendering/reason-text.ts';
import { titleOf } from '../rendering/title.ts';
import { whyText } from '../rendering/why-text.ts';
import { isOver, type Transition } from '../transition/transition.ts';
import { htmlOf } from './html.ts';
import { messageIdOf, openingMessageId } from './message-id.ts';
import { joinedParagraphs, type StoredMail } from './stored-mail.ts';

/** Ours to choose, in code points: RFC 5322 folds longer subjects, but no screen shows them. */
const LIMITS = { subject: 200, title: 500, reasons: 2_000, link: 2_000, member: 300 } as const;

export interface MailRendering {
  readonly to: readonly string[];
  /** In front of every subject; empty: nothing. */
  readonly subjectPrefix: string;
  /** The right side of Message-IDs: the sender's domain. */
  readonly domain: string;
  readonly link: string;
}

export type MailMember = readonly [session: string, severity: string, reasons: string];

/** The parts of a mail as people read it, each in one line. */
export interface MailContent {
  readonly title: string;
  readonly reasons: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Of one that stands for many the worst of them, worst first. */
  readonly members: readonly MailMember[];
  readonly link?: string;
  /** Names the incident, for those who look it up. */
  readonly footer: string;
}

export function renderMail(
  transition: Transition,
  { to, subjectPrefix, domain, link }: MailRendering,
): StoredMail {
  const content = contentOf(transition, linkOf(link, transition));
  return {
    recipients: to,
    to,
    subject: subjectOf(transition, subjectPrefix),
    messageId: messageIdOf(transition, domain),
    ...(transition.sequence > 0 && { opening: openingMessageId(transition, domain) }),
    text: textOf(content),
    html: htmlOf(content, transition),
  };
}

/** `[high] Video degraded: session call-7`; what is over has no severity any more. */
function subjectOf(transition: Transition, prefix: string): string {
  const mark = isOver(transition.kind) ? '' : `[${transition.severity}]`;
  return cutText(oneLine(`${prefix} ${mark} ${titleOf(transition)}`), LIMITS.subject);
}

function contentOf(transition: Transition, link: string | undefined): MailContent {
  // They have a table of their own.
  const facts = Object.entries(chatFacts(transition, ['worst_sessions']));
  return {
    title: cutText(oneLine(titleOf(transition)), LIMITS.title),
    reasons: cutText(oneLine(whyText(transition)), LIMITS.reasons),
    facts: facts.map(([name, value]) => [oneLine(name), oneLine(value)]),
    members: membersOf(transition),
    ...(link !== undefined && link.length <= LIMITS.link && { link }),
    footer: `incident ${transition.incidentId}`,
  };
}

function membersOf({ group }: Transition): readonly MailMember[] {
  const cell = (text: string) => cutText(oneLine(text), LIMITS.member);
  return (group?.members ?? []).map(({ sessionId, severity, reasons }) => [
    cell(sessionId),
    severity,
    cell(reasonsText(reasons)),
  ]);
}

function textOf({ title, reasons, facts, members, link, footer }: MailContent): string {
  return joinedParagraphs([
    reasons === '' ? title : `${title}\n${reasons}`,
    facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
    members.length === 0
      ? ''
      : ['The worst:', ...members.map((cells) => `- ${cells.filter((cell) => cell !== '').join(', ')}`)].join(
          '\n',
        ),
    link === undefined ? '' : `Dashboard: ${link}`,
    footer,
  ]);
}
