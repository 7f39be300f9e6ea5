// What is imported into Datadog, judged by its own client: every widget and option is one that its API knows. And every
// metric and tag is one of ours.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { v1 } from '@datadog/datadog-api-client';
import { readAll } from '../../dashboards/generate.ts';
import { labelOf, MEASURES, type Series, SERIES } from '../../dashboards/series.ts';

const BY_NAME = new Map<string, Series>(
  [
    ...Object.values(SERIES),
    ...MEASURES.flatMap(({ gauge, distribution }) =>
      distribution === undefined ? [gauge] : [gauge, distribution],
    ),
  ].map((series) => [series.otelName, series]),
);

/** `sum:name{scope} by {a,b}.as_count()` */
const QUERY =
  /\b(?:sum|avg|min|max|histogram):([a-z][\w.]*)\{([^}]*)\}(?: by \{([^}]*)\})?(\.as_count\(\))?/g;

const texts = new Map<string, string>();

before(async () => {
  for (const [path, text] of await readAll()) if (path.startsWith('datadog/')) texts.set(path, text);
});

interface Found {
  readonly name: string;
  readonly tags: readonly string[];
  readonly variables: readonly string[];
  readonly isCount: boolean;
}

function foundIn(text: string): Found[] {
  const strings = Array.from(
    text.matchAll(/"(?:q|query)": ("(?:[^"\\]|\\.)*")/g),
    ([, quoted]) => JSON.parse(quoted!) as string,
  );
  return strings.flatMap((query) => {
    const found = Array.from(query.matchAll(QUERY), ([, name, scope = '', by = '', count]) => {
      const terms = scope.split(',').filter((term) => term !== '*');
      return {
        name: name!,
        tags: [
          ...terms.filter((term) => !term.startsWith('$')).map((term) => term.split(':')[0]!),
          ...by.split(',').filter((tag) => tag !== ''),
        ],
        variables: terms.filter((term) => term.startsWith('$')).map((term) => term.slice(1)),
        isCount: count !== undefined,
      };
    });
    assert.ok(found.length > 0, `nothing is asked for by ${query}`);
    return found;
  });
}

describe('dashboards and monitors for Datadog', () => {
  it('are such as its API knows, in every part', () => {
    assert.ok(texts.size >= 10);
    for (const [path, text] of texts) {
      const type = path.includes('/monitors/') ? 'Monitor' : 'Dashboard';
      const parsed: unknown = v1.ObjectSerializer.deserialize(JSON.parse(text), type);
      assert.deepEqual(unparsed(parsed), [], path);
      const again: unknown = v1.ObjectSerializer.serialize(parsed, type, '');
      assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(text), path);
    }
  });

  it('ask for metrics and tags of the catalogues, and for counters as counts', () => {
    for (const [path, text] of texts) {
      for (const { name, tags, isCount } of foundIn(text)) {
        const series = BY_NAME.get(name);
        assert.ok(series !== undefined, `${path}: ${name}`);
        assert.ok(name.startsWith('webrtc.'), `${path}: ${name} doesn't go out over OTLP`);
        assert.equal(isCount, series.kind === 'counter', `${path}: ${name}`);
        const foreign = tags.filter((tag) => !series.labels.includes(labelOf(tag)));
        assert.deepEqual(foreign, [], `${path}: ${name}`);
      }
    }
  });

  it('use the template variables that they have, and only on metrics that have their tags', () => {
    for (const [path, text] of texts) {
      const { template_variables: variables = [] } = JSON.parse(text) as {
        template_variables?: { name: string; prefix: string }[];
      };
      const prefixes = new Map(variables.map(({ name, prefix }) => [name, prefix]));
      for (const found of foundIn(text)) {
        for (const variable of found.variables) {
          const prefix = prefixes.get(variable);
          assert.ok(prefix !== undefined, `${path}: $${variable}`);
          assert.ok(BY_NAME.get(found.name)!.labels.includes(labelOf(prefix)), `${path}: ${found.name}`);
        }
      }
    }
  });

  it('alert at the number that they name', () => {
    for (const [path, text] of texts) {
      if (!path.includes('/monitors/')) continue;
      const { query, options } = JSON.parse(text) as {
        query: string;
        options: { thresholds: { critical: number } };
      };
      assert.equal(Number(/ (?:>|>=|<) ([\d.]+)$/.exec(query)![1]), options.thresholds.critical, path);
    }
  });
});

/** Where the client has met something that it doesn't know: it keeps it, and marks it. */
function unparsed(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  // `_data` is all that an unknown object has.
  if ('_data' in value || ('_unparsed' in value && value._unparsed === true)) return [path];
  if ('additionalProperties' in value) return [`${path}: ${JSON.stringify(value.additionalProperties)}`];
  return Object.entries(value).flatMap(([key, inner]) => unparsed(inner, `${path}/${key}`));
}
