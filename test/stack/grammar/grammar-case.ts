// How a configuration for both is written down.

export interface GrammarCase {
  readonly title: string;
  /** The files, in the order in which they are named. */
  readonly files: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
  /** Files that the configuration may name, by their names. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The path of a value that has to come to the same. */
  readonly shows?: readonly string[];
}

export const BASE = `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:4318" } } } }
exporters: { debug: {} }
service: { pipelines: { metrics: { receivers: [otlp], exporters: [debug] } } }
`;

type Extra = Omit<GrammarCase, 'title' | 'files'>;

/** A file that stands alone. */
export const alone = (title: string, yaml: string, extra: Extra = {}): GrammarCase => ({
  title,
  files: [yaml],
  ...extra,
});

/** A file that is merged over one that is right. */
export const over = (title: string, yaml: string, extra: Extra = {}): GrammarCase => ({
  title,
  files: [BASE, yaml],
  ...extra,
});

/** A component with one key, in block style, where a value may hold braces. */
const field = (section: string, id: string, keys: readonly string[], written: string, after = ''): string =>
  [section, id, ...keys].map((key, depth) => `${'  '.repeat(depth)}${key}:`).join('\n') +
  ` ${written}\n${after}`;

type Env = Readonly<Record<string, string>>;
type FieldCase = (title: string, written: string, env?: Env, extra?: Extra) => GrammarCase;

/** A case of each value in one field that both have. */
const inField =
  (section: string, id: string, keys: readonly string[], after = ''): FieldCase =>
  (title, written, env = {}, extra = {}) =>
    over(title, field(section, id, keys, written, after), { env, shows: [section, id, ...keys], ...extra });

export const TEXT = ['response_body', 'healthy'];
export const text = inField('extensions', 'health_check', TEXT);
export const whole = inField('exporters', 'debug', ['sampling_initial']);
export const bool = inField('exporters', 'debug', ['use_internal_logger']);
export const list = inField('processors', 'batch', ['metadata_keys']);
export const time = inField('processors', 'batch', ['timeout']);

export const pipeline = (title: string, yaml: string): GrammarCase =>
  over(title, `service: { pipelines: { metrics: ${yaml} } }`);
