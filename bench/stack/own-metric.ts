// What a program says of itself on its page for Prometheus.

/** The sum over all series of one of its metrics, with or without the suffix of a counter; undefined when there is none. */
export function sumOfMetric(page: string, name: string): number | undefined {
  const values = [...page.matchAll(new RegExp(`^${name}(?:_total)?(?:\\{[^\\n]*\\})? (\\S+)$`, 'gm'))];
  return values.length === 0 ? undefined : values.reduce((sum, [, value]) => sum + Number(value), 0);
}

export async function readPage(url: string): Promise<string> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return text;
}
