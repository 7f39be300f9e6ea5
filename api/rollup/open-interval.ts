// One interval of time while records are counted into it: which groups there are, and where each is counted.
import { SAMPLE_TYPE, STATE_TYPE } from '../../receiver/guide-event/vocabulary.ts';
import { Block, type CellGroup } from './block.ts';
import type { GroupFields, Step } from './group-fields.ts';
import { GroupTree } from './group-tree.ts';

/** Where a group is counted. */
export interface Cell {
  readonly block: Block;
  readonly index: number;
}

export type RecordKind = 'sample' | 'event';

export class OpenInterval {
  readonly startMs: number;
  readonly blocks: Block[] = [];
  /** Groups without the overflow. */
  groupCount = 0;
  /** Whether something was counted since the last checkpoint began. */
  wasTouched = false;
  readonly #fields: GroupFields;
  readonly #trees: Readonly<Record<RecordKind, GroupTree<Cell>>> = {
    sample: new GroupTree(),
    event: new GroupTree(),
  };
  readonly #overflow: Partial<Record<RecordKind, Cell>> = {};

  constructor(startMs: number, fields: GroupFields) {
    this.startMs = startMs;
    this.#fields = fields;
  }

  find(kind: RecordKind, steps: readonly Step[]): Cell | undefined {
    return this.#trees[kind].find(steps);
  }

  addGroup(kind: RecordKind, steps: readonly Step[], group: CellGroup): Cell {
    const cell = this.#newCell(group);
    this.#trees[kind].set(steps, cell);
    this.groupCount += 1;
    return cell;
  }

  /** Where records are counted whose group has no place. */
  overflow(kind: RecordKind): Cell {
    const type = kind === 'sample' ? SAMPLE_TYPE : STATE_TYPE;
    const values = this.#fields.names.map((name) => (name === 'type' ? type : undefined));
    return (this.#overflow[kind] ??= this.#newCell({ values, isOverflow: true }));
  }

  /** Whether all that it has counted is on the disk. */
  get isStored(): boolean {
    return this.blocks.every((block) => !block.isDirty && !block.isBeingWritten);
  }

  #newCell(group: CellGroup): Cell {
    let block = this.blocks.at(-1);
    if (block === undefined || block.isFull) {
      block = new Block(this.startMs);
      this.blocks.push(block);
    }
    return { block, index: block.addCell(group) };
  }
}
