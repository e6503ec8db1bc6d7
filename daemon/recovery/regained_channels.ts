/**
 * What a manager that was killed had open together with processes that live on: found again and
 * opened anew, so that the next manager has it under other numbers.
 *
 * Not to be had back are connections, and sockets of which nobody but the manager had a descriptor:
 * those are opened as if for the first time.
 */
import type { Fd, Pid, ServiceId, ServiceName } from "../../core/types.ts";
import type { LastingIdentity, LeftChannels, Platform } from "../../platform/mod.ts";
import type { LeftFacts } from "./kept_facts.ts";
import type { LeftPipe } from "../output/kept_outputs.ts";

type Parts = LeftFacts["parts"];
type Speakers = Parts["notifications"]["speakers"];

/** What is known of services and their processes. */
export interface LivingServices {
  /** Processes of a service that are there still. */
  readonly processesOf: (service: ServiceId) => readonly Pid[];
  readonly find: (name: ServiceName) => ServiceId | undefined;
  readonly nameOf: (service: ServiceId) => ServiceName | undefined;
  /** Who reads what a service writes, if that is another service. */
  readonly consumerOf: (producer: ServiceName) => ServiceId | undefined;
}

export interface Regained {
  /** With the new numbers, and without what there is no way back to. */
  readonly parts: Parts;
  readonly open: ReadonlySet<Fd>;
  /** Whole sentences about what is lost to services that run on. */
  readonly lost: readonly string[];
}

type RegainingPlatform = Pick<
  Platform,
  "close" | "leftChannels" | "pipe" | "processId" | "setBlocking"
>;

/** Opens all that can be found. */
export function regainChannels(
  parts: Parts,
  services: LivingServices,
  platform: RegainingPlatform,
): Regained {
  const { leftChannels } = platform;
  const open = new Set<Fd>();
  const lost: string[] = [];
  const taken = (fd: Fd): Fd => {
    open.add(fd);
    return fd;
  };
  const outputs = parts.outputs.flatMap((pipe) => {
    const processes = processesAt(pipe, services);
    const again = leftChannels && openOutput(pipe, processes, leftChannels, platform);
    if (again !== undefined) {
      return [{ ...pipe, readEnd: taken(again.readEnd), writeEnd: taken(again.writeEnd) }];
    }
    if (processes.length > 0) {
      lost.push(`${pipe.name}: What it writes is lost: nobody has its pipe any more`);
    }
    return [];
  });
  const readiness = new Map(
    [...parts.readiness.values()].flatMap((pipe) => {
      const processes = pipe.hasSpoken ? [] : services.processesOf(pipe.service);
      if (processes.length === 0) return [];
      const again = leftChannels && openByAny(processes, pipe.pipe, leftChannels);
      // One that was closed says so.
      const readEnd = again ?? closedPipe(platform);
      return readEnd === undefined ? [] : [[taken(readEnd), pipe]];
    }),
  );
  const speakers: Speakers = parts.notifications.speakers.flatMap((speaker) => {
    const { service, socket: { address } } = speaker;
    if (services.processesOf(service).length === 0) return [];
    const fd = leftChannels?.openNotifySocketAt(address);
    if (typeof fd === "number") return [{ ...speaker, socket: { fd: taken(fd), address } }];
    const name = services.nameOf(service) ?? "a service";
    const why = fd === undefined ? "there is no way back to its socket" : fd.message;
    lost.push(`${name}: What it tells of itself is lost: ${why}`);
    return [];
  });
  for (const { service } of parts.passed) {
    if (service === undefined || services.processesOf(service).length === 0) continue;
    const name = services.nameOf(service) ?? "a service";
    lost.push(`${name}: Its control connection (pass-cs-fd) is lost until it is started again`);
  }
  return {
    parts: {
      ...parts,
      passed: [],
      outputs,
      readiness,
      notifications: { ...parts.notifications, speakers },
      sockets: new Map(),
      leftSockets: filesOfSockets(parts),
      demand: new Map(),
      control: { listener: undefined, connections: [] },
      readyDescriptor: undefined,
    },
    open,
    lost,
  };
}

function processesAt({ name }: LeftPipe, services: LivingServices): readonly Pid[] {
  const ends = [services.find(name), services.consumerOf(name)];
  return ends.flatMap((service) => service === undefined ? [] : services.processesOf(service));
}

function openOutput(
  { pipe, sink }: LeftPipe,
  processes: readonly Pid[],
  channels: LeftChannels,
  platform: RegainingPlatform,
): { readonly readEnd: Fd; readonly writeEnd: Fd } | undefined {
  const readEnd = openByAny(processes, pipe, channels);
  if (readEnd === undefined || pipe === undefined) return undefined;
  const writeEnd = channels.openPipe(platform.processId(), pipe, "write");
  if (writeEnd !== undefined) {
    // Whoever reads it as its standard input does not expect to wait by itself.
    if (sink === "none") platform.setBlocking(readEnd, true);
    return { readEnd, writeEnd };
  }
  platform.close(readEnd);
  return undefined;
}

function openByAny(
  processes: readonly Pid[],
  pipe: number | undefined,
  { openPipe }: LeftChannels,
): Fd | undefined {
  if (pipe === undefined) return undefined;
  for (const pid of processes) {
    const end = openPipe(pid, pipe, "read");
    if (end !== undefined) return end;
  }
  return undefined;
}

/** The read end of a pipe to which nobody writes any more. */
function closedPipe(platform: RegainingPlatform): Fd | undefined {
  const made = platform.pipe();
  if (made.kind !== "pipe") return undefined;
  platform.close(made.writeEnd);
  return made.readEnd;
}

/** The paths of sockets that processes may have still: they are ours to take. */
function filesOfSockets({ sockets }: Parts): NonNullable<Parts["leftSockets"]> {
  const files = new Map<string, LastingIdentity>();
  for (const { file, wanted: { address } } of [...sockets.values()].flat()) {
    if (file !== undefined && address.kind === "unix") files.set(address.path, file);
  }
  return files;
}
