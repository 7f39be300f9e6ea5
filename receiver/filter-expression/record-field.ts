// What a path of a filter means in the sample model. The names are those under which the guide's decoder reads events, so
// one filter fits every receiver, nested, flat and measured events alike, and reaches nothing that is not kept.
import { ALIASES, type FieldName } from '../guide-event/alias-table.ts';
import * as vocabulary from '../guide-event/vocabulary.ts';
import type { DIMENSION_KEYS, QualitySample, SessionEvent } from '../sample.ts';

type QualityRecord = QualitySample | SessionEvent;
type DimensionKey = (typeof DIMENSION_KEYS)[number];

export type RecordField =
  | { readonly kind: 'number'; read(record: QualityRecord): number | undefined }
  | {
      readonly kind: 'text';
      read(record: QualityRecord): string | undefined;
      /** Where the field has a closed list of words: the model's for one of them, undefined for any other. */
      readonly wordOf?: (word: string) => string | undefined;
    };

type NumberKey = keyof {
  [Key in keyof QualitySample as QualitySample[Key] extends number | undefined ? Key : never]: never;
};

const FIELDS: ReadonlyMap<FieldName, RecordField> = new Map<FieldName, RecordField>([
  ['type', words(typeOf, (word) => (TYPES.has(word) ? word : undefined))],
  ['state', words((record) => (record.kind === 'event' ? record.type : undefined), vocabulary.stateOf)],
  ['sessionId', text((record) => record.sessionId)],
  ['conversationId', text((record) => record.conversationId)],
  ['agentId', text((record) => record.agentId)],
  ['mos', metric('mos')],
  ['mosSource', words(ofSample('mosSource'), vocabulary.mosSourceOf)],
  ['experience', metric('experience')],
  ['packetLossPercent', metric('packetLossPercent')],
  ['jitterMs', metric('jitterMs')],
  ['rttMs', metric('rttMs')],
  ['bitrateKbps', metric('bitrateKbps')],
  ['usualBitrateKbps', metric('usualBitrateKbps')],
  ['framesPerSecond', metric('framesPerSecond')],
  ['freezeRatio', metric('freezeRatio')],
  ['framesDroppedPercent', metric('framesDroppedPercent')],
  ['outage', words(ofSample('outage'), flagWord)],
  ['codec', text(ofSample('codec'))],
  ['media', words(ofSample('media'), vocabulary.mediaOf)],
  ['direction', words(ofSample('direction'), vocabulary.directionOf)],
  ['boundary', words(ofSample('boundary'), vocabulary.boundaryOf)],
  ['muted', words(ofSample('muted'), flagWord)],
  ['site', dimension('site')],
  ['region', dimension('region')],
  ['edge', dimension('edge')],
  ['isp', dimension('isp')],
  ['network.type', dimension('network.type')],
  ['client.version', dimension('client.version')],
]);

const TYPES: ReadonlySet<string> = new Set([vocabulary.SAMPLE_TYPE, vocabulary.STATE_TYPE]);

const NAMES_BY_PATH: ReadonlyMap<string, FieldName> = new Map(
  (Object.entries(ALIASES) as [FieldName, readonly string[]][]).flatMap(([name, aliases]) =>
    aliases.map((alias) => [alias, name] as const),
  ),
);

/** The field that a path names, with or without `event.` before it; undefined for one that is not kept. */
export function fieldNameOf(path: string): FieldName | undefined {
  const name = NAMES_BY_PATH.get(path.replace(/^event\./, ''));
  return name !== undefined && FIELDS.has(name) ? name : undefined;
}

/** Of a name that `fieldNameOf` gave. */
export function recordField(name: FieldName): RecordField {
  return FIELDS.get(name)!;
}

/** The guide's event type of a record. */
export function typeOf({ kind }: Pick<QualityRecord, 'kind'>): string {
  return kind === 'sample' ? vocabulary.SAMPLE_TYPE : vocabulary.STATE_TYPE;
}

function metric(key: NumberKey): RecordField {
  return { kind: 'number', read: (record) => (record.kind === 'sample' ? record[key] : undefined) };
}

function ofSample(key: 'mosSource' | 'outage' | 'codec' | 'media' | 'direction' | 'boundary' | 'muted') {
  return (record: QualityRecord): string | undefined => {
    const value = record.kind === 'sample' ? record[key] : undefined;
    return value === undefined ? undefined : String(value);
  };
}

function text(read: (record: QualityRecord) => string | undefined): RecordField {
  return { kind: 'text', read };
}

function words(
  read: (record: QualityRecord) => string | undefined,
  wordOf: (word: string) => string | undefined,
): RecordField {
  return { kind: 'text', read, wordOf };
}

function dimension(key: DimensionKey): RecordField {
  return text((record) => record.dimensions[key]);
}

function flagWord(word: string): string | undefined {
  return word === 'true' || word === 'false' ? word : undefined;
}
