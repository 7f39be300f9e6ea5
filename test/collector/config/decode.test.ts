// The messages for what schemas can refuse, beyond what the fixtures show.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { decode } from '../../../collector/config/decode.ts';
import { expandReferences } from '../../../collector/config/expand.ts';
import { secret } from '../../../collector/config/fields.ts';
import { readYamlText } from '../../../collector/config/read-yaml.ts';
import { Shape, type JsonSchema } from '../../../collector/config/shape.ts';

/** `path: message` of each problem of a value under the key `k`. */
async function refusals(schema: z.ZodType, yaml: string): Promise<string[]> {
  const object = z.strictObject({ k: schema });
  const shape = Shape.of(z.toJSONSchema(object, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  const { tree } = await expandReferences(readYamlText(`k: ${yaml}`).tree!, { V: 'open-sesame' });
  const decoded = decode(object, { node: tree, keyAt: undefined, path: [] }, shape);
  return decoded.ok ? [] : decoded.findings.map(({ path, message }) => `${path.join('::')}: ${message}`);
}

const textOrMap = z.union([z.string(), z.strictObject({ a: z.number(), b: z.number().optional() })]);
const byKind = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('x'), a: z.number() }),
  z.strictObject({ kind: z.literal('y') }),
]);
const throwing = z.string().transform((text): string => {
  throw new Error(`no ${text}`);
});

describe('decode', () => {
  const rows: [title: string, schema: z.ZodType, yaml: string, refused: string[]][] = [
    ['of a union, the branch that was meant', textOrMap, '{a: x}', ['k::a: expected a number, got text']],
    [
      'of a union, an unknown key in the branch that was meant',
      textOrMap,
      '{a: 1, c: 2}',
      ['k::c: unknown key "c"'],
    ],
    [
      'of a union, everything in the branch that was meant',
      textOrMap,
      '{a: x, c: 2}',
      ['k::a: expected a number, got text', 'k::c: unknown key "c"'],
    ],
    [
      'of a union, all that would be right',
      textOrMap,
      '7',
      ['k: expected text or a map, got a whole number'],
    ],
    ['by kind, a wrong kind', byKind, '{kind: z}', ['k::kind: must be one of "x", "y"']],
    ['by kind, a missing kind', byKind, '{a: 1}', ['k::kind: missing required key "kind"']],
    [
      'by kind, the branch of that kind',
      byKind,
      '{kind: x, b: 1}',
      ['k::a: missing required key "a"', 'k::b: unknown key "b"'],
    ],
    ['a single choice', z.literal('x'), 'y', ['k: must be "x"']],
    ['an exclusive limit', z.number().gt(0), '0', ['k: must be greater than 0']],
    ['an exclusive upper limit', z.number().lt(9), '9', ['k: must be less than 9']],
    ['too few entries', z.array(z.number()).min(2), '[1]', ['k: must have at least 2 entries']],
    ['too many characters', z.string().max(1), 'ab', ['k: must have at most 1 character']],
    ['a step', z.number().multipleOf(5), '7', ['k: must be a multiple of 5']],
    ['no number at all', z.number(), '.nan', ['k: expected a number, got no number at all']],
    ['a format', z.string().regex(/^x/), 'a', ['k: must match pattern /^x/']],
    ['the message of the schema’s author', z.number({ error: 'how many' }), 'a', ['k: how many, got text']],
    [
      'a missing value with a message of its own',
      z.strictObject({ n: z.number({ error: 'how many' }) }),
      '{}',
      ['k::n: missing required key "n"'],
    ],
    ['a transform that throws', throwing, 'x', [": can't be checked: no x"]],
    ['a transform that throws a variable’s value', throwing, '${env:V}', [": can't be checked: no ${env:V}"]],
    [
      'a secret that a rule quotes',
      secret().refine(() => false, { error: 'not sesame-open' }),
      'sesame-open',
      ['k: not [REDACTED]'],
    ],
    [
      'a value from a variable',
      z.string().max(3),
      '${env:V}',
      ['k: must have at most 3 characters (from ${env:V})'],
    ],
    ['a secret from a variable', secret().refine(() => false, { error: 'weak' }), '${env:V}', ['k: weak']],
  ];
  for (const [title, schema, yaml, refused] of rows) {
    it(`tells ${title}`, async () => assert.deepEqual(await refusals(schema, yaml), refused));
  }
});
