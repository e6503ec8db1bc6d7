/**
 * The parts of a manager that all others stand on: the scheduler and what records it, time, log,
 * what services run in. None of them needs one of the others (`parts.ts`).
 */
import { InputRecorder } from "../core/report/input_recorder.ts";
import type { Scheduler } from "../core/schedule/scheduler.ts";
import type { Fd } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import { KillAll } from "./commands/kill_all.ts";
import { ServiceFaults } from "./control/answers/service_faults.ts";
import { KeptHistory } from "./reports/kept_history.ts";
import { FileUserDatabase } from "./descriptions/user_database.ts";
import { EventQueue } from "./event_queue.ts";
import { Keeping } from "./kept/keeping.ts";
import { WorkNotes } from "./kept/work_notes.ts";
import { Launcher } from "./launch/launcher.ts";
import { ServiceFolders } from "./launch/service_folders.ts";
import { managerCopies } from "./manager_copies.ts";
import { managerPlaces } from "./manager_places.ts";
import { makeManagerOutput, type ManagerOutput } from "./output/manager_output.ts";
import type { LoadLogStore, OutputCopies, StoreRun } from "./output/output_copies.ts";
import { ServiceOutputs } from "./output/service_output.ts";
import { Logins } from "./processes/logins.ts";
import { arrangeOomScores, type OomScores } from "./processes/oom_scores.ts";
import { cgroupBase } from "./processes/cgroups/own_cgroup.ts";
import { MemoryWatch } from "./processes/memory_watch.ts";
import { ServiceCgroups } from "./processes/cgroups/service_cgroups.ts";
import type { KeptFoundations } from "./recovery/kept_manager.ts";
import { ManagerEnvironment } from "./start/environment.ts";
import { inheritedEnvironment, startEnvironment } from "./start/inherited_environment.ts";
import { managerRole } from "./start/manager_role.ts";
import { managerScheduler } from "./start/manager_scheduler.ts";
import type { Event } from "../core/event.ts";
import type { DaemonOptions } from "./start/options.ts";
import type { Places } from "./start/places.ts";
import { StartNotes } from "./time/start_notes.ts";
import { Timers } from "./time/timers.ts";

/** What a manager that was here before has left of them. */
type FormerFoundations = Pick<KeptFoundations, "scheduler" | "cgroupBase" | "oomScore">;

/** What else they are made with. */
export interface FoundationSources {
  /** Of the manager that was here before; undefined: there was none. */
  readonly former: FormerFoundations | undefined;
  /** As what that one had its run in the log store; undefined: it had none. */
  readonly storeRun: StoreRun | undefined;
  readonly loadLogStore: LoadLogStore;
}

export interface Foundations {
  readonly platform: Platform;
  /** For parts that have descriptors of which facts speak: closes them when that counts. */
  readonly patient: Platform;
  readonly options: DaemonOptions;
  /** What outlives the manager. */
  readonly keeping: Keeping;
  /** What it is at, likewise. */
  readonly work: WorkNotes;
  readonly scheduler: Scheduler;
  /** On all the time. */
  readonly recorder: InputRecorder;
  /** The same, for a report of the manager that comes after a crash. */
  readonly history: KeptHistory;
  readonly starts: StartNotes;
  readonly timers: Timers;
  readonly events: EventQueue;
  readonly faults: ServiceFaults;
  /** What the manager was started with. */
  readonly givenEnvironment: ReadonlyMap<string, string>;
  readonly environment: ManagerEnvironment;
  readonly output: ManagerOutput;
  readonly users: FileUserDatabase;
  readonly places: Places;
  /** Where output goes beside the logs of services. */
  readonly copies: OutputCopies;
  readonly outputs: ServiceOutputs;
  readonly cgroups: ServiceCgroups;
  readonly folders: ServiceFolders;
  readonly memory: MemoryWatch;
  readonly logins: Logins;
  readonly killAll: KillAll;
  readonly oomScores: OomScores;
  readonly cgroupBase: string;
  readonly launcher: Launcher;
}

/** @throws {Error} When the scheduler's state of the manager before is refused. */
export function layFoundations(
  platform: Platform,
  options: DaemonOptions,
  { former, storeRun, loadLogStore }: FoundationSources,
): Foundations {
  const keeping = new Keeping(platform);
  const patient = closingLater(platform, keeping);
  const events = new EventQueue();
  const timers = new Timers();
  const givenEnvironment = startEnvironment(platform, Deno.env.toObject());
  const environment = new ManagerEnvironment(inheritedEnvironment(givenEnvironment));
  const output = makeManagerOutput(platform, options, (isIdle) => {
    events.report({ kind: isIdle ? "console-idle" : "console-busy" });
  });
  const { log } = output;
  const warn = (text: string) => log.warn(text);
  const places = managerPlaces(platform, options, (name) => environment.variables.get(name));
  const users = new FileUserDatabase(platform);
  const keepBuffers = () => keeping.keepRead();
  const copies = managerCopies(platform, options, {
    ...{ places, warn },
    groupByName: (name) => {
      users.refresh();
      return users.groupByName(name);
    },
    load: loadLogStore,
    run: storeRun,
  });
  log.copies = copies;
  const outputs = new ServiceOutputs(patient, {
    ...{ warn, wallClock: Date.now, keepBuffers, copies },
    rate: options.logRate,
  });
  const cgroups = new ServiceCgroups(platform, {
    given: options.cgroupPath,
    forAll: options.areCgroupsForAll,
    warn,
    error: (text) => log.error(text),
  });
  const folders = new ServiceFolders({ platform, places: places.folders, warn });
  const report = (event: Event) => events.report(event);
  const memory = new MemoryWatch({ platform, warn, report });
  const oomScores = arrangeOomScores({
    startedWith: former?.oomScore,
    platform,
    role: managerRole(options),
    wish: options.oomScore,
    warn,
  });
  const base = former?.cgroupBase ?? findCgroupBase(platform, options, output);
  return {
    ...{ platform, patient, options, keeping, events, timers, givenEnvironment, environment },
    ...{ output, places, copies, outputs, cgroups, folders, memory, oomScores, cgroupBase: base },
    ...recordedScheduler(platform, options, former?.scheduler),
    work: new WorkNotes(platform.lastResort.notes),
    faults: new ServiceFaults(),
    users,
    logins: new Logins(platform, log, timers),
    killAll: new KillAll({ platform, timers, report }),
    launcher: new Launcher({
      ...{ platform, environment, outputs, cgroups, folders, memory, cgroupBase: base },
      notes: keeping,
      usualOomScore: oomScores.services,
    }),
  };
}

/** A scheduler whose inputs and phases are noted. */
function recordedScheduler(
  platform: Platform,
  options: DaemonOptions,
  state: Uint8Array | undefined,
): Pick<Foundations, "scheduler" | "recorder" | "history" | "starts"> {
  const scheduler = managerScheduler(platform, options, state);
  const recorder = new InputRecorder(scheduler);
  const history = new KeptHistory(scheduler);
  const starts = new StartNotes();
  scheduler.watchInputs({
    note: (input, now) => {
      history.note(input, now);
      recorder.note(input, now);
      starts.note(input, now);
    },
  });
  scheduler.watchPhases(starts);
  return { scheduler, recorder, history, starts };
}

function findCgroupBase(
  platform: Platform,
  { cgroupPath, isSystemManager }: DaemonOptions,
  { log }: ManagerOutput,
): string {
  const base = cgroupBase(platform, cgroupPath, isSystemManager);
  if (base.warning !== undefined) log.info(base.warning);
  return base.directory;
}

/** The platform, but for descriptors: those are closed when that counts. */
function closingLater(platform: Platform, keeping: Keeping): Platform {
  const close = (fd: Fd) => keeping.closeLater(fd);
  return Object.create(platform, { close: { value: close } }) as Platform;
}
