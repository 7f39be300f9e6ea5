// Finds what stands for a group by its steps, one map for each: nothing is allocated to look something up, where a key made
// of the steps would be a new string for every sample.
import type { Step } from './group-fields.ts';

type Branch = Map<Step, unknown>;

/** All ways have the same length. */
export class GroupTree<Leaf> {
  readonly #root: Branch = new Map();

  find(steps: readonly Step[]): Leaf | undefined {
    let branch: Branch | undefined = this.#root;
    for (let index = 0; index < steps.length; index++) {
      branch = branch.get(steps[index]) as Branch | undefined;
      if (branch === undefined) return undefined;
    }
    return branch as unknown as Leaf;
  }

  set(steps: readonly Step[], leaf: Leaf): void {
    let branch = this.#root;
    for (const step of steps.slice(0, -1)) {
      const next = branch.get(step) as Branch | undefined;
      if (next === undefined) {
        const made: Branch = new Map();
        branch.set(step, made);
        branch = made;
      } else {
        branch = next;
      }
    }
    branch.set(steps.at(-1), leaf);
  }
}
