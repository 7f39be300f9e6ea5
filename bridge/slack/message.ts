// A message of Slack, in mrkdwn and blocks. What senders wrote is escaped: it can neither mention nor link.
import { chatFacts } from '../rendering/chat-facts.ts';
import { titleOf } from '../rendering/title.ts';
import { whyText } from '../rendering/why-text.ts';
import { isOver, type Severity, type Transition } from '../transition/transition.ts';
import { mrkdwn } from './mrkdwn.ts';

/** Documented, in characters: of a text, a section, a field of a section; the number of fields in a section. */
const LIMITS = { text: 3_000, section: 3_000, field: 2_000, fieldsPerSection: 10 } as const;
/** Sections of fields in a message: nobody reads more. */
const MAX_FIELD_SECTIONS = 3;
/** Longest link, in characters: it shares a section of 3000 with nothing else. */
const MAX_LINK_LENGTH = 2_900;

const COLORS: Readonly<Record<Severity, string>> = {
  warning: '#ecb22e',
  high: '#e8912d',
  critical: '#e01e5a',
};
const COLOR_OVER = '#2eb67d';

interface Section {
  readonly type: 'section';
  readonly text?: { readonly type: 'mrkdwn'; readonly text: string };
  readonly fields?: readonly { readonly type: 'mrkdwn'; readonly text: string }[];
}

interface Context {
  readonly type: 'context';
  readonly elements: readonly { readonly type: 'mrkdwn'; readonly text: string }[];
}

export interface SlackMessage {
  /** Of the Web API only: a webhook has its own. */
  readonly channel?: string;
  readonly text: string;
  readonly unfurl_links: false;
  readonly attachments: readonly [
    { readonly color: string; readonly blocks: readonly (Section | Context)[] },
  ];
}

export function messageOf(transition: Transition, channel: string, link: string | undefined): SlackMessage {
  const { kind, severity, incidentId } = transition;
  const why = mrkdwn(whyText(transition), LIMITS.section);
  return {
    ...(channel !== '' && { channel }),
    text: mrkdwn(titleOf(transition), LIMITS.text),
    unfurl_links: false,
    attachments: [
      {
        color: isOver(kind) ? COLOR_OVER : COLORS[severity],
        blocks: [
          ...(why === '' ? [] : [textSection(why)]),
          ...fieldSections(transition),
          ...(link === undefined || link.length > MAX_LINK_LENGTH ? [] : [textSection(linkText(link))]),
          { type: 'context', elements: [{ type: 'mrkdwn', text: `incident ${incidentId}` }] },
        ],
      },
    ],
  };
}

/** Without its fields; undefined when there are none. */
export function shrunkMessage(message: SlackMessage): SlackMessage | undefined {
  const [attachment] = message.attachments;
  const blocks = attachment.blocks.filter((block) => !('fields' in block));
  if (blocks.length === attachment.blocks.length) return undefined;
  return { ...message, attachments: [{ ...attachment, blocks }] };
}

function fieldSections(transition: Transition): readonly Section[] {
  const fields = Object.entries(chatFacts(transition)).map(([name, value]) => ({
    type: 'mrkdwn' as const,
    text: mrkdwn(`${name}: ${value}`, LIMITS.field),
  }));
  const sections: Section[] = [];
  for (
    let from = 0;
    from < fields.length && sections.length < MAX_FIELD_SECTIONS;
    from += LIMITS.fieldsPerSection
  ) {
    sections.push({ type: 'section', fields: fields.slice(from, from + LIMITS.fieldsPerSection) });
  }
  return sections;
}

function textSection(text: string): Section {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** The two characters that would end the link stand in it encoded. */
function linkText(link: string): string {
  return `<${link.replaceAll('>', '%3E').replaceAll('|', '%7C')}|Dashboard>`;
}
