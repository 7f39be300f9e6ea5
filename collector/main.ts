#!/usr/bin/env node
// The process edge: arguments in, exit code out. Nothing imports this file.
import { processEdge } from './cli/process-edge.ts';
import { processIo } from './cli/process-io.ts';
import { runProgram } from './cli/program.ts';
import { distribution } from './registry.ts';

const exitCode = await runProgram(process.argv.slice(2), distribution, processIo, processEdge);
processEdge.exit(exitCode);
