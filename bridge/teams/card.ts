// A message of Microsoft Teams: an Adaptive Card. What senders wrote stands in text runs, which know no markdown: it can
// neither link nor format.
import { cutText } from '../rendering/cut-text.ts';
import { chatFacts } from '../rendering/chat-facts.ts';
import { fitDetails } from '../rendering/details.ts';
import { titleOf } from '../rendering/title.ts';
import { whyText } from '../rendering/why-text.ts';
import { isOver, type Severity, type Transition } from '../transition/transition.ts';

/** Of a webhook's message as Teams documents it for its connectors; for workflows nothing is documented. */
const MAX_BYTES = 28_000;
/** Longest title, reasons and link, in code points; ours to choose, so that the card without facts stays below. */
const LIMITS = { title: 500, reasons: 1_000, link: 1_500 } as const;

type Color = 'Good' | 'Warning' | 'Attention';
const COLORS: Readonly<Record<Severity, Color>> = {
  warning: 'Warning',
  high: 'Attention',
  critical: 'Attention',
};

interface TextStyle {
  readonly weight?: 'Bolder';
  readonly size?: 'Medium';
  readonly color?: Color;
  readonly isSubtle?: true;
}

interface TextRun extends TextStyle {
  readonly type: 'TextRun';
  readonly text: string;
}

interface TextBlock {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
}

export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [
    { readonly contentType: string; readonly content: { readonly body: readonly TextBlock[] } },
  ];
}

export function cardOf(transition: Transition, link: string | undefined): string {
  const { kind, severity, incidentId } = transition;
  const title = textRun(cutText(titleOf(transition), LIMITS.title), {
    weight: 'Bolder',
    size: 'Medium',
    color: isOver(kind) ? 'Good' : COLORS[severity],
  });
  const why = cutText(whyText(transition), LIMITS.reasons);
  const shownLink = link === undefined ? undefined : cutText(link, LIMITS.link);
  return fitDetails(chatFacts(transition), MAX_BYTES, (facts) => {
    const body: readonly TextBlock[] = [
      textBlock(title),
      textBlock(textRun(`incident ${incidentId}`, { isSubtle: true })),
      ...(why === '' ? [] : [textBlock(textRun(why))]),
      ...Object.entries(facts).map(([name, value]) =>
        textBlock(textRun(`${name}: `, { weight: 'Bolder' }), textRun(value)),
      ),
    ];
    const content = {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.2',
      body,
      actions:
        shownLink === undefined
          ? undefined
          : [{ type: 'Action.OpenUrl', title: 'Dashboard', url: shownLink }],
    };
    const contentType = 'application/vnd.microsoft.card.adaptive';
    return JSON.stringify({
      type: 'message',
      attachments: [{ contentType, content }],
    } satisfies TeamsMessage);
  });
}

/** Blocks at the top that say what it is all about: the title and the incident. */
const HEAD_BLOCKS = 2;

/** Half of what stands below the head; undefined when nothing does. */
export function shrunkCard(body: string): string | undefined {
  const message = JSON.parse(body) as TeamsMessage;
  const [attachment] = message.attachments;
  const blocks = attachment.content.body;
  const keptCount = HEAD_BLOCKS + Math.floor((blocks.length - HEAD_BLOCKS) / 2);
  if (blocks.length <= HEAD_BLOCKS) return undefined;
  const content = { ...attachment.content, body: blocks.slice(0, keptCount) };
  return JSON.stringify({ ...message, attachments: [{ ...attachment, content }] });
}

function textBlock(...inlines: readonly TextRun[]): TextBlock {
  return { type: 'RichTextBlock', inlines };
}

function textRun(text: string, style: TextStyle = {}): TextRun {
  return { type: 'TextRun', text, ...style };
}
