/** All loads, in the order of the report. */
import type { Load } from "../load.ts";
import { GROWTH_SIZES } from "../growth/actions.ts";
import { boot } from "./boot.ts";
import { bootInstructionCounts, bootTimes } from "./boots.ts";
import { boxes } from "./boxes.ts";
import { chains } from "./chains.ts";
import { client } from "./client.ts";
import { controlAtRest, controlInStorm } from "./control.ts";
import { controlInStart } from "./control_start.ts";
import { crash } from "./crash.ts";
import { descriptions } from "./descriptions.ts";
import { growth } from "./growth.ts";
import { idle } from "./idle.ts";
import { memory } from "./memory.ts";
import { orphans } from "./orphans.ts";
import { pipe, pipeInStorm } from "./pipe.ts";
import { pipeTurns } from "./pipe_turns.ts";
import { ready } from "./ready.ts";
import { restartStorm } from "./restart_storm.ts";
import { scripted } from "./scripted.ts";
import { startProcesses } from "./start_processes.ts";
import { stopProcesses } from "./stop_processes.ts";

export const LOADS: readonly Load[] = [
  ready,
  startProcesses(10),
  startProcesses(100),
  startProcesses(1000),
  startProcesses(5000),
  chains,
  scripted,
  boxes("none"),
  boxes("web"),
  boxes("strict"),
  boxes("strict-folders"),
  descriptions,
  stopProcesses,
  restartStorm,
  crash,
  orphans,
  controlAtRest,
  controlInStorm,
  controlInStart,
  client,
  pipe,
  pipeInStorm,
  pipeTurns,
  memory(0),
  memory(100),
  memory(1000),
  idle,
  ...GROWTH_SIZES.map(growth),
  boot,
  bootInstructionCounts,
  bootTimes,
];
