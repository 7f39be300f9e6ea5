// The compression of reports in rtcstats' file format 3, undone. An object that is missing is unchanged, null says that it
// was removed, a missing property is unchanged, names of properties and types are numbers. Only what a reading can use is
// looked up: addresses, ports, labels and certificates stay numbers, which nobody reads.
import type { Report } from './rtcstats-trace.ts';
import { isObject, type JsonObject } from './stat-fields.ts';

// Both tables: github.com/rtcstats/rtcstats, packages/rtcstats-shared/compression.js. Its numbers are never reassigned.
const TYPES: ReadonlyMap<unknown, string> = new Map([
  [1, 'inbound-rtp'],
  [2, 'outbound-rtp'],
  [3, 'remote-inbound-rtp'],
  [4, 'remote-outbound-rtp'],
  [5, 'transport'],
  [6, 'candidate-pair'],
  [7, 'local-candidate'],
  [12, 'media-source'],
  [14, 'codec'],
]);

const TIMESTAMP = 't';

const PROPERTIES: ReadonlyMap<string, string> = new Map([
  [TIMESTAMP, 'timestamp'],
  ['5', 'transportId'],
  ['6', 'mimeType'],
  ['9', 'sdpFmtpLine'],
  ['10', 'ssrc'],
  ['11', 'kind'],
  ['12', 'codecId'],
  ['14', 'packetsReceived'],
  ['15', 'packetsLost'],
  ['16', 'jitter'],
  ['17', 'trackIdentifier'],
  ['18', 'mid'],
  ['19', 'remoteId'],
  ['20', 'framesDecoded'],
  ['22', 'framesDropped'],
  ['23', 'frameWidth'],
  ['24', 'frameHeight'],
  ['25', 'framesPerSecond'],
  ['27', 'totalDecodeTime'],
  ['30', 'pauseCount'],
  ['31', 'totalPausesDuration'],
  ['32', 'freezeCount'],
  ['33', 'totalFreezesDuration'],
  ['34', 'lastPacketReceivedTimestamp'],
  ['41', 'bytesReceived'],
  ['51', 'totalSamplesReceived'],
  ['52', 'concealedSamples'],
  ['53', 'silentConcealedSamples'],
  ['60', 'framesReceived'],
  ['61', 'decoderImplementation'],
  ['66', 'contentType'],
  ['74', 'localId'],
  ['75', 'roundTripTime'],
  ['76', 'totalRoundTripTime'],
  ['77', 'fractionLost'],
  ['78', 'roundTripTimeMeasurements'],
  ['79', 'packetsSent'],
  ['80', 'bytesSent'],
  ['81', 'mediaSourceId'],
  ['82', 'rid'],
  ['91', 'framesEncoded'],
  ['93', 'totalEncodeTime'],
  ['96', 'qualityLimitationDurations'],
  ['98', 'encoderImplementation'],
  ['100', 'active'],
  ['116', 'protocol'],
  ['118', 'state'],
  ['122', 'iceLocalUsernameFragment'],
  ['125', 'selectedCandidatePairId'],
  ['136', 'candidateType'],
  ['143', 'usernameFragment'],
  ['145', 'networkType'],
  ['148', 'localCandidateId'],
  ['150', 'nominated'],
  ['152', 'currentRoundTripTime'],
  ['157', 'responsesReceived'],
]);

export function expandCompressed(before: Report | undefined, difference: JsonObject): Report {
  const reportTime = difference[TIMESTAMP];
  // Chrome's own writer compresses nothing: its reports are whole, and have no time beside that of their objects.
  if (reportTime === undefined && Object.keys(difference).length > 0) {
    return new Map(
      Object.entries(difference).filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
    );
  }
  const report = new Map<string, JsonObject>();
  for (const [id, object] of before ?? []) {
    const changes = difference[id];
    if (changes === null) continue;
    if (isObject(changes)) report.set(id, expandObject(object, changes, reportTime));
    else report.set(id, isPeersReport(object) ? object : withTime(object, reportTime));
  }
  for (const [id, changes] of Object.entries(difference)) {
    if (isObject(changes) && !report.has(id)) report.set(id, expandObject(undefined, changes, reportTime));
  }
  return report;
}

/**
 * Of its own time an object has only what differs from the report's. Where nothing of it was written down, that holds
 * for all objects but the peer's reports, which keep the time at which they came until the next one comes.
 */
function isPeersReport({ type }: JsonObject): boolean {
  return type === 'remote-inbound-rtp' || type === 'remote-outbound-rtp';
}

function expandObject(before: JsonObject | undefined, changes: JsonObject, reportTime: unknown): JsonObject {
  // A map, since a key could be __proto__.
  const fields = new Map<string, unknown>(Object.entries(before ?? {}));
  for (const [key, value] of Object.entries(changes)) {
    const name = PROPERTIES.get(key) ?? key;
    const old = fields.get(name);
    if (name === 'type') fields.set(name, TYPES.get(value) ?? value);
    else fields.set(name, isObject(value) && isObject(old) ? { ...old, ...value } : value);
  }
  const object: JsonObject = Object.fromEntries(fields);
  return TIMESTAMP in changes ? object : withTime(object, reportTime);
}

function withTime(object: JsonObject, timestamp: unknown): JsonObject {
  return timestamp === undefined ? object : { ...object, timestamp };
}
