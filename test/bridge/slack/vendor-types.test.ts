// What we send to Slack, against the types of its own package. Those of a message as a whole are in another package;
// what it consists of is here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readGolden } from '../../support/golden.ts';
import { typeErrors } from '../../support/type-check.ts';

/** `AnyBlock`, which the package's attachment has, would take any block at all. */
const TYPES = `
import type { KnownBlock, MessageAttachment } from '@slack/types';
interface Expected {
  channel?: string;
  text: string;
  unfurl_links: boolean;
  attachments: (Omit<MessageAttachment, 'blocks'> & { blocks: KnownBlock[] })[];
}
`;

const messages = [...(await readGolden('slack-api')), ...(await readGolden('slack-webhook'))].flatMap(
  ({ body }) => body,
);

const text = { type: 'mrkdwn', text: 'x' };
const mistakes: readonly (readonly [rule: string, message: object, error: RegExp])[] = [
  ['a block of an unknown type', messageOf([{ type: 'sektion', text }]), /"sektion"/],
  ['an unknown name in a block', messageOf([{ type: 'section', feilds: [text] }]), /"feilds"/],
  ['an unknown kind of text', messageOf([{ type: 'section', text: { ...text, type: 'html' } }]), /"html"/],
  ['a context without elements', messageOf([{ type: 'context' }]), /'elements' is missing/],
  ['an unknown name in the attachment', messageOf([], { colour: 'red' }), /"colour"/],
];
const errors = typeErrors(TYPES, [...messages, ...mistakes.map(([, message]) => message)]);

function messageOf(blocks: readonly object[], attachment: object = {}): object {
  return { text: 'x', unfurl_links: false, attachments: [{ color: '#e8912d', blocks, ...attachment }] };
}

describe('the messages for Slack', () => {
  it("are made of the package's attachments and blocks", () => {
    assert.ok(messages.length >= 60);
    assert.equal(errors.slice(0, messages.length).join(''), '');
  });

  for (const [index, [rule, , error]] of mistakes.entries()) {
    it(`would not be with ${rule}`, () => assert.match(errors[messages.length + index]!, error));
  }
});
