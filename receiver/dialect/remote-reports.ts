// What the peer reports of our streams, found from the stream that it is about: by the id that either object names, else
// by the SSRC.
import type { RemoteCounters, StreamReading } from '../get-stats/reading.ts';
import type { ObjectsByType } from './objects-by-type.ts';
import type { StatFields } from './stat-fields.ts';
import { legacyRemoteCounters, remoteInboundCounters, remoteOutboundCounters } from './stream-counters.ts';

export class RemoteReports {
  readonly #read: (report: StatFields) => RemoteCounters;
  readonly #byId = new Map<string, StatFields>();
  readonly #byLocalId = new Map<string, StatFields>();
  readonly #bySsrc = new Map<unknown, StatFields>();

  constructor(byType: ObjectsByType, direction: StreamReading['direction']) {
    const reports = byType(direction === 'inbound' ? 'remote-outbound-rtp' : 'remote-inbound-rtp');
    this.#read = direction === 'inbound' ? remoteOutboundCounters : remoteInboundCounters;
    for (const [id, report] of reports) this.#add(id, report);
    if (direction === 'inbound' || reports.size > 0) return;
    this.#read = legacyRemoteCounters;
    for (const [id, object] of byType('inbound-rtp')) if (isRemote(object)) this.#add(id, object);
  }

  of(streamId: string, stream: StatFields): RemoteCounters | undefined {
    const report =
      this.#byId.get(stream.reference('remoteId') ?? '') ??
      this.#byLocalId.get(streamId) ??
      this.#bySsrc.get(stream.value('ssrc'));
    return report && this.#read(report);
  }

  #add(id: string, report: StatFields): void {
    this.#byId.set(id, report);
    const localId = report.reference('localId');
    if (localId !== undefined) this.#byLocalId.set(localId, report);
    const ssrc = report.value('ssrc');
    if (typeof ssrc === 'number') this.#bySsrc.set(ssrc, report);
  }
}

/** Old Firefox: what the peer reports, under the type of a stream. */
export function isRemote(object: StatFields): boolean {
  return object.value('isRemote') === true;
}
