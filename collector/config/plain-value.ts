// A node of the tree → the plain value that a schema is given. Where a `${…}` left the type open, the schema decides
// it: a field for text keeps the very text, so `0123` stays a password; any other field takes it as YAML.
import { finding, type Finding, type Path } from './finding.ts';
import { hasLeadingZero, leadingZeroFinding } from './leading-zero.ts';
import { isNull, textOf, type ConfigNode, type MapNode } from './node.ts';
import type { Shape, ValueType } from './shape.ts';

export interface PlainValue {
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/** `shape` is undefined where the schema knows no such key; the value is kept, for the schema to refuse. */
export function plainValue(node: ConfigNode, shape: Shape | undefined, path: Path): PlainValue {
  const findings: Finding[] = [];

  const convert = (current: ConfigNode, at: Shape | undefined, currentPath: Path): unknown => {
    const types = at?.types;
    if (types?.has('string') && current.expansion?.isWhole && !fitsOtherwise(current, types)) {
      return current.expansion.text;
    }
    const list = types?.has('array') && !types.has('string') ? separated(current) : undefined;
    if (list !== undefined && at?.item(0)?.types.has('string')) return list;
    switch (current.kind) {
      case 'scalar':
        if (current.expansion?.isWhole && hasLeadingZero(current.value, current.expansion.text)) {
          findings.push(leadingZeroFinding(currentPath, current.at));
        }
        // The one length of time that needs no unit.
        return current.value === 0 && at?.isDuration ? '0' : current.value;
      case 'list':
        return current.items.map((item, index) => convert(item, at?.item(index), [...currentPath, index]));
      case 'map':
        return convertMap(current, at, currentPath);
    }
  };

  const convertMap = (map: MapNode, at: Shape | undefined, currentPath: Path): Record<string, unknown> => {
    // Without a prototype, so that no key of the file can be mistaken for one of Object's.
    const object = Object.create(null) as Record<string, unknown>;
    const isNamed = (key: string) => at?.keys.includes(key) === true;
    for (const [key, { keyAt, value }] of map.entries) {
      const below = at?.child(key);
      const keyPath = [...currentPath, key];
      // A key without a value means its default. The Collector takes zero, the empty text or false for it.
      if (below !== undefined && isNamed(key) && meansDefault(value, below)) continue;
      if (below !== undefined && key === '__proto__') {
        findings.push(finding(keyPath, '"__proto__" can\'t be a name', keyAt));
        continue;
      }
      object[key] = isNull(value) && isMapOnly(below) ? {} : convert(value, below, keyPath);
    }
    return object;
  };

  return { value: convert(node, shape, path), findings };
}

/** A free name without a body, such as a pipeline's, stands for a map with all its defaults. */
function isMapOnly(shape: Shape | undefined): boolean {
  return shape !== undefined && shape.types.size === 1 && shape.types.has('object');
}

/** An empty `${…}` where text is wanted is the empty text, as the Collector has it; any other nothing is the default. */
function meansDefault(node: ConfigNode, shape: Shape): boolean {
  if (!isNull(node) || shape.types.has('null')) return false;
  return !(node.expansion?.isWhole === true && shape.types.has('string'));
}

/** Whether a field that takes text takes this value as something else too. */
function fitsOtherwise(node: ConfigNode, types: ReadonlySet<ValueType>): boolean {
  if (node.kind !== 'scalar') return types.has(node.kind === 'list' ? 'array' : 'object');
  if (node.value === null) return types.has('null');
  // Quotes around the text of a variable belong to it, so not even text is taken from its YAML.
  return typeof node.value !== 'string' && types.has(typeof node.value as ValueType);
}

/** `a,b` as a list of texts: the way to hand over a list in one variable. Undefined when `node` is no text. */
export function separated(node: ConfigNode): readonly string[] | undefined {
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  if (typeof node.value !== 'string' && !node.expansion?.isWhole) return undefined;
  const text = textOf(node) ?? '';
  return text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
}
