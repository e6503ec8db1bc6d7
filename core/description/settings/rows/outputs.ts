/**
 * Where the output of commands goes.
 */
import { MAX_INT, row, type Rows, RUN_IGNORED, RUN_LINT, SUPERVISED, tomlOnly } from "../row.ts";
import { boolean, integer, mode, path, size, timeAtLeast, word } from "../../values/basic.ts";
import {
  FACILITY_NAMES,
  type FacilityName,
  LEVEL_NAMES,
  type LevelName,
} from "../../../system/syslog_names.ts";
import { syslogIdentifier } from "../../values/syslog.ts";
import { group, user } from "../../values/identity.ts";
import { name } from "../../values/names.ts";

/** 1 TiB: more than any log file should have. */
const MAX_LOG_BYTES = 1024 ** 4;

/** Shorter ones would only be work. */
const LEAST_RATE_INTERVAL_MS = 100;

/** Rows by their keys. */
export const OUTPUTS = {
  "log-type": () =>
    row(
      "Output",
      word(["none", "file", "buffer", "pipe"]),
      { ...RUN_LINT, default: '"none", or "file" once logfile is set', reload: "refused" },
      "Where output and errors of the commands go. none: nowhere. file: appended to logfile. buffer: kept in " +
        "memory, for dinitctl catlog. pipe: to the service that has this one as consumer-of.",
    ),
  "logfile": () =>
    row(
      "Output",
      path,
      { ...RUN_LINT, substitution: "post", base: "wd" },
      "File to which output is appended; a relative path is relative to working-dir. The manager opens it, with " +
        "its own rights. In a folder that others can write (that of a user other than the manager's and root, or " +
        "one that its group or everybody may write) it follows no symbolic link and takes only a file with one " +
        "name that belongs to its own user, to logfile-uid or to run-as.",
    ),
  "logfile-permissions": () =>
    row(
      "Output",
      mode,
      { ...RUN_IGNORED, default: '"600"' },
      "Mode of a log file that is made. One that is there keeps its own.",
    ),
  "logfile-uid": () =>
    row(
      "Output",
      user,
      { ...RUN_IGNORED, default: "the manager's" },
      "Owner of a log file that is made. One that is there keeps its own.",
    ),
  "logfile-gid": () =>
    row(
      "Output",
      group,
      {
        ...RUN_IGNORED,
        default: "the primary group of a logfile-uid given by name, else the manager's",
      },
      "Group of a log file that is made. One that is there keeps its own.",
    ),
  "log-buffer-size": () =>
    row(
      "Output",
      size({ max: MAX_INT }),
      { ...RUN_IGNORED, default: "4096", reload: "at once" },
      "How much output a log-type of buffer keeps; log-buffer-keeps says what stays when it is full.",
    ),
  "log-buffer-keeps": () =>
    row(
      "Output",
      tomlOnly(word<"newest" | "oldest">(["newest", "oldest"])),
      { ...RUN_IGNORED, default: '"newest"; in upstream\'s format "oldest"', reload: "at once" },
      "What stays in a full log buffer. newest: the oldest lines make room, and its first line tells how much was " +
        "dropped. oldest: what comes is dropped, so that the beginning stays, until the buffer is read with --clear.",
    ),
  "log-timestamps": () =>
    row(
      "Output",
      tomlOnly(boolean),
      { ...RUN_IGNORED, default: "false" },
      "Each line in the log file or buffer begins with the time at which the manager read it, in UTC: " +
        "2026-01-31T12:00:00.000Z. It has no effect on a log-type of pipe.",
    ),
  "log-rotate-size": () =>
    row(
      "Output",
      tomlOnly(size({ max: MAX_LOG_BYTES })),
      { ...RUN_IGNORED, default: "0" },
      "The log file is put aside before it grows beyond this size: logfile becomes logfile.1, that becomes " +
        "logfile.2, and so on. No line is lost or divided, so a file may be larger by the end of one line. " +
        "0: never. With it the manager writes the file, not the service, and waits for a disk that does not answer; " +
        "a file that somebody moves or removes is made anew, and services with one logfile share one writer.",
    ),
  "log-rotate-count": () =>
    row(
      "Output",
      tomlOnly(integer({ min: 1, max: 1000 })),
      { ...RUN_IGNORED, default: "4" },
      "How many old log files log-rotate-size keeps.",
    ),
  "log-rate-lines": () =>
    row(
      "Output",
      tomlOnly(integer({ min: 0, max: MAX_INT })),
      { ...RUN_LINT, default: "as the manager's --log-rate-lines has it" },
      "How many lines of output may come in log-rate-interval; 0: any number. What is beyond is dropped, everywhere, and " +
        "counted; a line says how much it was, as soon as there is room again. With a limit the manager writes the log file. " +
        "It has no effect on a log-type of pipe.",
    ),
  "log-rate-bytes": () =>
    row(
      "Output",
      tomlOnly(size({ max: MAX_LOG_BYTES })),
      { ...RUN_LINT, default: "as the manager's --log-rate-bytes has it" },
      "How many bytes of output may come in log-rate-interval; 0: any number. Lines stay whole: one that was begun goes on for " +
        "8 kB more.",
    ),
  "log-rate-interval": () =>
    row(
      "Output",
      tomlOnly(timeAtLeast(LEAST_RATE_INTERVAL_MS)),
      { ...RUN_IGNORED, default: "as the manager's --log-rate-interval has it: 30 s" },
      "The time that log-rate-lines and log-rate-bytes are about.",
    ),
  "log-store": () =>
    row(
      "Output",
      tomlOnly(boolean),
      { ...RUN_LINT, default: "as the manager's --log-store has it" },
      "Output goes into the log store, too: files that the manager keeps over boots, bounded, and that `dinit ctl logs` " +
        "reads (docs/logs.md). It has no effect on a log-type of pipe.",
    ),
  "log-store-size": () =>
    row(
      "Output",
      tomlOnly(size({ max: MAX_LOG_BYTES })),
      { ...RUN_IGNORED, default: "as the manager's --log-store-service-size has it" },
      "How much of this service's output the log store keeps.",
    ),
  "syslog": () =>
    row(
      "Output",
      tomlOnly(boolean),
      { ...RUN_LINT, default: "false" },
      "Each line of output is sent to syslog, too. What comes while no syslog takes it waits, bounded; what is lost is " +
        "counted, and told. It has no effect on a log-type of pipe.",
    ),
  "syslog-identifier": () =>
    row(
      "Output",
      tomlOnly(syslogIdentifier),
      { ...RUN_IGNORED, default: "the service's name" },
      "As whose the lines come to syslog: 1 to 48 printable characters of ASCII, without blanks, colons and brackets.",
    ),
  "syslog-facility": () =>
    row(
      "Output",
      tomlOnly(word<FacilityName>(FACILITY_NAMES)),
      { ...RUN_IGNORED, default: '"daemon"' },
      "Facility of the lines that are sent to syslog.",
    ),
  "syslog-level": () =>
    row(
      "Output",
      tomlOnly(word<LevelName>(LEVEL_NAMES)),
      { ...RUN_IGNORED, default: '"info"' },
      "Level of the lines that are sent to syslog and do not begin with one of their own: `<3>` stands for err, as with " +
        "sd-daemon(3).",
    ),
  "consumer-of": () =>
    row(
      "Output",
      name,
      { types: SUPERVISED, elsewhere: "error", substitution: "pre", reload: "refused" },
      'Service whose output this one reads on its standard input. That service needs log-type = "pipe".',
    ),
} as const satisfies Rows;
