/**
 * What a manager hands on, as the program in its place finds it: in the kept memory what was there
 * already, the scheduler and what there is one of for each service; in the written state the rest.
 */
import { readKept } from "../../core/state/kept_reading.ts";
import type { ServiceStarts } from "../../core/figures/start_times.ts";
import type { ServiceId } from "../../core/types.ts";
import type { KeptMemory, Platform } from "../../platform/mod.ts";
import { FACT_KIND, type FoundFacts, readFacts } from "../kept/facts.ts";
import { readProcesses } from "../processes/process_fact.ts";
import type { KeptProcesses } from "../processes/service_processes.ts";
import { readStarts } from "../time/start_fact.ts";
import type { KeptStarts } from "../time/start_notes.ts";
import type { KeptManager, WrittenManager } from "./kept_manager.ts";

/** What was found. */
export interface HandedOn {
  readonly kept: KeptManager;
  /** To go on with; what is in it stays until the next state is published there. */
  readonly memory: KeptMemory | undefined;
}

/** @throws {Error} When something of it is not there; its message is the end of a sentence. */
export function handedOn(
  written: WrittenManager,
  platform: Pick<Platform, "keptMemories">,
): HandedOn {
  const { scheduler, memory: fd, parts } = written;
  const { processes } = parts;
  if (scheduler !== undefined && processes !== undefined) {
    const kept = { ...written, scheduler, parts: { ...parts, processes } };
    return { kept, memory: undefined };
  }
  if (fd === undefined) throw new Error("the state of the services is missing");
  const memory = platform.keptMemories?.adopt(fd);
  if (memory === undefined) throw new Error("there is no memory that outlives a manager here");
  if ("kind" in memory) throw new Error(`the memory cannot be mapped: ${memory.message}`);
  const { found } = memory;
  if (found.kind !== "region") {
    throw new Error(found.kind === "fault" ? found.why : "there is nothing in the memory");
  }
  return { kept: { ...written, ...inMemory(found.memory, parts) }, memory };
}

function inMemory(
  bytes: Uint8Array,
  parts: WrittenManager["parts"],
): Pick<KeptManager, "scheduler" | "parts"> {
  const read = readKept(bytes);
  if (read.kind === "fault") throw new Error(`what is kept cannot be read: ${read.why}`);
  const unwatched = readFacts<Omit<KeptProcesses["unwatched"][number], "service">>(
    read.kept,
    FACT_KIND.unwatchedDaemon,
  );
  const processes: KeptProcesses = {
    processes: [...intact(readProcesses(read.kept)).values()].map(({ seenMs: _, ...one }) => one),
    unwatched: Array.from(intact(unwatched), ([service, one]) => ({
      ...{ service: service as ServiceId, ...one },
    })),
  };
  const noted = intact(readStarts(read.kept)) as ReadonlyMap<ServiceId, ServiceStarts>;
  const starts: KeptStarts = {
    readyMs: parts.starts?.readyMs,
    services: new Map([...noted, ...parts.starts?.services ?? []]),
  };
  return { scheduler: bytes, parts: { ...parts, processes, starts } };
}

function intact<Fact>({ facts, damaged }: FoundFacts<Fact>): ReadonlyMap<number, Fact> {
  if (damaged.length > 0) throw new Error("facts that were kept are damaged");
  return facts;
}
