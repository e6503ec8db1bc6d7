/**
 * Options about who may talk to the manager beside root and its own user.
 */
import type { Draft, OptionRow } from "../../core/program/command_line.ts";
import type { Role } from "../../core/protocol/mod.ts";

/** A group whose members are let in. */
export interface AccessGroup {
  readonly role: Role;
  /** Its name, or its number in decimal. */
  readonly group: string;
}

export interface AccessOptions {
  readonly accessGroups: readonly AccessGroup[];
}

interface Faulty {
  readonly kind: "faulty";
  readonly message: string;
}

/** The largest number of a group; the one above it means "none" to the kernel. */
const LARGEST_GID = 0xffff_fffe;

/** In the order of the help text. */
export const ACCESS_OPTIONS: readonly OptionRow<Draft<AccessOptions>, Faulty>[] = [
  row("read", "look at services"),
  row("log", "look at services and read their output"),
  row("power", "look at services, and shut down"),
  row("control", "do all of that and give orders to services"),
];

function row(role: Role, what: string): OptionRow<Draft<AccessOptions>, Faulty> {
  const option = `--${role}-group`;
  return {
    names: [option],
    argument: "GROUP",
    help: `let members of GROUP ${what} (repeatable)`,
    take: (draft, word) => {
      const isNumber = /^[0-9]+$/.test(word);
      if (isNumber ? Number(word) > LARGEST_GID : !/^[^\s:]+$/.test(word)) {
        const message = `"${word}" is not a group for ${option}: write its name or its number`;
        return { kind: "faulty", message };
      }
      draft.accessGroups.push({ role, group: word });
      return undefined;
    },
  };
}
