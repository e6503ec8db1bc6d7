/**
 * `dinit check`, `dinit-check`: are these descriptions right, and everything they name?
 *
 * Nothing is loaded anywhere: the files are read and judged here.
 */
import { systemControllerFault } from "../../core/system/cgroups.ts";
import {
  type Abilities,
  type CheckReport,
  checkServices,
  gradeServices,
  type Probe,
  unservedSettings,
  usualMaker,
} from "../../core/description/mod.ts";
import { ClientError } from "../interface/client_error.ts";
import { readingContext } from "../commands/lookup/read_service.ts";
import type { ClientIo } from "../interface/io.ts";
import { type Printed, problem } from "../render/text/printed.ts";
import type { ExitCode } from "../interface/report.ts";
import { checkJson } from "./check_json.ts";
import { checkText } from "./check_text.ts";
import { probeFile } from "./file_probe.ts";
import { checkHelp, type CheckOptions, parseCheckLine } from "./options.ts";
import { securityJson, securityText } from "./security_text.ts";
import { checkSurroundings } from "./surroundings.ts";

const PROGRAM = "dinit-check";

/**
 * Carries out one command line of `dinit-check`.
 *
 * @param probe How programs and folders are looked at; tests give their own.
 * @returns 0 when nothing is wrong.
 */
export function runCheck(
  words: readonly string[],
  io: ClientIo,
  probe: Probe = probeFile,
): ExitCode {
  const parsed = parseCheckLine(words);
  switch (parsed.kind) {
    case "help":
      io.out(checkHelp());
      return 0;
    case "faulty":
      for (const line of parsed.lines) tell(line, io);
      return 1;
    case "run":
      break;
  }
  try {
    return check(parsed.options, io, probe);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    for (const line of error.lines) tell(line, io);
    return 1;
  }
}

function check(options: CheckOptions, io: ClientIo, probe: Probe): ExitCode {
  const { directories, environment, warnings } = checkSurroundings(options, io);
  for (const warning of warnings) tell(`warning: ${warning}`, io);
  const report = checkServices(options.names, {
    directories,
    environment,
    files: io.files,
    users: readingContext(environment, io).users,
    managerUid: io.userId(),
    isOnline: options.isOnline,
    probe,
    abilities: systemAbilities(io),
  });
  if (options.security) return grade(options, report, io);
  if (options.json) io.out(`${checkJson(report)}\n`);
  else for (const printed of checkText(report, io.hasColour)) print(printed, io);
  return report.isClean ? 0 : 1;
}

/** @returns 1 when a service cannot be graded. */
function grade(options: CheckOptions, { services }: CheckReport, io: ClientIo): ExitCode {
  const graded = gradeServices(services, io.userId());
  const unknown = services.filter(({ body }) => body === undefined);
  if (options.json) io.out(`${securityJson(graded)}\n`);
  else io.out(securityText(graded, options.names));
  for (const { name } of unknown) {
    tell(
      `Cannot grade "${name}": its description cannot be read; dinit check ${name} says why`,
      io,
    );
  }
  return unknown.length === 0 ? 0 : 1;
}

function tell(line: string, io: ClientIo): void {
  print(problem(line, PROGRAM), io);
}

/**
 * What no manager on this system can do: the table of settings tells, and the system's control
 * groups.
 */
function systemAbilities(io: ClientIo): Abilities {
  const read = (path: string) => {
    const file = io.files.read(path);
    return file.kind === "contents" ? new TextDecoder().decode(file.bytes) : undefined;
  };
  return {
    unserved: unservedSettings(usualMaker(io.os)),
    cgroupFault: (controller) =>
      controller === undefined || io.os !== "linux"
        ? undefined
        : systemControllerFault(controller, read),
  };
}

function print(printed: Printed, io: ClientIo): void {
  if (printed.stream === "bytes") io.outBytes(printed.bytes);
  else if (printed.stream === "err") io.err(printed.text);
  else io.out(printed.text);
}
