import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { expandReferences } from '../../../collector/config/expand.ts';
import { duration, secret } from '../../../collector/config/fields.ts';
import { plainValue } from '../../../collector/config/plain-value.ts';
import { readYamlText } from '../../../collector/config/read-yaml.ts';
import { Shape, type JsonSchema } from '../../../collector/config/shape.ts';

/** What a schema is given for a value under the key `k`; `none` when the key is left out. */
async function given(schema: z.ZodType, yaml: string, env: Readonly<Record<string, string>> = {}) {
  const object = z.strictObject({ k: schema });
  const shape = Shape.of(z.toJSONSchema(object, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  const { tree } = await expandReferences(readYamlText(`k: ${yaml}`).tree!, env);
  const { value } = plainValue(tree, shape, []) as { value: { k?: unknown } };
  return 'k' in value ? structuredClone(value.k) : 'none';
}

describe('the type of a value that is one reference', () => {
  const rows: [title: string, schema: z.ZodType, text: string, value: unknown][] = [
    ['a number where a number is wanted', z.number(), '123', 123],
    ['the very text where text is wanted', z.string(), '0123', '0123'],
    ['the very text of a secret', secret(), '0123', '0123'],
    ['text that YAML would read as true', z.string(), 'true', 'true'],
    ['text that YAML would read as nothing', z.string(), 'null', 'null'],
    ['text that YAML would read as a comment', secret(), '#x', '#x'],
    ['text that YAML would read as a map', secret(), 'a: b', 'a: b'],
    ['text in quotes keeps them', secret(), '"x"', '"x"'],
    ['text with space around it keeps it', secret(), ' x ', ' x '],
    ['the text of an optional field', z.string().optional(), '1', '1'],
    ['the text of a field with a default in the user’s notation', duration().prefault('1s'), '0', '0'],
    ['the text of a choice', z.enum(['1', '2']), '1', '1'],
    ['a number where a number or text is wanted', z.union([z.string(), z.number()]), '7', 7],
    ['text where a number or text is wanted', z.union([z.string(), z.number()]), 'x', 'x'],
    ['a boolean', z.boolean(), 'true', true],
    ['a map', z.record(z.string(), z.number()), '{a: 1}', { a: 1 }],
    ['the texts in a map keep their form too', z.record(z.string(), z.string()), '{a: 0123}', { a: '0123' }],
    ['a list', z.array(z.number()), '[1, 2]', [1, 2]],
    ['a list of texts from a text with commas', z.array(z.string()), 'a, b', ['a', 'b']],
    ['a list of one text that looks like a number', z.array(secret()), '0123', ['0123']],
    ['as YAML where the schema does not tell', z.unknown(), '5', 5],
    ['the empty text where text is wanted', z.string().default('x'), '', ''],
    ['the default where something else is wanted', z.number().default(3), '', 'none'],
  ];
  for (const [title, schema, text, value] of rows) {
    it(title, async () => assert.deepEqual(await given(schema, '${env:V}', { V: text }), value));
  }
});

describe('a value that was written in place', () => {
  const rows: [title: string, schema: z.ZodType, yaml: string, value: unknown][] = [
    ['a number is not turned into text', z.string(), '123', 123],
    ['but 0 is, where a duration is wanted', duration(), '0', '0'],
    ['no other number is', duration(), '5', 5],
    ['text is not turned into a number', z.number(), '"123"', '123'],
    ['a key without a value is left out, for its default', z.string().default('x'), '', 'none'],
    ['nothing is kept where the schema takes it', z.string().nullable(), 'null', null],
    ['an empty list is kept', z.array(z.string()).default(['x']), '[]', []],
    ['a text with commas fills a list of texts', z.array(z.string()), 'a, b', ['a', 'b']],
    ['an empty text is a list of none', z.array(z.string()), '""', []],
    ['but not a list of anything else', z.array(z.number()), '1, 2', '1, 2'],
    [
      'a free name without a body is an empty map',
      z.record(z.string(), z.strictObject({})),
      '{a: }',
      { a: {} },
    ],
    [
      'a free name of text without a body is refused as it is',
      z.record(z.string(), z.string()),
      '{a: }',
      { a: null },
    ],
  ];
  for (const [title, schema, yaml, value] of rows) {
    it(title, async () => assert.deepEqual(await given(schema, yaml), value));
  }
});
