import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { expandReferences } from '../../../collector/config/expand.ts';
import { secret } from '../../../collector/config/fields.ts';
import { readYamlText } from '../../../collector/config/read-yaml.ts';
import { redact } from '../../../collector/config/redact.ts';
import { Shape, type JsonSchema } from '../../../collector/config/shape.ts';

const schema = z.strictObject({
  token: secret().optional(),
  tokens: z.array(secret()).optional(),
  headers: z.record(z.string(), secret()).optional(),
  endpoint: z.string().optional(),
});
const shape = Shape.of(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema);
const ENV = { HOST: 'intern.example.com', SHORT: 'a', TOKEN: 'hunter2' };

async function redacted(yaml: string, message: string): Promise<string> {
  const { tree } = await expandReferences(readYamlText(yaml).tree!, ENV);
  return redact(message, tree, shape);
}

describe('redact', () => {
  const rows: [title: string, yaml: string, message: string, shown: string][] = [
    ['a secret', 'token: sesame', 'token "sesame" is too short', 'token "[REDACTED]" is too short'],
    ['a short secret, as a word', 'token: ab', 'ab is no fable', '[REDACTED] is no fable'],
    ['a secret from a variable', 'token: ${env:TOKEN}', 'no hunter2', 'no [REDACTED]'],
    ['a part of a secret from a variable', 'token: x-${env:TOKEN}', 'no hunter2', 'no [REDACTED]'],
    ['one of a list of secrets', 'tokens: [one-1, two-2]', 'not two-2', 'not [REDACTED]'],
    ['one of a list of secrets in one text', 'tokens: one-1,two-2', 'not two-2', 'not [REDACTED]'],
    [
      'a secret that another one begins with',
      'tokens: [open, open-sesame]',
      'no open-sesame',
      'no [REDACTED]',
    ],
    ['a header', 'headers: {A: sesame}', 'not sesame', 'not [REDACTED]'],
    ['a value under an unknown key', 'tokn: sesame', 'not sesame', 'not [REDACTED]'],
    ['a value that stands where none belongs', 'headers: sesame', 'not sesame', 'not [REDACTED]'],
    [
      'a variable is shown as it was written',
      'endpoint: ${env:HOST}',
      'no intern.example.com',
      'no ${env:HOST}',
    ],
    [
      'a variable inside a text is shown as it was written',
      'endpoint: https://${env:HOST}/x',
      'neither https://intern.example.com/x nor intern.example.com',
      'neither https://${env:HOST}/x nor ${env:HOST}',
    ],
    ['a short value is left inside words', 'endpoint: ${env:SHORT}', 'a path', '${env:SHORT} path'],
    ['what is no secret stays', 'endpoint: x.example.com', 'no x.example.com', 'no x.example.com'],
  ];
  for (const [title, yaml, message, shown] of rows) {
    it(title, async () => assert.equal(await redacted(yaml, message), shown));
  }
});
