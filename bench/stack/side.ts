// One of the two that are compared: programs that take samples and post webhooks.
import type { QualitySample } from '../../receiver/sample.ts';
import type { Stack } from '../../test/stack/stack.ts';
import type { ReadNotices } from './notices.ts';

export interface Program {
  readonly name: string;
  readonly pid: number;
}

export interface IntakeRequest {
  readonly body: Uint8Array | string;
  /** What the side counts of it: samples, or points. */
  readonly recordCount: number;
}

export interface RunningSide {
  readonly programs: readonly Program[];
  readonly intakeUrl: string;
  readonly contentType: string;
  encode(samples: readonly QualitySample[]): IntakeRequest;
  /** How many records it says that it has taken since its start. */
  takenCount(): Promise<number>;
  /** What else it says of itself that must not be: that something came too late, or was left out. */
  troubles(): Promise<readonly string[]>;
}

/** Where it posts to, and how it is told to. */
export interface Telling {
  /** The name of the path, and of the row in the table. */
  readonly path: string;
  readonly url: string;
  /** Alertmanager's `group_interval` for it. */
  readonly groupInterval: string;
}

export interface Side {
  readonly title: string;
  readonly readNotices: ReadNotices;
  start(stack: Stack, tellings: readonly Telling[], sessionCount: number): Promise<RunningSide>;
}
