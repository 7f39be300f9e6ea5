// Numbers of things.

/** `1 incident`, `37 incidents`. */
export function countText(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? '' : 's'}`;
}
