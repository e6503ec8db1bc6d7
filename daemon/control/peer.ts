/**
 * Who is at the other end of a control connection, for the table of rights and for the log.
 */
import { decodeText, PASSED_RIGHTS, type Rights } from "../../core/protocol/mod.ts";
import { printable } from "../../core/text/printable.ts";
import type { System } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";

/** What sessions know of their client. */
export interface SessionPeer {
  readonly rights: Rights;
  /**
   * Let in beside root and the manager's own user. What it holds is in nobody's way: its handles
   * keep no service loaded.
   */
  readonly isGuest: boolean;
  /** For the log. */
  who(): string;
}

export interface PeerFacts {
  readonly platform: Pick<Platform, "os" | "readFile">;
  readonly uid: number;
  readonly pid: number;
  readonly rights: Rights;
  readonly isGuest: boolean;
}

/** Only there has every process a file with its name: proc(5), /proc/PID/comm. */
const NAMES_SYSTEM: System = "linux";
const NAME_LIMIT_BYTES = 256;

export class Peer implements SessionPeer {
  readonly #facts: PeerFacts;
  #who: string | undefined;

  constructor(facts: PeerFacts) {
    this.#facts = facts;
  }

  get uid(): number {
    return this.#facts.uid;
  }

  get rights(): Rights {
    return this.#facts.rights;
  }

  get isGuest(): boolean {
    return this.#facts.isGuest;
  }

  /** Its program is that of the moment at which this is asked first, and its own word for it. */
  who(): string {
    return this.#who ??= this.#describe();
  }

  #describe(): string {
    const { uid, pid, platform } = this.#facts;
    const file = platform.os === NAMES_SYSTEM && pid > 0
      ? platform.readFile(`/proc/${pid}/comm`, NAME_LIMIT_BYTES)
      : undefined;
    const name = file?.kind === "contents"
      ? `, ${printable(JSON.stringify(decodeText(file.bytes).trimEnd()))}`
      : "";
    return `user ${uid} (process ${pid}${name})`;
  }
}

/** The other end of a connection that a service was given. */
export const PASSED_PEER: SessionPeer = {
  rights: PASSED_RIGHTS,
  isGuest: false,
  who: () => "a service that was given a connection",
};
