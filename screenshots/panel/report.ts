// What the page says of itself when it is done: of each panel whether something is seen in it, and what.

export interface DrawnPanel {
  readonly title: string;
  readonly type: string;
  /** `empty`: its queries were answered and gave nothing. `failed`: one of them was not, or it can't be drawn. */
  readonly outcome: 'drawn' | 'empty' | 'failed';
  /** Why it has failed. */
  readonly error?: string;
  /** Values, names of lines, cells: what a reader finds written there. */
  readonly texts: readonly string[];
  /** Pixels that data has coloured; 0 where nothing but text is shown. */
  readonly inkedPixels: number;
}

export interface Report {
  /** Rows are not among them, and neither is what a closed row hides. */
  readonly panels: readonly DrawnPanel[];
  /** Of the whole board. */
  readonly heightPx: number;
}
