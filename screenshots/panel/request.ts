// What picture is asked for, as the page's address has it.

export interface PictureRequest {
  /** A board's file, such as `fleet`. */
  readonly board: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly scrapeIntervalS: number;
  /** Whether closed rows are to be opened. */
  readonly areAllOpen: boolean;
  /** Chosen values of variables. */
  readonly variables: Readonly<Record<string, string>>;
}

export function toQuery(request: PictureRequest): string {
  return `picture=${encodeURIComponent(JSON.stringify(request))}`;
}

/** Throws when there is none. */
export function fromQuery(query: string): PictureRequest {
  return JSON.parse(new URLSearchParams(query).get('picture') ?? '') as PictureRequest;
}
