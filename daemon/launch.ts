/**
 * Makes one process of a service: gathers its descriptors and settings and hands them to the platform.
 *
 * Descriptors opened for the child alone are closed again here, whatever comes of it.
 */
import type { ServiceDescription } from "../core/description/description.ts";
import type { ProcessRole } from "../core/event.ts";
import type { Fd, ServiceId } from "../core/types.ts";
import type { ChildSettings, Failure, Platform, SpawnResult } from "../platform/mod.ts";
import { changedEnvironment, environmentTexts, type ManagerEnvironment } from "./environment.ts";
import type { ServiceGroups } from "./service_groups.ts";
import type { NoStream, ServiceOutputs } from "./service_output.ts";
import { treeMark } from "./tree_killer.ts";

/** Length of the queue of connections that wait for a service (upstream's). */
const SOCKET_BACKLOG = 128;

export interface LaunchRequest {
  readonly service: ServiceId;
  readonly description: ServiceDescription;
  readonly role: ProcessRole;
  readonly onConsole: boolean;
  readonly watchReadiness: boolean;
}

export interface Launched {
  readonly result: SpawnResult;
  /** Read end of the readiness pipe; the caller owns it. */
  readonly readiness: Fd | undefined;
  /** Socket on which the process tells about itself; the caller owns it. */
  readonly notify: Fd | undefined;
  /** Near end of a control connection passed to the child; the caller owns it. */
  readonly control: Fd | undefined;
}

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
  readonly #groups: ServiceGroups;
  /** Activation sockets, open from a service's first launch until it becomes inactive. */
  readonly #sockets = new Map<ServiceId, Fd>();
  readonly #environments = new Map<ServiceId, CachedEnvironment>();
  /** Most services change nothing: they share one list, which the platform encodes once. */
  #sharedEnvironment: { generation: number; texts: readonly string[] } | undefined;

  constructor(
    platform: Platform,
    environment: ManagerEnvironment,
    outputs: ServiceOutputs,
    cgroupBase: string,
    groups: ServiceGroups,
  ) {
    this.#platform = platform;
    this.#environment = environment;
    this.#outputs = outputs;
    this.#cgroupBase = cgroupBase;
    this.#groups = groups;
  }

  launch(request: LaunchRequest): Launched {
    const { description, role } = request;
    const opened: Fd[] = [];
    const failed = (result: NoStream): Launched => {
      for (const descriptor of opened) this.#platform.close(descriptor);
      return { result, readiness: undefined, notify: undefined, control: undefined };
    };

    const socket = this.#activationSocket(request);
    if (typeof socket === "object") return failed(socket);
    const output = this.#outputs.streamFor(description, role);
    if (output.kind === "failure" || output.kind === "exec-failed") return failed(output);
    const group = this.#groups.prepare(description);
    if (group.kind === "exec-failed") return failed(group);
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

    const usesConsole = request.onConsole || (description.console === "shares" && role === "start");
    const plain = this.#environmentOf(request);
    const environment = description.killTree && group.kind === "none"
      ? withTreeMark(plain, treeMark(this.#platform, description.name))
      : plain;
    const settings: ChildSettings = {
      command: role === "start" ? description.command : description.stopCommand,
      environment: notify === undefined
        ? environment
        : notifyEnvironment(environment, notify.address, description),
      workingDirectory: description.workingDirectory,
      standardInput: usesConsole ? { kind: "inherit" } : input,
      standardOutput: usesConsole ? { kind: "inherit" } : output,
      console: request.onConsole ? "foreground" : usesConsole ? "shares" : "none",
      unmaskInterrupt: description.options.unmaskInterrupt,
      readiness: readiness === undefined
        ? undefined
        : readinessPlacement(description, readiness.writeEnd),
      activationSockets: socket === undefined ? [] : [socket],
      controlSocket: control?.far,
      attributes: description.attributes,
      cgroupProcs: group.kind === "group"
        ? group.procs
        : this.#cgroupProcs(description.attributes.cgroup),
    };
    const result = this.#platform.spawn(settings);

    if (readiness !== undefined) this.#platform.close(readiness.writeEnd);
    if (control !== undefined) this.#platform.close(control.far);
    if (result.kind === "started") {
      return {
        result,
        readiness: readiness?.readEnd,
        notify: notify?.fd,
        control: control?.near,
      };
    }
    if (readiness !== undefined) this.#platform.close(readiness.readEnd);
    if (notify !== undefined) this.#platform.close(notify.fd);
    if (control !== undefined) this.#platform.close(control.near);
    return { result, readiness: undefined, notify: undefined, control: undefined };
  }

  /** The service has become inactive: its activation socket is closed; the file stays. */
  closeSocket(service: ServiceId): void {
    const socket = this.#sockets.get(service);
    if (socket === undefined) return;
    this.#sockets.delete(service);
    this.#platform.close(socket);
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    this.closeSocket(service);
    this.#environments.delete(service);
  }

  #activationSocket(request: LaunchRequest): Fd | undefined | Failure {
    const { service, description, role } = request;
    const present = this.#sockets.get(service);
    if (present !== undefined || description.socketListen === undefined) return present;
    if (role === "stop" && description.type !== "scripted") return undefined;
    const { path, mode, uid, gid } = description.socketListen;
    const socket = this.#platform.listenUnix(path, {
      mode,
      uid,
      gid,
      backlog: SOCKET_BACKLOG,
      existing: "replace-stale",
    });
    if (typeof socket === "number") {
      this.#sockets.set(service, socket);
      return socket;
    }
    if (socket.kind === "failure") return socket;
    return {
      kind: "failure",
      call: "listen",
      errno: 0,
      message: `another process answers on the socket "${path}"`,
    };
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
