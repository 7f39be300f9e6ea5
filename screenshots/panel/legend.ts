// What a line is called.
import type { Labels } from './series.ts';

/** `{{destination}} p50` with labels filled in; a label that is missing is nothing. Without a format, the labels themselves. */
export function legendOf(format: string, labels: Labels): string {
  if (format === '') return labelsText(labels);
  return format.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
}

function labelsText({ __name__: name = '', ...labels }: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(', ')}}`;
}
