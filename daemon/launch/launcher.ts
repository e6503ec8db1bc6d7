/**
 * Makes one process of a service: gathers its descriptors and settings and hands them to the
 * platform.
 *
 * Descriptors opened for the child alone are closed again here, whatever comes of it.
 */
import { causeVariables, type FailureCause } from "../../core/failure.ts";
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { ProcessRole } from "../../core/event.ts";
import { hiddenBy } from "../../core/sandbox/needs.ts";
import type { Fd, ServiceId } from "../../core/types.ts";
import type { ChildSettings, Failure, LaunchResult, Platform } from "../../platform/mod.ts";
import { ActivationSockets, type CannotListen } from "./activation_sockets.ts";
import {
  type Channels,
  closeChildEnds,
  closeOwnEnds,
  NO_CHANNELS,
  NO_ENDS,
  openChannels,
  type OwnEnds,
  readinessPlacement,
} from "./channels.ts";
import { DescribedEnvironments, launchEnvironment } from "./launch_environment.ts";
import type { ChildOutput, NoStream } from "../output/child_log.ts";
import type { Keeping } from "../kept/keeping.ts";
import type { LaunchNotes } from "../kept/state_memory.ts";
import type { ServiceOutputs } from "../output/service_output.ts";
import type { MemoryWatch } from "../processes/memory_watch.ts";
import type { ServiceCgroups } from "../processes/cgroups/service_cgroups.ts";
import { treeMark } from "../processes/tree_killer.ts";
import type { ServiceFolders } from "./service_folders.ts";
import type { ManagerEnvironment } from "../start/environment.ts";

export interface LaunchRequest {
  readonly service: ServiceId;
  readonly description: ServiceDescription;
  readonly role: ProcessRole;
  readonly onConsole: boolean;
  readonly watchReadiness: boolean;
  /** In place of the role's command. */
  readonly errand?: Errand;
  /** The process is none of the service's own: the scheduler knows nothing of it. */
  readonly isBeside?: boolean;
  /** Of a service that is started because another has failed. */
  readonly cause?: FailureCause;
  /** Commands before it have begun the run already. */
  readonly isSameRun?: boolean;
}

/**
 * A command that is run beside those of a service's roles. It gets no sockets and no channels; what
 * it says goes where the service's output goes.
 */
export interface Errand {
  readonly command: readonly string[];
  /** `NAME=VALUE` each. */
  readonly variables: readonly string[];
  /** It is the first of a run of the service. */
  readonly beginsRun?: boolean;
}

/** The ends of its channels are the caller's; there are none where nothing was launched. */
export interface Launched extends OwnEnds {
  readonly result: LaunchResult;
}

/** What launches are made of. */
export interface LauncherParts {
  readonly platform: Platform;
  readonly environment: ManagerEnvironment;
  readonly outputs: ServiceOutputs;
  readonly cgroups: ServiceCgroups;
  readonly folders: ServiceFolders;
  readonly memory: Pick<MemoryWatch, "begin">;
  /** The cgroup that relative ones are below, as a path in the file system. */
  readonly cgroupBase: string;
  /** Outlive the manager. */
  readonly notes: LaunchNotes & Pick<Keeping, "closeLater" | "keepGiven">;
  /** oom_score_adj of services that say nothing about it; undefined: what they inherit. */
  readonly usualOomScore: () => number | undefined;
}

/** Where a child reads and writes. */
interface Streams {
  readonly input: ChildSettings["standardInput"];
  readonly output: ChildOutput;
  readonly console: ChildSettings["console"];
}

/** What is opened before the child's channels are. */
interface Opened {
  readonly sockets: readonly Fd[];
  readonly streams: Streams;
}

export class Launcher {
  /** Activation sockets. */
  readonly sockets: ActivationSockets;
  readonly #parts: LauncherParts;
  readonly #environments: DescribedEnvironments;

  constructor(parts: LauncherParts) {
    this.#parts = parts;
    this.#environments = new DescribedEnvironments(parts.environment);
    this.sockets = new ActivationSockets(parts.platform, () => parts.notes.keepGiven());
  }

  launch(request: LaunchRequest): Launched {
    if (makesFolders(request) && request.description.folders.length > 0) {
      const failure = this.#parts.folders.prepare(request.description);
      if (failure !== undefined) return notLaunched(failure);
    }
    const sockets = this.#socketsFor(request);
    if ("kind" in sockets) return notLaunched(sockets);
    const streams = this.#streamsFor(request);
    if ("kind" in streams) return notLaunched(streams);
    const launched = this.#launchWith(request, { sockets, streams });
    const { output } = streams;
    if (output.kind === "descriptor" && output.isForChildOnly) {
      this.#parts.platform.close(output.fd);
    }
    return launched;
  }

  /** What was opened for a launch is of no use any more. */
  abandon(ends: OwnEnds): void {
    closeOwnEnds(this.#parts.platform, ends, (fd) => this.#parts.notes.closeLater(fd));
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    this.sockets.close(service);
    this.#environments.forget(service);
  }

  #launchWith(request: LaunchRequest, opened: Opened): Launched {
    const { platform, cgroups, notes, memory } = this.#parts;
    const { service, description, role, errand, isBeside = false } = request;
    const isStart = role === "start" && errand === undefined;
    // What is counted in it is to be of this run.
    const watchesMemory = isStart && description.oomPolicy !== undefined;
    const cgroup = cgroups.prepare(description, watchesMemory);
    if (cgroup.kind === "exec-failed") return notLaunched(cgroup);
    const channels = errand === undefined ? openChannels(platform, description, role) : NO_CHANNELS;
    if ("kind" in channels) return notLaunched(channels);
    const ownCgroup = cgroup.kind === "cgroup" ? `${cgroup.directory}/cgroup.procs` : undefined;
    if (watchesMemory && cgroup.kind === "cgroup") memory.begin(service, cgroup.directory);
    const settings = this.#settings(request, opened, channels, ownCgroup);
    // What a dead manager has left beside a service is an orphan, and to be taken for nothing else.
    const note = notes.begin(service, isBeside ? "errand" : role, channels.own);
    const result = platform.launch(settings, note);
    if (result.kind === "launched") notes.made(result.pid, result.report);
    else notes.failed();
    closeChildEnds(platform, channels);
    if (result.kind === "launched") return { result, ...channels.own };
    closeOwnEnds(platform, channels.own);
    return notLaunched(result);
  }

  #settings(
    request: LaunchRequest,
    { sockets, streams }: Opened,
    channels: Channels,
    ownCgroup: string | undefined,
  ): ChildSettings {
    const { platform, usualOomScore, folders } = this.#parts;
    const { service, description, role, errand, cause } = request;
    const { attributes, watchdogTimeoutMs } = description;
    const { notify } = channels.own;
    const isMarked = description.killTree && ownCgroup === undefined;
    return {
      command: errand?.command ??
        (role === "start" ? description.command : description.stopCommand),
      environment: launchEnvironment(this.#environments.of(service, description), {
        more: this.#moreVariables(description, errand, cause),
        treeMark: isMarked ? treeMark(platform, description.name) : undefined,
        notifyAddress: notify?.address,
        watchdogTimeoutMs,
        sockets: errand === undefined ? this.sockets.wanted(service) : [],
      }),
      workingDirectory: directoryInBox(platform, description),
      standardInput: streams.input,
      standardOutput: streams.output,
      console: streams.console,
      unmaskInterrupt: description.options.unmaskInterrupt,
      readiness: readinessPlacement(description, channels.readiness),
      activationSockets: sockets,
      passesWatchdogPid: notify !== undefined && watchdogTimeoutMs > 0,
      controlSocket: channels.control,
      attributes,
      sandbox: description.sandbox,
      ...description.sandbox !== undefined && description.folders.length > 0 &&
        { ownFolders: folders.owned(description, makesFolders(request)) },
      usualOomScore: usualOomScore(),
      cgroupProcs: ownCgroup ?? this.#cgroupProcs(attributes.runInCgroup),
    };
  }

  #moreVariables(
    description: ServiceDescription,
    errand: Errand | undefined,
    cause: FailureCause | undefined,
  ): readonly string[] | undefined {
    if (description.folders.length === 0 && cause === undefined) return errand?.variables;
    return [
      ...description.folders.length === 0 ? [] : this.#parts.folders.variables(description),
      ...cause === undefined ? [] : causeVariables(cause),
      ...errand?.variables ?? [],
    ];
  }

  /** A process that ends another one gets what is open, but opens nothing. */
  #socketsFor(
    { service, description, role, errand }: LaunchRequest,
  ): readonly Fd[] | CannotListen {
    if (errand !== undefined) return [];
    if (role === "start" || description.type === "scripted") {
      const opened = this.sockets.open(service, description.sockets);
      if ("kind" in opened) return opened;
    }
    return this.sockets.forProcess(service);
  }

  #streamsFor(
    { description, role, onConsole, errand, isSameRun }: LaunchRequest,
  ): Streams | NoStream {
    const inherited = { kind: "inherit" } as const;
    const shares = description.console === "shares" && role === "start";
    if (shares || onConsole) {
      return { input: inherited, output: inherited, console: shares ? "shares" : "foreground" };
    }
    const isInRun = isSameRun === true || (errand !== undefined && errand.beginsRun !== true);
    const use = isInRun ? "errand" : errand === undefined ? role : "start";
    const output = this.#parts.outputs.streamFor(description, use);
    if (output.kind === "failure" || output.kind === "exec-failed") return output;
    const input = this.#inputFor(description, role);
    if (input.kind !== "failure") return { input, output, console: "none" };
    if (output.kind === "descriptor" && output.isForChildOnly) {
      this.#parts.platform.close(output.fd);
    }
    return input;
  }

  #inputFor(
    { consumerOf: producer }: ServiceDescription,
    role: ProcessRole,
  ): ChildSettings["standardInput"] | Failure {
    if (producer === undefined || role === "stop") return { kind: "null" };
    return this.#parts.outputs.consumerInput(producer);
  }

  #cgroupProcs(cgroup: string | undefined): string | undefined {
    if (cgroup === undefined) return undefined;
    const directory = cgroup.startsWith("/")
      ? `/sys/fs/cgroup${cgroup}`
      : `${this.#parts.cgroupBase}/${cgroup}`;
    return `${directory}/cgroup.procs`;
  }
}

/**
 * The directory of a description may be named from the manager's own: only here it is known whether
 * the box hides it.
 */
function directoryInBox(
  platform: Pick<Platform, "realPath">,
  { workingDirectory, source, sandbox }: ServiceDescription,
): string {
  const isOwn = workingDirectory === source.directory && !workingDirectory.startsWith("/");
  if (sandbox === undefined || !isOwn) return workingDirectory;
  const real = platform.realPath(workingDirectory);
  const isHidden = real.kind === "path" && hiddenBy(sandbox, real.path) !== undefined;
  return isHidden ? "/" : workingDirectory;
}

/** Whether it is the first process of a run. */
function makesFolders({ role, errand }: LaunchRequest): boolean {
  return role === "start" || errand?.beginsRun === true;
}

function notLaunched(result: Exclude<LaunchResult, { kind: "launched" }>): Launched {
  return { result, ...NO_ENDS };
}
