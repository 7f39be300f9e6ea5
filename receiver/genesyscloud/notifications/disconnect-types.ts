// Why a communication is over, as the platform says it: which of it is a loss, and which is how calls end. Pure: one table.

/** Lost: the connection was cut off. Ended: somebody or something has ended it. */
export type Parting = 'lost' | 'ended';

/**
 * `disconnectType` of communications and participants. Those of detail events are the same in capital letters and with
 * another order of words; see `partingOf`.
 */
const PARTINGS: Readonly<Record<string, Parting>> = {
  // The path of the media broke.
  'transport.failure': 'lost',
  // The platform or the client failed; nobody wanted to go.
  error: 'lost',
  // Nothing was heard of it for so long that the platform gave it up: silence is never health.
  inactivity: 'lost',
  // The session could not be renewed any more, which is how a client ends that has vanished.
  'session.expired': 'lost',

  // This side has hung up, the other side has, or the user of a client.
  endpoint: 'ended',
  peer: 'ended',
  client: 'ended',
  // The platform has ended it by rule: a flow, a supervisor, a log-out.
  system: 'ended',
  // It rang and nobody came: an offer that was not taken.
  timeout: 'ended',
  'endpoint.donotdisturb': 'ended',
  // It goes on elsewhere.
  transfer: 'ended',
  'transfer.conference': 'ended',
  'transfer.consult': 'ended',
  'transfer.donotdisturb': 'ended',
  'transfer.forward': 'ended',
  'transfer.noanswer': 'ended',
  'transfer.notavailable': 'ended',
  // Refused or not to be reached at all.
  spam: 'ended',
  uncallable: 'ended',
  // Said by the platform where it knows no better.
  other: 'ended',
  unknown: 'ended',
};

/** What has no type, or one that nobody knows, has ended: that much is certain, and that it was a fault is not. */
export function partingOf(disconnectType: unknown): Parting {
  if (typeof disconnectType !== 'string') return 'ended';
  const name = disconnectType.toLowerCase().replaceAll('_', '.');
  return Object.hasOwn(PARTINGS, name) ? PARTINGS[name]! : 'ended';
}
