// `api new-client`: makes the secret of a new client, shows it once, and prints what to write into the configuration.
// Nobody chooses a secret, so none is weak.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { OK_EXIT_CODE, WRONG_USAGE_EXIT_CODE } from '../../collector/cli/exit-codes.ts';
import type { Command, CommandContext } from '../../collector/component.ts';
import { nameHint } from '../../collector/config/nearest-name.ts';
import { CLIENT_ID } from '../config.ts';
import { SCOPES, type Scope } from '../scope.ts';
import { formatSecretHash, hashSecret } from './secret-hash.ts';

const USAGE = `api new-client ID [--scope ${SCOPES.join('|')}]...`;

/** Those that an external monitoring tool needs; none of them shows the id of a session. */
const USUAL_SCOPES: readonly Scope[] = ['realtime:read', 'analytics:read'];

const SECRET_BYTES = 32;

export const apiCommand: Command = {
  name: 'api',
  usage: USAGE,
  summary: 'make the secret of a new client of the API, and the entry for the configuration (new-client)',
  run: runApiCommand,
};

interface Wish {
  readonly id: string;
  readonly scopes: readonly Scope[];
}

async function runApiCommand(args: readonly string[], { io }: CommandContext): Promise<number> {
  const wish = parseWish(args);
  if (typeof wish === 'string') {
    io.err(`${wish}\n\nusage:\n${USAGE}\n`);
    return WRONG_USAGE_EXIT_CODE;
  }
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  io.out(instructions(wish, secret, formatSecretHash(await hashSecret(secret))));
  return OK_EXIT_CODE;
}

/** What was asked for, or what is wrong with it. */
function parseWish(args: readonly string[]): Wish | string {
  let parsed;
  try {
    const options = { scope: { type: 'string', multiple: true } } as const;
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return (error as Error).message;
  }
  const [action, id, ...more] = parsed.positionals;
  if (action !== 'new-client' || id === undefined || more.length > 0) {
    return 'say what to do and for which client: new-client grafana';
  }
  if (!CLIENT_ID.test(id)) {
    return 'the id of a client has 1 to 100 letters, digits, dots, dashes and underscores';
  }
  const { scope: named = USUAL_SCOPES } = parsed.values;
  const unknown = named.find((name) => !isScope(name));
  if (unknown !== undefined) {
    return `unknown scope "${unknown}"; ${nameHint(unknown, SCOPES, 'scopes')}`;
  }
  return { id, scopes: SCOPES.filter((scope) => named.includes(scope)) };
}

function isScope(name: string): name is Scope {
  return (SCOPES as readonly string[]).includes(name);
}

function instructions({ id, scopes }: Wish, secret: string, hash: string): string {
  return `# The client's credentials. The secret is shown this once; only its hash is kept.
#   client_id:     ${id}
#   client_secret: ${secret}
#
# Write this into the configuration, beside clients that are there already:
extensions:
  api:
    clients:
      - id: "${id}"
        secret_hash: ${hash}
        scopes: [${scopes.join(', ')}]
`;
}
