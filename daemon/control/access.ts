/**
 * Who may connect to the control socket, and with which rights: root and the manager's own user
 * with all, members of the groups that the manager's options name with those of their role, nobody
 * else. What each right allows: `core/protocol/rights.ts`.
 *
 * The kernel says who connected, and in which groups it was then; no client is believed.
 */
import { ALL_RIGHTS, type Right, type Rights, ROLE_RIGHTS } from "../../core/protocol/mod.ts";
import type { Fd } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { AccessGroup } from "../start/access_options.ts";
import { Peer } from "./peer.ts";

/** The part of the platform that is used here. */
export type AccessPlatform = Pick<
  Platform,
  "os" | "userId" | "peerCredentials" | "peerGroups" | "readFile"
>;

export interface AccessParts {
  readonly platform: AccessPlatform;
  /** As the manager's options name them. */
  readonly groups: readonly AccessGroup[];
  groupByName(name: string): number | undefined;
  warn(message: string): void;
}

/** The file is the owner's alone: nobody else can even connect. */
const PRIVATE_MODE = 0o600;
/** With one group the kernel keeps out all others. */
const GROUP_MODE = 0o660;
/** A file has one group, so with several the manager has to look itself. */
const OPEN_MODE = 0o666;

export class ControlAccess {
  readonly #parts: AccessParts;
  /** By the groups' numbers. */
  #rights: ReadonlyMap<number, Rights> = new Map();

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /** Looks up the groups; one that is not known is told of, and lets nobody in. */
  findGroups(): void {
    const found = new Map<number, Set<Right>>();
    for (const { role, group } of this.#parts.groups) {
      const gid = /^[0-9]+$/.test(group) ? Number(group) : this.#parts.groupByName(group);
      if (gid === undefined) {
        this.#parts.warn(`No group "${group}" is known: --${role}-group lets nobody in`);
        continue;
      }
      const rights = found.get(gid) ?? new Set();
      for (const right of ROLE_RIGHTS[role]) rights.add(right);
      found.set(gid, rights);
    }
    this.#rights = found;
  }

  /** Mode and group of the socket's file. */
  get socketFile(): { readonly mode: number; readonly gid: number | undefined } {
    const [only, ...others] = this.#rights.keys();
    if (only === undefined) return { mode: PRIVATE_MODE, gid: undefined };
    if (others.length === 0) return { mode: GROUP_MODE, gid: only };
    return { mode: OPEN_MODE, gid: undefined };
  }

  /** Who is at the other end of a connection; a text: why he is not let in. */
  identify(connection: Fd): Peer | string {
    const { platform } = this.#parts;
    const peer = platform.peerCredentials(connection);
    if ("kind" in peer) return `cannot tell whose it is: ${peer.message}`;
    const { pid, uid } = peer;
    const own = platform.userId();
    if (uid === 0 || uid === own) {
      return new Peer({ platform, uid, pid, rights: ALL_RIGHTS, isGuest: false });
    }
    const rights = this.#rights.size === 0 ? undefined : this.#rightsOf(connection, peer.gid);
    if (rights !== undefined) return new Peer({ platform, uid, pid, rights, isGuest: true });
    const users = own === 0 ? ["root"] : ["root", `user ${own}`];
    const members = this.#rights.size === 0 ? [] : ["members of the groups that are let in"];
    const allowed = [...users, ...members].join(" and ");
    return `process ${pid} is of user ${uid}; allowed are ${allowed}`;
  }

  /**
   * Of a connection that another manager let in: who is not let in any more may ask for nothing.
   *
   * @param uid As that manager knew it.
   */
  again(connection: Fd, uid: number): Peer {
    const peer = this.identify(connection);
    if (typeof peer !== "string") return peer;
    const { platform } = this.#parts;
    return new Peer({ platform, uid, pid: 0, rights: new Set(), isGuest: true });
  }

  /** Those of all groups together; undefined: it is in none. */
  #rightsOf(connection: Fd, gid: number): Rights | undefined {
    const groups = this.#parts.platform.peerGroups(connection);
    const all = "kind" in groups ? [gid] : [gid, ...groups];
    const rights = new Set<Right>();
    for (const group of all) {
      for (const right of this.#rights.get(group) ?? []) rights.add(right);
    }
    return rights.size === 0 ? undefined : rights;
  }
}

/** Lets in root and the manager's own user alone. */
export function privateAccess(platform: AccessPlatform): ControlAccess {
  return new ControlAccess({
    platform,
    groups: [],
    groupByName: () => undefined,
    warn: () => {},
  });
}
