/**
 * Builders for tests: complete values with defaults, of which a test names only what it is about.
 */
import type {
  Dependency,
  DependencyKind,
  ListeningSocket,
  ServiceDescription,
  ServiceOptions,
} from "../core/description/description.ts";
import type { ServiceName } from "../core/types.ts";

/** What a test says of a service; the rest is {@link buildDescription}'s. */
export interface DescriptionParts
  extends Partial<Omit<ServiceDescription, "name" | "dependencies" | "options">> {
  /** Names by kind; kinds come in the order in which they are given. */
  readonly links?: Partial<Record<DependencyKind, readonly string[]>>;
  readonly options?: Partial<ServiceOptions>;
}

const NO_OPTIONS: ServiceOptions = {
  unmaskInterrupt: false,
  startsRwfs: false,
  startsLog: false,
  passControlSocket: false,
  startInterruptible: false,
  skippable: false,
  signalProcessOnly: false,
  alwaysChain: false,
  killAllOnStop: false,
};

/** An internal service that never restarts, with upstream's defaults for everything else. */
export function buildDescription(name: string, parts: DescriptionParts = {}): ServiceDescription {
  const { links = {}, options = {}, ...rest } = parts;
  const type = parts.type ?? "internal";
  const hasCommand = type !== "internal" && type !== "triggered";
  return {
    name: serviceName(name),
    source: {
      file: `/etc/dinit.d/${name}`,
      directory: "/etc/dinit.d",
      format: "native",
      modifiedSeconds: 0,
      modifiedNanoseconds: 0,
    },
    type,
    command: hasCommand ? [`/bin/${name}`] : [],
    stopCommand: [],
    workingDirectory: "/",
    environment: { clear: false, keep: [], unset: [], set: new Map() },
    attributes: {
      runAs: { kind: "manager" },
      limits: [],
      nice: undefined,
      ioPriority: undefined,
      oomScoreAdjust: undefined,
      cgroup: undefined,
      capabilities: undefined,
      secureBits: undefined,
      noNewPrivileges: false,
      inittabId: undefined,
      inittabLine: undefined,
    },
    dependencies: dependenciesOf(links),
    after: [],
    before: [],
    chainTo: undefined,
    consumerOf: undefined,
    restart: "never",
    smoothRecovery: false,
    restartDelayMs: 200,
    restartLimitIntervalMs: 10_000,
    restartLimitCount: 3,
    startTimeoutMs: 60_000,
    stopTimeoutMs: 10_000,
    termSignal: "TERM",
    pidFile: type === "bgprocess" ? `/run/${name}.pid` : undefined,
    readyNotification: { kind: "none" },
    killTree: false,
    controlGroup: undefined,
    watchdogTimeoutMs: 0,
    log: { kind: "none" },
    console: "none",
    sockets: [],
    startsOnDemand: false,
    enableVia: undefined,
    ...rest,
    options: { ...NO_OPTIONS, ...options },
  };
}

/** A name without a check: tests name their services well. */
export function serviceName(name: string): ServiceName {
  return name as ServiceName;
}

function dependenciesOf(
  links: Partial<Record<DependencyKind, readonly string[]>>,
): readonly Dependency[] {
  const dependencies: Dependency[] = [];
  for (const [kind, names] of Object.entries(links)) {
    for (const name of names) {
      dependencies.push({ kind: kind as DependencyKind, name: serviceName(name) });
    }
  }
  return dependencies;
}

/** A Unix stream socket as upstream's format describes it. */
export function buildSocket(path: string, parts: Partial<ListeningSocket> = {}): ListeningSocket {
  return {
    address: { kind: "unix", path },
    type: "stream",
    name: undefined,
    mode: 0o666,
    uid: undefined,
    gid: undefined,
    backlog: 128,
    ipv6Only: false,
    ...parts,
  };
}
