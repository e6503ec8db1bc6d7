/**
 * Makes one process of a service: gathers its descriptors and settings and hands them to the platform.
 *
 * Descriptors opened for the child alone are closed again here, whatever comes of it.
 */
import type { ListeningSocket, ServiceDescription } from "../../core/description/mod.ts";
import type { ProcessRole } from "../../core/event.ts";
import type { Fd, ServiceId } from "../../core/types.ts";
import type { ChildSettings, Failure, LaunchResult, Platform } from "../../platform/mod.ts";
import { ActivationSockets, type CannotListen } from "./activation_sockets.ts";
import type { ChildOutput, NoStream } from "../output/child_log.ts";
import {
  changedEnvironment,
  environmentTexts,
  type ManagerEnvironment,
} from "../start/environment.ts";
import type { NotifySocket } from "../processes/notifications.ts";
import type { ServiceCgroups } from "../processes/service_cgroups.ts";
import type { ServiceOutputs } from "../output/service_output.ts";
import { treeMark } from "../processes/tree_killer.ts";

export interface LaunchRequest {
  readonly service: ServiceId;
  readonly description: ServiceDescription;
  readonly role: ProcessRole;
  readonly onConsole: boolean;
  readonly watchReadiness: boolean;
}

export interface Launched {
  readonly result: LaunchResult;
  /** Read end of the readiness pipe; the caller owns it. */
  readonly readiness: Fd | undefined;
  /** Socket on which the process tells about itself, and its address; the caller owns it. */
  readonly notify: NotifySocket | undefined;
  /** Near end of a control connection passed to the child; the caller owns it. */
  readonly control: Fd | undefined;
}

const CONSOLE_OUTPUT: ChildOutput = { kind: "inherit" };

interface CachedEnvironment {
  readonly description: ServiceDescription;
  readonly generation: number;
  readonly texts: readonly string[];
}

export class Launcher {
  readonly #platform: Platform;
  readonly #environment: ManagerEnvironment;
  readonly #outputs: ServiceOutputs;
  /** Directory of the cgroup that relative ones are below, as a path in the file system. */
  readonly #cgroupBase: string;
  readonly #cgroups: ServiceCgroups;
  /** Of services that say nothing about it. */
  readonly #usualOomScore: number | undefined;
  /** Activation sockets. */
  readonly sockets: ActivationSockets;
  readonly #environments = new Map<ServiceId, CachedEnvironment>();
  /** Most services change nothing: they share one list, which the platform encodes once. */
  #sharedEnvironment: { generation: number; texts: readonly string[] } | undefined;

  constructor(
    platform: Platform,
    environment: ManagerEnvironment,
    outputs: ServiceOutputs,
    cgroupBase: string,
    cgroups: ServiceCgroups,
    usualOomScore?: number,
  ) {
    this.#platform = platform;
    this.#environment = environment;
    this.#outputs = outputs;
    this.#cgroupBase = cgroupBase;
    this.#cgroups = cgroups;
    this.#usualOomScore = usualOomScore;
    this.sockets = new ActivationSockets(platform);
  }

  launch(request: LaunchRequest): Launched {
    const { service, description, role } = request;
    const opened: Fd[] = [];
    const failed = (result: NoStream): Launched => {
      for (const descriptor of opened) this.#platform.close(descriptor);
      return { result, readiness: undefined, notify: undefined, control: undefined };
    };

    const sockets = this.#socketsFor(request);
    if ("kind" in sockets) return failed(sockets);
    const shares = description.console === "shares" && role === "start";
    const usesConsole = request.onConsole || shares;
    const output = usesConsole ? CONSOLE_OUTPUT : this.#outputs.streamFor(description, role);
    if (output.kind === "failure" || output.kind === "exec-failed") return failed(output);
    const log = output.kind === "descriptor" && output.isForChildOnly ? output.fd : undefined;
    if (log !== undefined) opened.push(log);
    const cgroup = this.#cgroups.prepare(description);
    if (cgroup.kind === "exec-failed") return failed(cgroup);
    const input = this.#inputFor(request);
    if (input.kind === "failure") return failed(input);

    const protocol = role === "start" ? description.readyNotification.kind : "none";
    const wantsPipe = protocol === "descriptor" || protocol === "variable";
    const readiness = wantsPipe ? this.#platform.pipe() : undefined;
    if (readiness?.kind === "failure") return failed(readiness);
    if (readiness !== undefined) opened.push(readiness.readEnd, readiness.writeEnd);
    const notify = protocol === "notify" ? this.#platform.openNotifySocket() : undefined;
    if (notify?.kind === "failure") return failed(notify);
    if (notify !== undefined) opened.push(notify.fd);

    const passesControl = description.options.passControlSocket &&
      (role === "start" || description.type === "scripted");
    const control = passesControl ? this.#platform.socketPair() : undefined;
    if (control?.kind === "failure") return failed(control);

    const plain = this.#environmentOf(request);
    const environment = description.killTree && cgroup.kind === "none"
      ? withTreeMark(plain, treeMark(this.#platform, description.name))
      : plain;
    const settings: ChildSettings = {
      command: role === "start" ? description.command : description.stopCommand,
      environment: launchEnvironment(
        description,
        environment,
        notify?.address,
        this.sockets.wanted(service),
      ),
      workingDirectory: description.workingDirectory,
      standardInput: usesConsole ? { kind: "inherit" } : input,
      standardOutput: output,
      console: shares ? "shares" : usesConsole ? "foreground" : "none",
      unmaskInterrupt: description.options.unmaskInterrupt,
      readiness: readiness === undefined
        ? undefined
        : readinessPlacement(description, readiness.writeEnd),
      activationSockets: sockets,
      passesWatchdogPid: notify !== undefined && description.watchdogTimeoutMs > 0,
      controlSocket: control?.far,
      attributes: description.attributes,
      usualOomScore: this.#usualOomScore,
      cgroupProcs: cgroup.kind === "cgroup"
        ? cgroup.procs
        : this.#cgroupProcs(description.attributes.runInCgroup),
    };
    const result = this.#platform.launch(settings);

    if (log !== undefined) this.#platform.close(log);
    if (readiness !== undefined) this.#platform.close(readiness.writeEnd);
    if (control !== undefined) this.#platform.close(control.far);
    const launched = { result, readiness: readiness?.readEnd, notify, control: control?.near };
    if (result.kind === "launched") return launched;
    this.abandon(launched);
    return { result, readiness: undefined, notify: undefined, control: undefined };
  }

  /** What was opened for a launch is of no use any more. */
  abandon({ readiness, notify, control }: Launched): void {
    if (readiness !== undefined) this.#platform.close(readiness);
    if (notify !== undefined) this.#platform.close(notify.fd);
    if (control !== undefined) this.#platform.close(control);
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    this.sockets.close(service);
    this.#environments.delete(service);
  }

  /** A process that ends another one gets what is open, but opens nothing. */
  #socketsFor({ service, description, role }: LaunchRequest): readonly Fd[] | CannotListen {
    if (role === "start" || description.type === "scripted") {
      const opened = this.sockets.open(service, description.sockets);
      if ("kind" in opened) return opened;
    }
    return this.sockets.forProcess(service);
  }

  #inputFor(request: LaunchRequest): ChildSettings["standardInput"] | Failure {
    const producer = request.description.consumerOf;
    if (producer === undefined || request.role === "stop") return { kind: "null" };
    return this.#outputs.consumerInput(producer);
  }

  #environmentOf({ service, description }: LaunchRequest): readonly string[] {
    const { generation, variables } = this.#environment;
    const changes = description.environment;
    if (!changes.clear && changes.unset.length === 0 && changes.set.size === 0) {
      if (this.#sharedEnvironment?.generation !== generation) {
        this.#sharedEnvironment = { generation, texts: environmentTexts(variables) };
      }
      return this.#sharedEnvironment.texts;
    }
    const cached = this.#environments.get(service);
    if (cached?.generation === generation && cached.description === description) {
      return cached.texts;
    }
    const texts = environmentTexts(changedEnvironment(variables, changes));
    this.#environments.set(service, { description, generation, texts });
    return texts;
  }

  #cgroupProcs(cgroup: string | undefined): string | undefined {
    if (cgroup === undefined) return undefined;
    const directory = cgroup.startsWith("/")
      ? `/sys/fs/cgroup${cgroup}`
      : `${this.#cgroupBase}/${cgroup}`;
    return `${directory}/cgroup.procs`;
  }
}

/** The mark by which a process that left its session is found; that of an outer manager gives way. */
function withTreeMark(environment: readonly string[], mark: string): readonly string[] {
  const name = mark.slice(0, mark.indexOf("=") + 1);
  return [...environment.filter((text) => !text.startsWith(name)), mark];
}

function readinessPlacement(
  description: ServiceDescription,
  writeEnd: Fd,
): ChildSettings["readiness"] {
  const wanted = description.readyNotification;
  switch (wanted.kind) {
    case "none":
    case "notify":
      return undefined;
    case "descriptor":
      return { fd: writeEnd, number: wanted.number };
    case "variable":
      return { fd: writeEnd, variable: wanted.name };
  }
}

function launchEnvironment(
  description: ServiceDescription,
  inherited: readonly string[],
  notifyAddress: string | undefined,
  sockets: readonly ListeningSocket[],
): readonly string[] {
  const withNotify = notifyAddress === undefined
    ? inherited
    : notifyEnvironment(inherited, notifyAddress, description);
  return sockets.length === 0 ? withNotify : socketEnvironment(withNotify, sockets);
}

/** In place of such variables that the manager itself may have got from whoever supervises it. */
function notifyEnvironment(
  inherited: readonly string[],
  address: string,
  { watchdogTimeoutMs }: ServiceDescription,
): readonly string[] {
  const own = inherited.filter((entry) => !/^(NOTIFY_SOCKET|WATCHDOG_(USEC|PID))=/.test(entry));
  own.push(`NOTIFY_SOCKET=${address}`);
  if (watchdogTimeoutMs > 0) own.push(`WATCHDOG_USEC=${Math.round(watchdogTimeoutMs * 1000)}`);
  return own;
}

/** The names of the sockets; none if the service gives none, as upstream has it. */
function socketEnvironment(
  inherited: readonly string[],
  sockets: readonly ListeningSocket[],
): readonly string[] {
  const own = inherited.filter((entry) => !entry.startsWith("LISTEN_FDNAMES="));
  const names = sockets.map((socket) => socket.name ?? "unknown");
  const hasNames = sockets.some((socket) => socket.name !== undefined);
  return hasNames ? [...own, `LISTEN_FDNAMES=${names.join(":")}`] : own;
}
