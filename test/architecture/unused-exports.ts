// Functions, classes and constants of product code that are exported and imported by nobody. Types are left out: one
// that a signature shows is exported for its readers.

const EXPORT = /^export (?:async )?(?:function|abstract class|class|const) (\w+)/gm;
const IMPORT_ALL = /import \* as \w+ from '(\.[^']+)'/g;
const IMPORT = /import (?:type )?\{([^}]*)\} from '([^']+)'/gs;

/** One line per export of product code that neither product code nor tests import. */
export function unusedExports(sources: readonly string[], read: (path: string) => string): string[] {
  const imported = new Set<string>();
  const importedWhole = new Set<string>();
  for (const source of sources) {
    for (const [, from = ''] of read(source).matchAll(IMPORT_ALL)) importedWhole.add(resolve(source, from));
    for (const [, names = '', from = ''] of read(source).matchAll(IMPORT)) {
      if (!from.startsWith('.')) continue;
      const target = resolve(source, from);
      for (const name of names.split(',')) {
        const bare = name
          .replace(/^\s*type /, '')
          .split(' as ')[0]!
          .trim();
        if (bare !== '') imported.add(`${target}#${bare}`);
      }
    }
  }
  const unused: string[] = [];
  for (const source of sources) {
    if (
      !/^(collector|receiver|processor|exporter|bridge|replay|dashboards|screenshots)\//.test(source) ||
      importedWhole.has(source)
    )
      continue;
    for (const [, name = ''] of read(source).matchAll(EXPORT)) {
      if (!imported.has(`${source}#${name}`))
        unused.push(`unused export: ${name} of ${source}; drop "export", or the code`);
    }
  }
  return unused;
}

function resolve(source: string, specifier: string): string {
  return new URL(specifier, `file:///${source}`).pathname.slice(1);
}
