/**
 * All calls that put a child into its box, by the place that they have among its other calls.
 *
 * `before`: while the child has the manager's rights, no limit yet, and all files of its settings
 * open. `users`: it is the service's user by now; what comes gives it all capabilities anew, but
 * within the box. `after`: what its settings say of capabilities holds. `last`: a filter of system
 * calls; nothing comes behind it but the program.
 *
 * Source: seccomp(2), capabilities(7).
 */
import {
  filterLines,
  filterRules,
  needsFilter,
} from "../../../../core/sandbox/call_restrictions.ts";
import { filterProgram, programBytes } from "../../../../core/sandbox/filter_program.ts";
import { gainsNoPrivileges, needsLandlock, needsMounts } from "../../../../core/sandbox/needs.ts";
import type { Sandbox, SandboxLine } from "../../../../core/sandbox/sandbox.ts";
import { EXEC_STAGE, type Fd } from "../../../../core/types.ts";
import {
  asBlock,
  type ChildCall,
  type ChildContext,
  type ImpossibleChild,
} from "../../../child/call.ts";
import type { Architecture } from "../../../ffi/architecture.ts";
import type { ChildSettings, OwnFolder } from "../../../interface/child_settings.ts";
import { ERRNO, PRCTL } from "../../kernel/abi.ts";
import { capset } from "../capability_set.ts";
import { CAPABILITY, CONFINING } from "../../kernel/sandbox_abi.ts";
import { boxing } from "./boxed_call.ts";
import { FewByText } from "./few_by_text.ts";
import { landlockFault, landlockRestriction, landlockRules } from "./landlock_calls.ts";
import { mountCalls } from "./mount_calls.ts";
import {
  namespaceCalls,
  namespaceLines,
  otherUsersCalls,
  type Owner,
  usersCalls,
} from "./namespace_calls.ts";

/** What is to be known of the machine and the manager. */
export interface BoxHost {
  readonly architecture: Architecture;
  readonly owner: Owner;
  /** Of the kernel's Landlock; 0: there is none. */
  readonly landlockVersion: number;
  /** Those of /bin, /sbin, /lib and the like that are no links. */
  readonly systemDirectories: readonly string[];
  /** The manager's own directory; undefined: it is gone. */
  directory(): string | undefined;
}

/** The calls, by their places. */
export interface BoxCalls {
  readonly kind: "box";
  readonly before: readonly ChildCall[];
  /**
   * User whose files the child may still open when it has changed its user, so that {@link users}
   * can be made: what its saved user ID is to be. Undefined: nobody's.
   */
  readonly savedUser: number | undefined;
  readonly users: readonly ChildCall[];
  readonly after: readonly ChildCall[];
  readonly last: readonly ChildCall[];
}

/** The ruleset's descriptor: above what the child opens by itself. */
const FIRST_RULESET = 200;

/** @param report Descriptor on which the child reports. */
export function boxCalls(
  sandbox: Sandbox,
  settings: ChildSettings,
  context: ChildContext,
  host: BoxHost,
  report: Fd | undefined,
): BoxCalls | ImpossibleChild {
  const fault = needsLandlock(sandbox) ? landlockFault(sandbox, host.landlockVersion) : undefined;
  if (fault !== undefined) return impossible(fault);
  const isPrivileged = has(context, CAPABILITY.CAP_SYS_ADMIN);
  const ruleset = freeNumber(settings, report);
  const hasLandlock = needsLandlock(sandbox);
  const hasOwnUsers = sandbox["private-users"] === true;
  const { ownFolders = [] } = settings;
  const common = commonCalls({ sandbox, ownFolders }, context, host);
  return {
    kind: "box",
    before: [
      ...isPrivileged ? [] : ownUsers(sandbox, host),
      ...common.view,
      ...needsMounts(sandbox) ? directoryCalls(settings, host) : [],
      ...hasLandlock ? landlockRules({ sandbox, ownFolders }, host.landlockVersion, ruleset) : [],
    ],
    savedUser: isPrivileged && hasOwnUsers ? host.owner.uid : undefined,
    users: isPrivileged ? privateUsers(sandbox, settings, host) : [],
    after: [
      ...hasOwnUsers ? capabilityCalls(sandbox, context) : [],
      ...privilegeCalls(sandbox, settings, context),
      ...hasLandlock ? [landlockRestriction(sandbox, ruleset)] : [],
    ],
    last: common.filter,
  };
}

/** What is the same at each launch of every service with such a box: most of it. */
interface CommonCalls {
  /** Namespaces and mounts; and capabilities, unless users of the box's own come later. */
  readonly view: readonly ChildCall[];
  /** The last of all calls before the program: later ones would be refused. */
  readonly filter: readonly ChildCall[];
}

/** A box and what it shows of a service's own. */
interface BoxOf {
  readonly sandbox: Sandbox;
  readonly ownFolders: readonly OwnFolder[];
}

/** Boxes of services without folders: these are shared, and as many as there are descriptions. */
const byIdentity = new WeakMap<Sandbox, CommonCalls>();
const views = new FewByText<readonly ChildCall[]>();
/** By far the dearest to assemble, and the same whatever paths a service has. */
const filters = new FewByText<readonly ChildCall[]>();

/** Made at the first launch: a machine has many services, and few kinds of boxes. */
function commonCalls(box: BoxOf, context: ChildContext, host: BoxHost): CommonCalls {
  const { sandbox, ownFolders } = box;
  const isShared = ownFolders.length === 0;
  const known = isShared ? byIdentity.get(sandbox) : undefined;
  if (known !== undefined) return known;
  const common = {
    view: views.get(JSON.stringify(box), () => viewCalls(box, context, host)),
    filter: filters.get(
      JSON.stringify(filterLines(sandbox)),
      () => asBlock(filterCalls(sandbox, host.architecture)),
    ),
  };
  if (isShared) byIdentity.set(sandbox, common);
  return common;
}

function viewCalls(
  { sandbox, ownFolders }: BoxOf,
  context: ChildContext,
  host: BoxHost,
): readonly ChildCall[] {
  const hasOwnUsers = sandbox["private-users"] === true;
  return asBlock([
    ...namespaceCalls(sandbox),
    ...mountCalls(sandbox, host.systemDirectories, ownFolders),
    ...hasOwnUsers ? [] : capabilityCalls(sandbox, context),
  ]);
}

function filterCalls(sandbox: Sandbox, architecture: Architecture): readonly ChildCall[] {
  if (!needsFilter(sandbox)) return [];
  const program = filterProgram(filterRules(sandbox, architecture), architecture);
  const instructions = programBytes(program);
  const { call } = boxing("system-calls");
  const { SECCOMP_SET_MODE_FILTER } = CONFINING;
  return [call("seccomp", SECCOMP_SET_MODE_FILTER, 0, { kind: "filter", instructions })];
}

/**
 * Whether the child must have a copy of the manager's memory: a namespace of users is not for who
 * shares his with others (unshare(2), EINVAL).
 */
export function needsOwnMemory(
  sandbox: Sandbox,
  { capabilities }: Pick<ChildContext, "capabilities">,
): boolean {
  if (sandbox["private-users"] === true) return true;
  const isPrivileged = has({ capabilities }, CAPABILITY.CAP_SYS_ADMIN);
  return !isPrivileged && namespaceLines(sandbox).length > 0;
}

function impossible(fault: string): ImpossibleChild {
  const why = `Cannot set up the sandbox: ${fault}`;
  return { kind: "impossible", stage: EXEC_STAGE.capabilities, errno: ERRNO.EOPNOTSUPP, why };
}

function has({ capabilities }: Pick<ChildContext, "capabilities">, capability: number): boolean {
  return (capabilities.permitted & (1n << BigInt(capability))) !== 0n;
}

/** A number that none of the child's descriptors has. */
function freeNumber(settings: ChildSettings, report: Fd | undefined): number {
  const { readiness, controlSocket, activationSockets } = settings;
  const taken: readonly (number | undefined)[] = [
    ...[report, controlSocket, readiness?.fd],
    readiness !== undefined && "number" in readiness ? readiness.number : undefined,
  ];
  // Passed sockets come from 3 up.
  let number = Math.max(FIRST_RULESET, 3 + activationSockets.length);
  while (taken.includes(number)) number++;
  return number;
}

/** A child without rights gets those over namespaces in one of its own users. */
function ownUsers(sandbox: Sandbox, { owner }: BoxHost): readonly ChildCall[] {
  const [first] = namespaceLines(sandbox);
  const line = sandbox["private-users"] === true ? "private-users" : first;
  return line === undefined ? [] : usersCalls(line, owner);
}

function privateUsers(
  sandbox: Sandbox,
  { attributes: { runAs } }: ChildSettings,
  { owner }: BoxHost,
): readonly ChildCall[] {
  if (sandbox["private-users"] !== true) return [];
  if (runAs.kind === "manager") return usersCalls("private-users", owner);
  const { uid } = runAs;
  const gid = runAs.kind === "named" ? runAs.gid : owner.gid;
  return otherUsersCalls("private-users", { uid, gid }, owner);
}

/**
 * The directory that the child is in lies below what is mounted over it, and is no longer that
 * which relative paths begin at.
 */
function directoryCalls(
  { workingDirectory }: ChildSettings,
  host: BoxHost,
): readonly ChildCall[] {
  if (workingDirectory === "") return [];
  const own = workingDirectory.startsWith("/") ? undefined : host.directory();
  const path = own === undefined ? workingDirectory : `${own}/${workingDirectory}`;
  const changed = boxing("working-dir", path).call("chdir", path);
  return [{ ...changed, stage: EXEC_STAGE.workingDirectory }];
}

/** What no program of the box may ever have, by the lines that take it away. */
const FORBIDDEN: Readonly<Partial<Record<SandboxLine, readonly number[]>>> = {
  "private-devices": [CAPABILITY.CAP_MKNOD, CAPABILITY.CAP_SYS_RAWIO],
  "protect-kernel-modules": [CAPABILITY.CAP_SYS_MODULE],
  "protect-kernel-logs": [CAPABILITY.CAP_SYSLOG],
  "protect-clock": [CAPABILITY.CAP_SYS_TIME, CAPABILITY.CAP_WAKE_ALARM],
};

/**
 * Only who has rights can give them up for good: root, before the child becomes another's. Others
 * have none, and a filter of theirs lets no program gain any. A namespace of users gives all of
 * them anew, so there it is done behind it.
 */
function capabilityCalls(sandbox: Sandbox, context: ChildContext): readonly ChildCall[] {
  const { capabilities } = context;
  if (!has(context, CAPABILITY.CAP_SETPCAP)) return [];
  const lines = (Object.keys(FORBIDDEN) as SandboxLine[])
    .filter((line) => sandbox[line] !== undefined);
  const drops = lines.flatMap((line) =>
    (FORBIDDEN[line] ?? []).map((capability) =>
      boxing(line).call("prctl", PRCTL.PR_CAPBSET_DROP, capability, 0, 0, 0)
    )
  );
  const forbidden = lines.flatMap((line) => FORBIDDEN[line] ?? [])
    .reduce((mask, capability) => mask | (1n << BigInt(capability)), 0n);
  // What is inheritable a program of root's gets whatever the bounding set is.
  const inherits = (capabilities.inheritable & forbidden) !== 0n &&
    sandbox["private-users"] !== true;
  if (!inherits) return drops;
  return [...drops, capset(capabilities.permitted, capabilities.inheritable & ~forbidden)];
}

function privilegeCalls(
  sandbox: Sandbox,
  { attributes: { runAs, noNewPrivileges } }: ChildSettings,
  context: ChildContext,
): readonly ChildCall[] {
  const isRoots = has(context, CAPABILITY.CAP_SYS_ADMIN) && runAs.kind === "manager";
  if (noNewPrivileges || !gainsNoPrivileges(sandbox, isRoots)) return [];
  const { call } = boxing("no-new-privileges");
  return [call("prctl", PRCTL.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)];
}
