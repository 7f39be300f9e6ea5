// `replay`: recorded calls through the configured rules. In order: the wish, the configuration, the recordings, one
// timeline of them, every decision, and what came of it. Delivers nothing and writes no file.
import {
  CONFIG_INVALID_EXIT_CODE,
  DATA_INVALID_EXIT_CODE,
  OK_EXIT_CODE,
  WRONG_USAGE_EXIT_CODE,
} from '../collector/cli/exit-codes.ts';
import { loadForCommand } from '../collector/cli/load-for-command.ts';
import { processEdge } from '../collector/cli/process-edge.ts';
import type { Command, CommandContext, CommandIo } from '../collector/component.ts';
import { nameHint } from '../collector/config/nearest-name.ts';
import type { Thresholds } from '../processor/degradation/thresholds.ts';
import { CAPTURE_DIALECTS, dialectNamed, LIVE_DIALECTS } from '../receiver/dialect/registry.ts';
import { parseWish, USAGE, type Wish } from './arguments.ts';
import { renderJson } from './json.ts';
import { Pacer } from './pacer.ts';
import { Player } from './play.ts';
import { Progress } from './progress.ts';
import { readRecording, type ReadRecording } from './read-recordings.ts';
import { sessionReports } from './report.ts';
import { SessionTally } from './session-tally.ts';
import { chooseThresholds, defaultConfigPath } from './settings.ts';
import { renderTables } from './table.ts';
import { Teller } from './teller.ts';
import { timelineOf, type Timeline } from './timeline.ts';

export const replayCommand: Command = {
  name: 'replay',
  usage: USAGE,
  summary: 'decide recorded calls by the configured rules, and say why; delivers nothing',
  run: runReplay,
};

async function runReplay(args: readonly string[], context: CommandContext): Promise<number> {
  const { io } = context;
  const wish = parseWish(
    args,
    [...CAPTURE_DIALECTS, ...LIVE_DIALECTS].map(({ name }) => name),
  );
  if ('wrong' in wish) {
    io.err(`${wish.wrong}\n\nusage:\n${USAGE}\n`);
    return WRONG_USAGE_EXIT_CODE;
  }
  const thresholds = await loadThresholds(wish, context);
  if (typeof thresholds === 'number') return thresholds;
  const progress = new Progress(io);
  const read = await readAll(wish, io, progress);
  if (read.length === 0) return DATA_INVALID_EXIT_CODE;
  const timeline = timelineOf(read.map(({ recording }) => recording));
  if (wish.explain !== undefined && !timeline.sessions.has(wish.explain)) {
    const hint = nameHint(wish.explain, timeline.sessions.keys(), 'sessions');
    io.err(`no session "${wish.explain}" in these files\n${hint === undefined ? '' : `  hint: ${hint}\n`}`);
    return WRONG_USAGE_EXIT_CODE;
  }
  const teller = new Teller(wish, timeline, thresholds, (text) => {
    progress.clear();
    io.out(text);
  });
  const tallies = await play(wish, timeline, thresholds, io, progress, teller);
  progress.clear();
  const report = { files: read.map(({ file }) => file), sessions: sessionReports(timeline, tallies) };
  const explanation = teller.finish(report.sessions);
  io.out(wish.json ? renderJson(report, explanation) : renderTables(report));
  return read.length === wish.files.length ? OK_EXIT_CODE : DATA_INVALID_EXIT_CODE;
}

/** An exit code when the configuration is no good; then why was written to `io.err`. */
async function loadThresholds(wish: Wish, context: CommandContext): Promise<Thresholds | number> {
  const config = wish.config.length > 0 ? wish.config : [defaultConfigPath()];
  const loaded = await loadForCommand({ config, set: wish.set }, context);
  if (loaded === undefined) return CONFIG_INVALID_EXIT_CODE;
  const thresholds = chooseThresholds(loaded.config, wish.processorId);
  if (typeof thresholds !== 'string') return thresholds;
  context.io.err(`${thresholds}\n`);
  return wish.processorId === undefined ? CONFIG_INVALID_EXIT_CODE : WRONG_USAGE_EXIT_CODE;
}

async function readAll(wish: Wish, io: CommandIo, progress: Progress): Promise<ReadRecording[]> {
  const options = {
    dialect: wish.dialectName === undefined ? undefined : dialectNamed(wish.dialectName),
    intervalMs: wish.intervalMs,
    startAtMs: io.clock.nowMs(),
    takenNames: new Set<string>(),
  };
  const read: ReadRecording[] = [];
  for (const [index, path] of wish.files.entries()) {
    progress.show('reading ', index, wish.files.length);
    const recording = await readRecording(path, options);
    if (typeof recording !== 'string') {
      read.push(recording);
      continue;
    }
    progress.clear();
    io.err(`${path}: ${recording}\n`);
  }
  return read;
}

async function play(
  { speed }: Wish,
  timeline: Timeline,
  thresholds: Thresholds,
  io: CommandIo,
  progress: Progress,
  teller: Teller,
): Promise<ReadonlyMap<string, SessionTally>> {
  const tallies = new Map([...timeline.sessions.keys()].map((id) => [id, new SessionTally(thresholds)]));
  const player = new Player(timeline, thresholds);
  const pacer = speed === undefined ? undefined : new Pacer(io.clock, speed);
  const release = processEdge.holdOpen();
  try {
    let decidedCount = 0;
    for (const decision of player.decisions(timeline.records)) {
      if (pacer !== undefined) await pacer.until(decision.nowMs);
      tallies.get(decision.sessionId)!.add(decision);
      teller.tell(decision);
      if (decision.input.kind !== 'tick') decidedCount += 1;
      progress.show('deciding', decidedCount, timeline.records.length);
    }
  } finally {
    release();
  }
  return tallies;
}
