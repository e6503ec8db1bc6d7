/** From the name of a unit to that of the service which is made of it. */
import { serviceNameOfPrefix, type UnitKind, type UnitName } from "../text/unit_name.ts";
import { parseUnitName } from "../text/unit_name.ts";
import { NOTHING, specialUnit } from "./special_units.ts";

/** What a unit that is named as a dependency comes to. */
export type Named =
  | { readonly kind: "service"; readonly name: string }
  /** It needs no service: what it stands for is there. */
  | { readonly kind: "nothing" }
  /** There is no such thing here; `why` follows a colon. */
  | { readonly kind: "none"; readonly why: string };

/** Units that are in the same places, which decides between names that would be the same. */
export class UnitNames {
  readonly #units: ReadonlySet<string>;

  /** @param units Full names of all units that are known. */
  constructor(units: Iterable<string>) {
    this.#units = new Set(units);
  }

  has(full: string): boolean {
    return this.#units.has(full);
  }

  /**
   * The name of the service that a unit becomes, without an argument. A service has its own; a
   * target or mount whose name a service has too gets its kind behind it. A socket is a part of its
   * service.
   */
  baseOf({ kind, prefix }: Pick<UnitName, "kind" | "prefix">): string {
    const plain = serviceNameOfPrefix(prefix);
    if (kind === "service" || kind === "socket") return plain;
    if (kind === "mount" && prefix === "-") return "root-rw";
    const isTaken = ["service", "socket"].some((other) =>
      this.#units.has(`${prefix}.${other}`) || this.#units.has(`${prefix}@.${other}`)
    );
    return isTaken ? `${plain}-${kind}` : plain;
  }

  /** What a unit comes to that another one names. */
  named(full: string): Named {
    const unit = parseUnitName(full);
    if (unit === undefined) return { kind: "none", why: `"${full}" is no unit` };
    const special = specialUnit(full);
    if (special === NOTHING) return { kind: "nothing" };
    if (special !== undefined) return { kind: "service", name: special };
    const why = WITHOUT_SERVICE[unit.kind];
    if (why !== undefined) return why;
    const own = OF_FSTAB[unit.kind];
    if (own !== undefined && !this.#units.has(full)) return { kind: "service", name: own };
    const base = this.baseOf(unit);
    const name = unit.instance === undefined || unit.instance === ""
      ? base
      : `${base}@${unit.instance}`;
    return { kind: "service", name };
  }
}

/** Of units that are no files: what of the set does what /etc/fstab says. */
const OF_FSTAB: { readonly [K in UnitKind]?: string } = {
  mount: "local-fs",
  automount: "local-fs",
  swap: "swap",
};

const WITHOUT_SERVICE: { readonly [K in UnitKind]?: Named } = {
  slice: { kind: "nothing" },
  scope: { kind: "nothing" },
  device: { kind: "none", why: "devices are no services here; the set's `devices` waits for all" },
  path: { kind: "none", why: "nothing here watches paths" },
};
