// Who may ask for tokens: the clients of the configuration, and whether a presented secret is that of one.
import type { Scope } from '../scope.ts';
import { decoyOf, matchesHash, USUAL_COST, type SecretHash } from './secret-hash.ts';
import { Turns } from './turns.ts';

export interface Client {
  readonly id: string;
  readonly secretHash: SecretHash;
  readonly scopes: ReadonlySet<Scope>;
}

/** Each verification takes its hash's memory, and a thread of a pool that others need too. */
const AT_ONCE = 2;
/** About a second of them. */
const MAX_WAITING = 32;

export class Clients {
  readonly #clients: ReadonlyMap<string, Client>;
  readonly #decoy: SecretHash;
  readonly #turns = new Turns(AT_ONCE, MAX_WAITING);

  readonly #verify: typeof matchesHash;

  /** `verify` says whether a secret is that of a hash. */
  constructor(clients: readonly Client[], verify = matchesHash) {
    this.#verify = verify;
    this.#clients = new Map(clients.map((client) => [client.id, client]));
    this.#decoy = decoyOf(clients[0]?.secretHash ?? USUAL_COST);
  }

  get size(): number {
    return this.#clients.size;
  }

  find(id: string): Client | undefined {
    return this.#clients.get(id);
  }

  /**
   * The client whose id and secret these are; `busy` when too many ask at once. An unknown id is verified as well, so that
   * the time doesn't tell which ids there are.
   */
  async authenticate(id: string, secret: string): Promise<Client | 'unknown' | 'busy'> {
    const client = this.#clients.get(id);
    const turn = this.#turns.take(() => this.#verify(secret, client?.secretHash ?? this.#decoy));
    if (turn === undefined) return 'busy';
    const isMatch = await turn;
    return isMatch && client !== undefined ? client : 'unknown';
  }
}
