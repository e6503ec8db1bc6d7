/**
 * The environment of a process of a service: the manager's, changed as the description says, and
 * what tells the process of the sockets that it is given.
 */
import type { ListeningSocket, ServiceDescription } from "../../core/description/mod.ts";
import type { ServiceId } from "../../core/types.ts";
import {
  changedEnvironment,
  environmentTexts,
  type ManagerEnvironment,
} from "../start/environment.ts";

interface CachedEnvironment {
  readonly description: ServiceDescription;
  readonly generation: number;
  readonly texts: readonly string[];
}

/** Environments as descriptions have them, made once for many launches. */
export class DescribedEnvironments {
  readonly #manager: ManagerEnvironment;
  readonly #own = new Map<ServiceId, CachedEnvironment>();
  /** Most services change nothing: they share one list, which the platform encodes once. */
  #shared: { readonly generation: number; readonly texts: readonly string[] } | undefined;

  constructor(manager: ManagerEnvironment) {
    this.#manager = manager;
  }

  /** `NAME=VALUE` texts. */
  of(service: ServiceId, description: ServiceDescription): readonly string[] {
    const { generation, variables } = this.#manager;
    const changes = description.environment;
    if (!changes.clear && changes.unset.length === 0 && changes.set.size === 0) {
      if (this.#shared?.generation !== generation) {
        this.#shared = { generation, texts: environmentTexts(variables) };
      }
      return this.#shared.texts;
    }
    const cached = this.#own.get(service);
    if (cached?.generation === generation && cached.description === description) {
      return cached.texts;
    }
    const texts = environmentTexts(changedEnvironment(variables, changes));
    this.#own.set(service, { description, generation, texts });
    return texts;
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    this.#own.delete(service);
  }
}

/** What one launch adds. */
export interface LaunchVariables {
  /** For this one command: `NAME=VALUE` each. */
  readonly more?: readonly string[] | undefined;
  /** By which its processes are found again: `NAME=VALUE`. */
  readonly treeMark: string | undefined;
  readonly notifyAddress: string | undefined;
  readonly watchdogTimeoutMs: number;
  readonly sockets: readonly ListeningSocket[];
}

/** The same list where nothing is added. */
export function launchEnvironment(
  described: readonly string[],
  { more, treeMark, notifyAddress, watchdogTimeoutMs, sockets }: LaunchVariables,
): readonly string[] {
  let texts = more === undefined ? described : withMore(described, more);
  if (treeMark !== undefined) texts = withTreeMark(texts, treeMark);
  if (notifyAddress !== undefined) texts = withNotify(texts, notifyAddress, watchdogTimeoutMs);
  return sockets.length === 0 ? texts : withSocketNames(texts, sockets);
}

/** They win over those of the description. */
function withMore(texts: readonly string[], more: readonly string[]): readonly string[] {
  const names = more.map((text) => text.slice(0, text.indexOf("=") + 1));
  return [...texts.filter((text) => !names.some((name) => text.startsWith(name))), ...more];
}

/** That of an outer manager gives way. */
function withTreeMark(texts: readonly string[], mark: string): readonly string[] {
  const name = mark.slice(0, mark.indexOf("=") + 1);
  return [...texts.filter((text) => !text.startsWith(name)), mark];
}

/** In place of such variables that the manager itself may have got from whoever supervises it. */
function withNotify(
  texts: readonly string[],
  address: string,
  watchdogTimeoutMs: number,
): readonly string[] {
  const own = texts.filter((text) => !/^(NOTIFY_SOCKET|WATCHDOG_(USEC|PID))=/.test(text));
  own.push(`NOTIFY_SOCKET=${address}`);
  if (watchdogTimeoutMs > 0) own.push(`WATCHDOG_USEC=${Math.round(watchdogTimeoutMs * 1000)}`);
  return own;
}

/** None if the service gives no names, as upstream has it. */
function withSocketNames(
  texts: readonly string[],
  sockets: readonly ListeningSocket[],
): readonly string[] {
  const own = texts.filter((text) => !text.startsWith("LISTEN_FDNAMES="));
  const names = sockets.map((socket) => socket.name ?? "unknown");
  const hasNames = sockets.some((socket) => socket.name !== undefined);
  return hasNames ? [...own, `LISTEN_FDNAMES=${names.join(":")}`] : own;
}
