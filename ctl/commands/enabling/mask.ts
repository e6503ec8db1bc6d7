/**
 * `mask` and `unmask`: a file among a service's drop-ins keeps it from being started by anybody.
 * The manager learns of it with the description, so what is loaded is reloaded.
 */
import {
  DROP_IN_SUFFIX,
  DropInIndex,
  MASK_NAME,
  nameFault,
  splitName,
} from "../../../core/description/mod.ts";
import { joinPath } from "../../../core/paths.ts";
import type { Session } from "../../connection/session.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { CommandRun, ExitCode, Report } from "../../interface/report.ts";
import type { CtlOptions } from "../../words/options.ts";
import type { Command } from "../lookup/context.ts";
import { type ManagerPaths, serviceDirectories } from "../lookup/description_file.ts";
import { literalName } from "../lookup/service_lookup.ts";
import { reloadOne } from "../orders/reload.ts";
import { offlineDirectories } from "./offline_directories.ts";

export const mask: Command = ({ session, operands, io }) => change("mask", session, operands, io);

export const unmask: Command = ({ session, operands, io }) =>
  change("unmask", session, operands, io);

function* change(
  verb: "mask" | "unmask",
  session: Session,
  operands: readonly string[],
  io: ClientIo,
): CommandRun {
  const name = yield* literalName(session, operands[0] ?? "");
  const exit = yield* changeFile(verb, name, yield* serviceDirectories({ session }), io);
  if (exit === 1) return 1;
  let result: ExitCode = 0;
  const paths: ManagerPaths = { session };
  for (const loaded of yield* session.list()) {
    if (loaded.name !== name && splitName(loaded.name).base !== name) continue;
    session.renewPatience();
    if ((yield* reloadOne({ session, io }, paths, loaded.name)) === 1) result = 1;
    else if (verb === "mask" && loaded.status.state !== "stopped") yield staysUp(loaded.name);
  }
  return result;
}

function staysUp(name: string): Report {
  const text = `'${name}' is up and stays so; 'dinitctl stop ${name}' stops it for good.`;
  return { kind: "remark", text };
}

/** The same without a manager. */
export function* changeMaskOffline(
  verb: "mask" | "unmask",
  word: string,
  options: CtlOptions,
  io: ClientIo,
): CommandRun {
  const name = yield* literalName(undefined, word);
  return yield* changeFile(verb, name, offlineDirectories(options, io), io);
}

function* changeFile(
  verb: "mask" | "unmask",
  name: string,
  directories: readonly string[],
  io: ClientIo,
): CommandRun {
  const fault = nameFault(name) ??
    (name.includes("/") ? "one with a slash in its argument has no files of its own" : undefined);
  if (fault !== undefined) {
    yield { kind: "error", lines: [`cannot ${verb} '${name}': ${fault}.`] };
    return 1;
  }
  const folders = directories.map((directory) => joinPath(directory, name + DROP_IN_SUFFIX));
  const why = verb === "mask"
    ? putMask(folders[0], new DropInIndex(directories, io.files).beside(name).mask, io)
    : takeMasks(folders, io);
  if (why !== undefined) {
    yield { kind: "error", lines: [`cannot ${verb} service '${name}': ${why}.`] };
    return 1;
  }
  yield { kind: "service-done", service: name, done: verb === "mask" ? "masked" : "unmasked" };
  return 0;
}

/** @returns undefined when done, else why not. */
function putMask(
  folder: string | undefined,
  present: string | undefined,
  io: ClientIo,
): string | undefined {
  if (present !== undefined) return `${present} masks it already`;
  if (folder === undefined) return "the manager has no directory for services";
  const path = joinPath(folder, MASK_NAME);
  const fault = io.files.makeFolder(folder) ?? io.files.makeFile(path, "");
  return fault === undefined ? undefined : `cannot write ${path}: ${fault}`;
}

/** @returns undefined when done, else why not. */
function takeMasks(folders: readonly string[], io: ClientIo): string | undefined {
  let isMasked = false;
  for (const folder of folders) {
    const path = joinPath(folder, MASK_NAME);
    if (!io.files.exists(path)) continue;
    isMasked = true;
    const fault = io.files.remove(path);
    if (fault !== undefined) return `cannot remove ${path}: ${fault}`;
    // What it was made for; with drop-ins in it, it stays.
    io.files.removeFolder(folder);
  }
  return isMasked ? undefined : "it is not masked";
}
