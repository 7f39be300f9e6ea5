// A progress bar on one line of the error output, for people only: in a pipe it says nothing.
import type { CommandIo } from '../collector/component.ts';

const WIDTH = 40;
/** Back to the start of the line, and everything after it erased. */
const CLEAR = '\r\u001b[K';

export class Progress {
  readonly #io: CommandIo;
  #shown = '';

  constructor(io: CommandIo) {
    this.#io = io;
  }

  show(label: string, doneCount: number, totalCount: number): void {
    if (!this.#io.isTerminal) return;
    const bar = renderBar(label, doneCount, totalCount);
    if (bar === this.#shown) return;
    this.#shown = bar;
    this.#io.err(`${CLEAR}${bar}`);
  }

  /** Before anything else is printed, which would be printed into the bar. */
  clear(): void {
    if (this.#shown === '') return;
    this.#shown = '';
    this.#io.err(CLEAR);
  }
}

function renderBar(label: string, doneCount: number, totalCount: number): string {
  const ratio = totalCount === 0 ? 1 : doneCount / totalCount;
  const filled = Math.floor(ratio * WIDTH);
  const percent = String(Math.floor(ratio * 100)).padStart(3);
  return `${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${percent} %`;
}
