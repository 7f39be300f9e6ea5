// Lines on top of each other.

/** Each line with all before it added; a hole adds nothing and stays a hole. */
export function stacked(lines: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const sums: number[] = [];
  return lines.map((line) =>
    line.map((value, at) => {
      if (value === null) return null;
      sums[at] = (sums[at] ?? 0) + value;
      return sums[at];
    }),
  );
}
