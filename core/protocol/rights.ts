/**
 * Who may ask the manager for what: the right that each request needs, and the rights of the groups
 * that are let in. The manager allows and refuses by these two tables alone.
 *
 * A request without a row does not compile.
 */
import type { Request } from "./requests.ts";
import { OWN_PROGRAM } from "./requests.ts";

/** What somebody may do. */
export type Right =
  /** Read what services there are, how they are, and what they take of the machine. */
  | "look"
  /** Read what services have written. */
  | "output"
  /** Shut down, reboot. */
  | "power"
  /** Whatever changes services, or reads files for somebody who might not. */
  | "order"
  /** Read and change the manager's environment: what its services run with, secrets included. */
  | "environment"
  /** Name a program that takes the manager's place. */
  | "program";

/** A right, where it takes more than the kind of a request to tell. */
type Needed<R extends Request> = Right | ((request: R) => Right);

/** What each request needs. */
const NEEDED: { readonly [K in Request["kind"]]: Needed<Extract<Request, { kind: K }>> } = {
  "query-version": "look",
  "find": "look",
  /** It may read files. One who may only look gets what is loaded, as by `find`. */
  "load": "order",
  "start": "order",
  "stop": "order",
  "wake": "order",
  "release": "order",
  "unpin": "order",
  "list": "look",
  "unload": "order",
  "shutdown": "power",
  "add-dependency": "order",
  "remove-dependency": "order",
  "query-load-mechanism": "look",
  "enable": "order",
  "query-name": "look",
  "query-details": "look",
  "query-summaries": "look",
  "query-remarks": "look",
  "refresh": "order",
  "query-cause": "look",
  /** Plans read descriptions, and tell what is wrong in them. */
  "plan": "order",
  "plan-order": "order",
  "plan-reload": "order",
  "plan-shutdown": "order",
  "reload-together": "order",
  /** All of the manager's state, which takes it some time to write. */
  "report": "order",
  "query-starts": "look",
  "query-manager": "look",
  "query-usage": "look",
  "reload": "order",
  "set-environment": "environment",
  "status": "look",
  "set-trigger": "order",
  "read-log": ({ clear }) => clear ? "order" : "output",
  "signal": "order",
  "query-description-directory": "look",
  "close-handle": "look",
  "list-environment": "environment",
  "list-5": "look",
  "status-5": "look",
  "listen-environment": "environment",
  "status-6": "look",
  "enable-7": "order",
  "reexec": ({ program }) => program === OWN_PROGRAM ? "order" : "program",
};

/** The right that a request needs. */
export function neededRight(request: Request): Right {
  const needed = NEEDED[request.kind] as Needed<Request>;
  return typeof needed === "string" ? needed : needed(request);
}

export type Rights = ReadonlySet<Right>;

/** Root's, and those of the manager's own user. */
export const ALL_RIGHTS: Rights = new Set<Right>(
  ["look", "output", "power", "order", "environment", "program"],
);

/** Those of a service that was given a connection, whoever its user is. */
export const PASSED_RIGHTS: Rights = new Set<Right>(
  ["look", "output", "power", "order", "environment"],
);

/** What members of a group can be let in for. */
export type Role = "read" | "log" | "power" | "control";

/** The rights of each role. None of them can get at more by using them. */
export const ROLE_RIGHTS: Readonly<Record<Role, Rights>> = {
  read: new Set<Right>(["look"]),
  log: new Set<Right>(["look", "output"]),
  power: new Set<Right>(["look", "power"]),
  control: new Set<Right>(["look", "output", "power", "order"]),
};

const ROLES = Object.keys(ROLE_RIGHTS) as Role[];

/** Begins the first cause of a refusal for want of a right, so that clients can tell it. */
export const NOT_ALLOWED = "Not allowed";

const WORDS: Readonly<Record<Right, string>> = {
  look: "to look at services",
  output: "to read what services have written",
  power: "to shut down",
  order: "to give orders",
  environment: "to see and change the environment",
  program: "to name the program that takes the manager's place",
};

/** Why a request that needs this right is refused to somebody without it. */
export function missingRightText(right: Right): string {
  const options = ROLES.filter((role) => ROLE_RIGHTS[role].has(right)).map((role) =>
    `--${role}-group`
  );
  const groups = options.length === 0
    ? " alone have it"
    : ` have it, and members of a group that is let in by ${options.join(" or ")}`;
  return `${NOT_ALLOWED}: this needs the right ${WORDS[right]}. ` +
    `Root and the manager's user${groups}`;
}
