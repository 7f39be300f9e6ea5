// A mail as it is stored: rendered once, when its transition is committed. It holds all that the mail says; the sender,
// the date and what MIME and SMTP add join it when it is sent.

export interface StoredMail {
  /** Who is still to get it: those who have it are taken out. */
  readonly recipients: readonly string[];
  /** The To header: all who were to get it. */
  readonly to: readonly string[];
  readonly subject: string;
  /** With its angle brackets, like `opening`. */
  readonly messageId: string;
  /** The Message-ID of the incident's opening, which this mail answers; absent in the opening itself. */
  readonly opening?: string;
  /** Paragraphs with an empty line between them, the weightiest first. */
  readonly text: string;
  readonly html?: string;
}

const PARAGRAPH_BREAK = '\n\n';

export function parseMail(body: string): StoredMail {
  return JSON.parse(body) as StoredMail;
}

/** The body with the recipients who do not have it yet. */
export function withRecipients(body: string, recipients: readonly string[]): string {
  return JSON.stringify({ ...parseMail(body), recipients });
}

/** Without HTML, then without all but the first and the last paragraph; undefined when that is done. */
export function shrunkMail(body: string): string | undefined {
  const { html, ...mail } = parseMail(body);
  if (html !== undefined) return JSON.stringify(mail);
  const paragraphs = mail.text.split(PARAGRAPH_BREAK);
  if (paragraphs.length <= 2) return undefined;
  return JSON.stringify({ ...mail, text: joinedParagraphs([paragraphs[0]!, paragraphs.at(-1)!]) });
}

export function joinedParagraphs(paragraphs: readonly string[]): string {
  return paragraphs.filter((paragraph) => paragraph !== '').join(PARAGRAPH_BREAK);
}
