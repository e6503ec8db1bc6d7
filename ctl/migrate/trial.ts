/**
 * One boot with dinit, which ends with the former init unless somebody confirms it: GRUB's entry
 * for
 * one boot where there is GRUB, or else a script at /sbin/init that marks the trial as begun before
 * it begins. A service of that boot restarts the machine when nobody has confirmed in time.
 */
import { durationText } from "../../core/text/duration.ts";
import {
  initWrapper,
  servesTrial,
  TRIAL_ENTRY,
  trialEntry,
  withoutTrial,
  withTrial,
} from "../../core/migrate/mod.ts";
import { FORMER_INIT, TRIAL_VARIABLE } from "../../core/system/other_inits.ts";
import { printable } from "../../core/text/printable.ts";
import type { ClientIo } from "../interface/io.ts";
import type { Disk } from "./disk.ts";
import { INIT, isReplaced, otherInit, replaceInit, restoreInit } from "./init_program.ts";
import { FOLDER } from "./manifest_file.ts";

const SERVICE = "boot-trial";
const SERVICE_FILE = `${FOLDER}/${SERVICE}.toml`;
const SERVICE_LINK = `${FOLDER}/boot.d/${SERVICE}`;
const MARK = `${FOLDER}/.trial`;
const GRUB_CONFIGURATION = "/boot/grub/grub.cfg";
const GRUB_CUSTOM = "/boot/grub/custom.cfg";
const GRUB_ENVIRONMENT = "/boot/grub/grubenv";
const GRUB_EDIT = "/usr/bin/grub-editenv";
const GRUB_REBOOT = ["/usr/sbin/grub-reboot", "/sbin/grub-reboot"];

/** What a trial needs of the machine. */
export interface TrialParts {
  readonly io: ClientIo;
  readonly disk: Disk;
  /** Path of this program. */
  readonly executable: string;
  readonly isQuiet: boolean;
}

/** Has the next boot be on trial. @returns The exit status. */
export function startTrial(parts: TrialParts, withinMs: number): 0 | 1 {
  const { disk } = parts;
  const former = formerInit(parts);
  if (former === undefined) {
    return fail("there is no other init that the machine could go back to", parts);
  }
  const why = disk.write(SERVICE_FILE, {
    kind: "text",
    text: trialService(parts.executable, withinMs),
    mode: 0o644,
  }) ?? disk.write(SERVICE_LINK, { kind: "link", target: `../${SERVICE}.toml` });
  if (why !== undefined) return fail(`cannot write ${SERVICE_FILE}: ${why}`, parts);
  const way = isOurs(INIT, parts) ? undefined : viaGrub(parts);
  if (way === undefined) {
    const fault = viaWrapper(former, parts);
    if (fault !== undefined) {
      removeService(parts);
      return fail(fault, parts);
    }
  }
  const time = durationText(withinMs);
  tell(`The next boot is with dinit (${way ?? `by ${INIT}, once`}).`, parts);
  tell(`Within ${time} of it, say that all is well: dinit ctl confirm-boot`, parts);
  tell("Otherwise the machine restarts by itself, with the init that it has now.", parts);
  return 0;
}

/** This boot was on trial and is well: dinit stays. @returns The exit status. */
export function confirmTrial(parts: TrialParts): 0 | 1 {
  const { disk, executable } = parts;
  if (disk.contentOf(SERVICE_FILE) === undefined) return fail("no boot is on trial", parts);
  if (!isTrialBoot(parts)) return fail("this boot is not the one on trial", parts);
  // Before anything else: whatever fails below, the machine is not restarted under a person's
  // hands.
  const why = removeService(parts) ?? removeGrubEntry(parts);
  if (why !== undefined) return fail(why, parts);
  const stays = isReplaced(parts) && isOurs(FORMER_INIT, parts)
    ? restoreInit(parts)
    : isOurs(INIT, parts)
    ? undefined
    : replaceInit({ kind: "link", target: executable }, parts);
  if (stays !== undefined) return fail(stays, parts);
  removeIfThere(MARK, parts);
  tell(`The machine boots with dinit from now on (${INIT}).`, parts);
  tell("dinit migrate undo gives it back.", parts);
  return 0;
}

/** Asked for by the trial's service, when its time is over. @returns The exit status. */
export function fallBack(parts: TrialParts): 0 | 1 {
  const { disk, executable, io } = parts;
  if (disk.contentOf(SERVICE_FILE) === undefined || !isTrialBoot(parts)) return 0;
  io.err("dinit migrate: nobody has confirmed this boot: restarting with the former init.\n");
  const end = io.run([executable, "ctl", "--system", "shutdown", "reboot"]);
  return end.kind === "exited" && end.code === 0 ? 0 : 1;
}

/** Whatever a trial has left is taken away, and the machine gets another init back. */
export function removeTrial(parts: TrialParts): string | undefined {
  const why = removeService(parts) ?? removeGrubEntry(parts) ?? restoreInit(parts);
  if (why !== undefined) return why;
  removeIfThere(MARK, parts);
  if (!isOurs(INIT, parts)) return undefined;
  // A package of ours has it: its file gives way until that package is replaced.
  const other = otherInit(parts);
  if (other === undefined) return undefined;
  const fault = replaceInit({ kind: "link", target: other }, parts);
  if (fault !== undefined) return fault;
  tell(`The machine boots with ${other} from now on.`, parts);
  tell("For good, and with its own reboot and shutdown: apt-get install systemd-sysv", parts);
  return undefined;
}

/** Whether the manager that runs is this program. */
export function isManager({ io, disk, executable }: TrialParts): boolean {
  const running = disk.contentOf("/proc/1/exe");
  // What the kernel adds when the file was replaced. Source: proc(5).
  const path = typeof running === "object" && running.kind === "link"
    ? running.target.replace(/ \(deleted\)$/, "")
    : undefined;
  return path !== undefined && path === (io.files.realPath(executable) ?? executable);
}

/** What the machine goes back to. */
function formerInit(parts: TrialParts): string | undefined {
  if (isReplaced(parts)) return isOurs(FORMER_INIT, parts) ? otherInit(parts) : FORMER_INIT;
  return isOurs(INIT, parts) ? otherInit(parts) : FORMER_INIT;
}

/** Whether a path leads to this program. */
function isOurs(path: string, { io, executable }: TrialParts): boolean {
  const found = io.files.realPath(path);
  return found !== undefined && found === (io.files.realPath(executable) ?? executable);
}

/** By the system's own calls: the runtime opens no environment of another process. */
function isTrialBoot({ io }: TrialParts): boolean {
  const read = io.files.read("/proc/1/environ");
  const text = read.kind === "contents" ? new TextDecoder().decode(read.bytes) : "";
  return text.split("\0").includes(`${TRIAL_VARIABLE.name}=${TRIAL_VARIABLE.value}`);
}

/** @returns What was done, in words; undefined: there is no GRUB that can. */
function viaGrub(parts: TrialParts): string | undefined {
  const { disk, io, executable } = parts;
  const program = GRUB_REBOOT.find((path) => disk.isExecutable(path));
  const configuration = textAt(GRUB_CONFIGURATION, parts);
  if (program === undefined || configuration === undefined || !servesTrial(configuration)) return;
  if (disk.contentOf(GRUB_ENVIRONMENT) === undefined) return;
  const entry = trialEntry(configuration, executable);
  if (entry === undefined) return;
  const text = withTrial(textAt(GRUB_CUSTOM, parts) ?? "", entry);
  if (disk.write(GRUB_CUSTOM, { kind: "text", text, mode: 0o644 }) !== undefined) return;
  const end = io.run([program, TRIAL_ENTRY]);
  if (end.kind === "exited" && end.code === 0) return `GRUB's entry ${TRIAL_ENTRY}, once`;
  removeGrubEntry(parts);
}

function viaWrapper(former: string, parts: TrialParts): string | undefined {
  const { disk, executable } = parts;
  const armed = disk.write(MARK, { kind: "text", text: "armed\n", mode: 0o644 });
  if (armed !== undefined) return `cannot write ${MARK}: ${armed}`;
  const text = initWrapper({ mark: MARK, program: executable, former });
  return replaceInit({ kind: "text", text, mode: 0o755 }, parts);
}

function removeGrubEntry(parts: TrialParts): string | undefined {
  const custom = textAt(GRUB_CUSTOM, parts);
  if (custom === undefined) return undefined;
  const rest = withoutTrial(custom);
  if (rest === custom) return undefined;
  forgetChoice(parts);
  const why = rest === ""
    ? parts.disk.remove(GRUB_CUSTOM)
    : parts.disk.write(GRUB_CUSTOM, { kind: "text", text: rest, mode: 0o644 });
  return why === undefined ? undefined : `cannot change ${GRUB_CUSTOM}: ${why}`;
}

/**
 * A choice that GRUB has not made yet: without its entry it would take the first, and say so. That
 * it cannot be forgotten changes nothing.
 */
function forgetChoice(parts: TrialParts): void {
  const chosen = textAt(GRUB_ENVIRONMENT, parts)?.split("\n").includes(`next_entry=${TRIAL_ENTRY}`);
  if (chosen !== true || parts.disk.contentOf(GRUB_EDIT) === undefined) return;
  parts.io.run([GRUB_EDIT, GRUB_ENVIRONMENT, "unset", "next_entry"]);
}

function removeService(parts: TrialParts): string | undefined {
  return removeIfThere(SERVICE_LINK, parts) ?? removeIfThere(SERVICE_FILE, parts);
}

function removeIfThere(path: string, { disk }: TrialParts): string | undefined {
  if (disk.contentOf(path) === undefined) return undefined;
  const why = disk.remove(path);
  return why === undefined ? undefined : `cannot remove ${path}: ${why}`;
}

function textAt(path: string, { disk }: TrialParts): string | undefined {
  const content = disk.contentOf(path);
  return typeof content === "object" && content.kind === "text" ? content.text : undefined;
}

function trialService(executable: string, withinMs: number): string {
  return `# Written by dinit migrate test. This boot is on trial: unless somebody says "dinit ctl confirm-boot" in
# time, the machine restarts with the init that it had.
type = "process"
command = ${JSON.stringify([executable, "migrate", "fall-back"])}
depends-on = ["early"]
log-type = "buffer"
# It waits for the shutdown that it has asked for.
stop-timeout = "1s"

[timer]
after-boot = "${durationText(withinMs)}"
`;
}

function tell(line: string, { io, isQuiet }: TrialParts): void {
  if (!isQuiet) io.out(`${printable(line)}\n`);
}

function fail(why: string, { io }: TrialParts): 1 {
  io.err(`dinit migrate: ${printable(why)}.\n`);
  return 1;
}
