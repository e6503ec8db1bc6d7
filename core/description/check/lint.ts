/**
 * What is allowed but probably not meant: settings without effect, programs and folders that are
 * not there.
 */
import type { Body } from "../assemble/assemble.ts";
import type { CommandKey, SideKey } from "../assemble/command_reporter.ts";
import { directoryPart } from "../contract/files.ts";
import { readCalendar, ZONE_FOLDER } from "../../calendar/mod.ts";
import { joinPath } from "../../paths.ts";
import { interpreterFault } from "./lint_interpreter.ts";
import { wordDoubts } from "./lint_words.ts";
import type { Probe } from "./probe.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";
import type { Draft } from "../load/read.ts";
import { type Option, OPTION_TEXTS } from "../settings/options.ts";
import { findSetting, type SettingKey } from "../settings/settings.ts";
import type { KeyPath } from "../text/locate.ts";

/** Options that have no effect on services without processes. */
const PROCESS_OPTIONS: readonly Option[] = [
  "signal-process-only",
  "start-interruptible",
  "pass-cs-fd",
  "skippable",
  "no-new-privs",
];

/** All doubts about one description, as warnings. */
export function lint(draft: Draft, probe: Probe): readonly Problem[] {
  const linter = new Linter(draft, probe);
  linter.lint();
  return linter.found;
}

class Linter {
  readonly found: Problem[] = [];
  readonly #draft: Draft;
  readonly #body: Body;
  readonly #probe: Probe;

  constructor(draft: Draft, probe: Probe) {
    this.#draft = draft;
    this.#body = draft.body;
    this.#probe = probe;
  }

  lint(): void {
    const { type } = this.#body;
    if (type === "internal" || type === "triggered") {
      if (this.#isTypeCertain()) this.#lintSettings();
      return;
    }
    this.#lintLog();
    this.#lintZones();
    this.#lintWorkingDirectory();
    this.#lintCommand("command", this.#body.command);
    this.#lintCommand("stop-command", this.#body.stopCommand);
    for (const key of ["start-pre", "start-post", "stop-post"] as const) this.#lintSides(key);
    const { refresh } = this.#body;
    if (refresh.kind === "command") this.#lintCommand("reload-command", refresh.command);
  }

  /** Whether the type is what was meant, and not what was left after a fault. */
  #isTypeCertain(): boolean {
    const { reading, tree } = this.#draft;
    if (reading.given.has("type")) return reading.values.type !== undefined;
    return !reading.hasUnknown && !tree.hasLostLines;
  }

  /** Settings about processes on a service that has none. */
  #lintSettings(): void {
    const { given, values } = this.#draft.reading;
    for (const key of given.keys()) {
      const isLinted = findSetting(key)?.elsewhere === "lint";
      if (!isLinted || values[key] === undefined || key === "log-type" || key === "logfile") {
        continue;
      }
      this.#warn(
        key,
        `${this.#written(key)} has no effect on a service of type "${this.#body.type}"`,
      );
    }
    const logKey = given.has("log-type") ? "log-type" : "logfile";
    const logType = values["log-type"] ?? (values.logfile === undefined ? "none" : "file");
    if (logType !== "none") {
      this.#warn(logKey, `${logKey} has no effect on a service of type "${this.#body.type}"`);
    }
    for (const option of PROCESS_OPTIONS) {
      if (values.options?.includes(option) !== true) continue;
      if (OPTION_TEXTS[option].types.includes(this.#body.type)) continue;
      this.#warn("options", `${option} has no effect on a service of type "${this.#body.type}"`);
    }
  }

  #lintLog(): void {
    const { values } = this.#draft.reading;
    const { log } = this.#body;
    if (values.logfile !== undefined && log.kind !== "file") {
      this.#warn("logfile", `logfile has no effect with log-type = "${log.kind}"`);
    }
    this.#lintLogSettings();
    if (log.kind !== "file") return;
    const directory = directoryPart(joinPath(this.#body.workingDirectory, log.path));
    const probed = this.#probe(directory);
    if (probed.kind === "directory") return;
    const why = probed.kind === "none" ? probed.why : "it is no directory";
    this.#warn("logfile", `The log file cannot be made in ${quote(directory)}: ${why}`);
  }

  /** Time zones that the timer names. */
  #lintZones(): void {
    for (const text of this.#body.timer?.calendar ?? []) {
      const expression = readCalendar(text);
      if ("kind" in expression || expression.zone.kind !== "named") continue;
      const { name } = expression.zone;
      const probed = this.#probe(`${ZONE_FOLDER}/${name}`);
      if (probed.kind === "file") continue;
      const why = probed.kind === "none" ? probed.why : "it is no file";
      this.#warn("timer", `There is no time zone ${quote(name)} (${ZONE_FOLDER}/${name}): ${why}`);
    }
  }

  #lintLogSettings(): void {
    const { values } = this.#draft.reading;
    const { log } = this.#body;
    const isFile = log.kind === "file";
    const isCopied = log.kind === "none" &&
      (values["log-store"] !== false || values.syslog === true);
    for (const key of ["log-rotate-size", "log-rotate-count"] as const) {
      if (values[key] === undefined || isFile) continue;
      this.#warn(key, `${key} has no effect with log-type = "${log.kind}"`);
    }
    if (isFile && log.rotation === undefined && values["log-rotate-count"] !== undefined) {
      this.#warn("log-rotate-count", "log-rotate-count has no effect without log-rotate-size");
    }
    if (values["log-buffer-keeps"] !== undefined && log.kind !== "buffer") {
      this.#warn(
        "log-buffer-keeps",
        `log-buffer-keeps has no effect with log-type = "${log.kind}"`,
      );
    }
    for (const key of ["log-store", "syslog"] as const) {
      if (values[key] !== true || log.kind !== "pipe") continue;
      this.#warn(key, `${key} has no effect with log-type = "pipe"`);
    }
    for (const key of ["log-rate-lines", "log-rate-bytes"] as const) {
      const isSet = (values[key] ?? 0) > 0;
      if (isSet && (log.kind === "none" || log.kind === "pipe") && !isCopied) {
        this.#warn(key, `${key} has no effect with log-type = "${log.kind}"`);
      }
    }
    if (values["log-timestamps"] === true && !isFile && log.kind !== "buffer") {
      this.#warn("log-timestamps", `log-timestamps has no effect with log-type = "${log.kind}"`);
    }
  }

  #lintWorkingDirectory(): void {
    const directory = this.#body.workingDirectory;
    const probed = this.#probe(directory);
    if (probed.kind === "directory") return;
    const why = probed.kind === "none" ? probed.why : "it is no directory";
    this.#warn(
      "working-dir",
      `The working directory ${quote(directory)} cannot be entered: ${why}`,
    );
  }

  #lintSides(key: SideKey): void {
    const { startPre, startPost, stopPost } = this.#body;
    const commands = { "start-pre": startPre, "start-post": startPost, "stop-post": stopPost }[key];
    const written = this.#draft.reading.values[key] ?? [];
    const { format } = this.#body.source;
    for (const [at, { index, words, isText }] of written.entries()) {
      const doubts = wordDoubts(words, { isOneText: isText, format, exists: this.#exists });
      for (const { index: word, message, hint } of doubts) {
        this.#warn(key, message, isText ? [index] : [index, word], hint);
      }
      if (doubts.some((doubt) => doubt.index === 0)) continue;
      this.#lintProgram(key, commands[at]?.words ?? [], isText ? [index] : [index, 0]);
    }
  }

  #lintCommand(key: CommandKey, command: readonly string[]): void {
    const isList = Array.isArray(this.#draft.reading.given.get(key)?.value);
    const written = this.#draft.reading.values[key] ?? [];
    const format = this.#draft.body.source.format;
    const doubts = wordDoubts(written, { isOneText: !isList, format, exists: this.#exists });
    for (const { index, message, hint } of doubts) {
      this.#warn(key, message, isList ? [index] : [], hint);
    }
    // What is not the program that is meant need not be looked for.
    if (doubts.some(({ index }) => index === 0)) return;
    this.#lintProgram(key, command, isList ? [0] : []);
  }

  readonly #exists = (path: string): boolean => this.#probe(path).kind !== "none";

  /**
   * The first that applies: not absolute, not there, no file, not executable, its interpreter
   * missing.
   */
  #lintProgram(key: CommandKey | SideKey, command: readonly string[], path: KeyPath): void {
    const [program] = command;
    if (program === undefined || program === "") return;
    const why = this.#programFault(program);
    if (why !== undefined) return this.#warn(key, `The program ${quote(program)} ${why}`, path);
    const fault = interpreterFault(program, this.#probe);
    if (fault !== undefined) this.#warn(key, fault.message, path, fault.hint);
  }

  #programFault(program: string): string | undefined {
    if (!program.startsWith("/")) return "is not given by an absolute path";
    const probed = this.#probe(program);
    switch (probed.kind) {
      case "none":
        return `cannot be run: ${probed.why}`;
      case "directory":
      case "other":
        return "cannot be run: it is no regular file";
      case "file":
        return probed.isExecutable ? undefined : "cannot be run: its owner may not execute it";
    }
  }

  /** The key as the file has it. */
  #written(key: SettingKey): string {
    return this.#draft.reading.given.get(key)?.written ?? key;
  }

  #warn(key: SettingKey, message: string, path: KeyPath = [], hint?: string): void {
    const { reading, tree } = this.#draft;
    const assignment = reading.given.get(key);
    const where = assignment === undefined
      ? { file: tree.file }
      : tree.locate(assignment, { part: "value", path });
    this.found.push(problem(where, message, { severity: "warning", hint }));
  }
}
