/**
 * Builders for tests: complete values with defaults, of which a test names only what it is about.
 */
import type {
  Dependency,
  DependencyKind,
  ListeningSocket,
  ServiceDescription,
  ServiceOptions,
} from "../core/description/contract/description.ts";
import { placeholderDescription } from "../core/schedule/placeholder.ts";
import type { ServiceName } from "../core/types.ts";

/** What a test says of a service; the rest is {@link buildDescription}'s. */
export interface DescriptionParts
  extends Partial<Omit<ServiceDescription, "name" | "dependencies" | "options">> {
  /** Names by kind; kinds come in the order in which they are given. */
  readonly links?: Partial<Record<DependencyKind, readonly string[]>>;
  readonly options?: Partial<ServiceOptions>;
}

/** An internal service that never restarts, with upstream's defaults for everything else. */
export function buildDescription(name: string, parts: DescriptionParts = {}): ServiceDescription {
  const { links = {}, options = {}, ...rest } = parts;
  const type = parts.type ?? "internal";
  const hasCommand = type !== "internal" && type !== "triggered";
  const blank = placeholderDescription(serviceName(name));
  return {
    ...blank,
    source: { ...blank.source, file: `/etc/dinit.d/${name}`, directory: "/etc/dinit.d" },
    type,
    command: hasCommand ? [`/bin/${name}`] : [],
    dependencies: dependenciesOf(links),
    restartDelayMs: 200,
    restartLimitIntervalMs: 10_000,
    restartLimitCount: 3,
    activationLimitCount: 20,
    activationLimitIntervalMs: 10_000,
    startTimeoutMs: 60_000,
    stopTimeoutMs: 10_000,
    termSignal: "TERM",
    pidFile: type === "bgprocess" ? `/run/${name}.pid` : undefined,
    ...rest,
    options: { ...blank.options, ...options },
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
    blocks: false,
    ...parts,
  };
}
