/**
 * Standard input and output of a process, and its terminal. Source: systemd.exec(5), "Logging and
 * Standard Input/Output".
 */
import { type Effect, lost } from "../../rows.ts";
import { literalText, type UnitContext, variableText, withText } from "./context.ts";
import { each, lostIfTrue, lostUnless, mapped, one, type UnitRow } from "./makers.ts";
import { goesToSyslog } from "./syslog.ts";

const SERVICE = "Service";

const TO_SYSLOG: Effect = { kind: "set", key: "syslog", value: true };

const STREAMS: Readonly<Record<string, readonly Effect[]>> = {
  journal: [],
  "journal+console": [lost("the output goes into the log, not to the console", "little")],
  kmsg: [lost("the output does not go to the kernel's log", "little")],
  "kmsg+console": [lost("the output does not go to the kernel's log", "little")],
  // What systemd calls so goes to the journal, which hands it on.
  syslog: [TO_SYSLOG],
  "syslog+console": [
    TO_SYSLOG,
    lost("the output goes into the log, not to the console", "little"),
  ],
  inherit: [],
  null: [],
  socket: [lost("the connection is not its standard output", "much")],
};

/** Whether the terminal is the console, which alone is known here. */
function isConsole(context: UnitContext): boolean {
  return (context.last(SERVICE, "TTYPath") ?? "/dev/console") === "/dev/console";
}

function standardOutput(value: string, context: UnitContext): readonly Effect[] {
  const stream = STREAMS[value];
  if (stream !== undefined) return stream;
  if (value === "tty") {
    if (/^tty/.test(context.last(SERVICE, "StandardInput") ?? "")) return [];
    return isConsole(context)
      ? [{ kind: "add", key: "options", values: ["shares-console"] }]
      : [lost("the output does not go to the terminal", "some")];
  }
  const file = /^(file|append|truncate):(.*)$/.exec(value);
  if (file === null) return [lost(`the output does not go to ${value}`, "some")];
  return file[1] === "append" ? [] : [lost("the log file is appended to", "little")];
}

function outputFile(value: string, context: UnitContext): readonly Effect[] {
  const path = /^(?:file|append|truncate):(.*)$/.exec(value)?.[1];
  const effects = standardOutput(value, context);
  if (path === undefined) return effects;
  return [
    ...withText(variableText(path, context), (text) => [
      { kind: "set", key: "logfile", value: text },
    ]),
    ...effects,
  ];
}

/** Errors go where the output goes. */
function standardError(value: string, context: UnitContext): readonly Effect[] {
  const output = context.last(SERVICE, "StandardOutput") ?? "journal";
  if (value === "inherit" || value === output || value === "") return [];
  if (goesToSyslog(context) && !/^syslog/.test(output)) {
    return [TO_SYSLOG, lost("the output goes to syslog as well as errors", "little")];
  }
  if (output === "journal" && value === "null") {
    return [lost("errors go into the log as well", "little")];
  }
  if (context.last(SERVICE, "StandardOutput") === "null" && STREAMS[value] !== undefined) {
    return [lost("the output goes into the log as well as errors", "little")];
  }
  return [lost("errors go where the output goes", "little")];
}

export const STREAM_ROWS: readonly UnitRow[] = [
  one(SERVICE, "StandardOutput", mapped("`log-type`, `logfile`, `shares-console`", outputFile)),
  one(SERVICE, "StandardError", mapped("as the output", standardError)),
  one(
    SERVICE,
    "StandardInput",
    mapped('`options = ["runs-on-console"]` for a terminal', (value, context) => {
      if (value === "null") return [];
      if (!/^tty/.test(value)) return [lost(`the standard input is not ${value}`, "much")];
      return isConsole(context)
        ? [{ kind: "add", key: "options", values: ["runs-on-console"] }]
        : [lost("the terminal is not opened for it; agetty and the like do it", "some")];
    }),
  ),
  ...each(
    SERVICE,
    "StandardInputText StandardInputData",
    lost("the standard input is empty", "much"),
  ),
  one(
    SERVICE,
    "TTYPath",
    mapped(
      "nothing for /dev/console",
      (value) =>
        value === "/dev/console" ? [] : [lost("the program opens its terminal itself", "little")],
    ),
  ),
  ...["TTYReset", "TTYVHangup", "TTYVTDisallocate"].map((name) =>
    one(SERVICE, name, lostIfTrue("the terminal is left as it is, if the program does", "little"))
  ),
  ...each(SERVICE, "TTYRows TTYColumns", lost("the terminal keeps its size", "little")),
  one(
    SERVICE,
    "UtmpIdentifier",
    mapped("`inittab-id`", (value, context) => {
      const filled = literalText(value, context);
      if (filled.kind === "fault" || filled.text.length > 4) {
        return [lost("no record of utmp is kept; agetty and login keep their own", "little")];
      }
      return [{ kind: "set", key: "inittab-id", value: filled.text }];
    }),
  ),
  one(
    SERVICE,
    "UtmpMode",
    lostUnless(["init"], "the record of utmp is that of an init process", "little"),
  ),
];
