// Findings → problems: in the order of the files and their lines, each one once, with the line as it may be shown.
import type { Finding } from './finding.ts';
import type { ShownText } from './hidden-text.ts';
import type { ConfigProblem } from './model.ts';
import type { SourceFile } from './source-file.ts';

/** `shown` has every file that a finding can stand in, in the order of the files. */
export function toProblems(
  findings: readonly Finding[],
  shown: ReadonlyMap<SourceFile, ShownText>,
): ConfigProblem[] {
  const fileOrder = new Map([...shown.keys()].map((source, index) => [source, index]));
  const fileOf = ({ at }: Finding) => (at === undefined ? Infinity : (fileOrder.get(at.source) ?? Infinity));
  const compare = (a: Finding, b: Finding) => {
    const [fileA, fileB] = [fileOf(a), fileOf(b)];
    if (fileA !== fileB) return fileA < fileB ? -1 : 1;
    return (a.at?.start ?? 0) - (b.at?.start ?? 0);
  };
  const known = new Set<string>();
  return [...findings].sort(compare).flatMap((found) => {
    const problem = toProblem(found, shown);
    const key = JSON.stringify(problem);
    if (known.has(key)) return [];
    known.add(key);
    return [problem];
  });
}

function toProblem(
  { path, message, hint, at }: Finding,
  shown: ReadonlyMap<SourceFile, ShownText>,
): ConfigProblem {
  const position = at === undefined ? undefined : shown.get(at.source)?.positionOf(at);
  return {
    path: path.join('::'),
    message,
    ...(hint !== undefined && { hint }),
    ...(position !== undefined && { position }),
  };
}
