/**
 * Typed values → ServiceDescription: defaults, the environment, variables in commands and paths, and the
 * rules that only several settings together can break.
 */
import type { ServiceName } from "../types.ts";
import type {
  ConsoleUse,
  DescriptionSource,
  LimitedResource,
  LogTarget,
  ProcessAttributes,
  ResourceLimit,
  ServiceDescription,
  ServiceOptions,
  ServiceType,
  SocketListen,
} from "./description.ts";
import { EnvironmentBuilder } from "./environment_builder.ts";
import { environmentLines } from "./environment_file.ts";
import { decodeText, type DescriptionFiles, joinPath } from "./files.ts";
import { splitName } from "./names.ts";
import { type Position, type Problem, problem, type ProblemOptions, quote } from "./problem.ts";
import { type Option, OPTION_TEXTS, type SettingKey, SETTINGS } from "./settings.ts";
import { substituteArgument, substituteText, type Variables } from "./substitution.ts";
import type { SettingsTree } from "./tree.ts";
import type { User, UserDatabase } from "./users.ts";
import type { Reading } from "./validate.ts";
import type { UserId } from "./values_process.ts";

/** What a description depends on besides its own text. */
export interface AssembleContext {
  readonly name: ServiceName;
  readonly source: DescriptionSource;
  /** The manager's environment at this moment. */
  readonly environment: ReadonlyMap<string, string>;
  readonly users: UserDatabase;
  /** User that the manager runs as. */
  readonly managerUid: number;
  readonly files: DescriptionFiles;
}

/** A description but for its dependencies, which may need directories to be read. */
export type Body = Omit<ServiceDescription, "dependencies">;

/** Puts a description together. It is of use only when there is no error among the problems. */
export function assemble(
  reading: Reading,
  tree: SettingsTree,
  context: AssembleContext,
): { readonly body: Body; readonly problems: readonly Problem[] } {
  const assembler = new Assembler(reading, tree, context);
  const body = assembler.assemble();
  return { body, problems: assembler.problems };
}

const DEFAULT_RESTART_DELAY_MS = 200;
const DEFAULT_RESTART_INTERVAL_MS = 10_000;
const DEFAULT_RESTART_COUNT = 3;
const DEFAULT_START_TIMEOUT_MS = 60_000;
const DEFAULT_STOP_TIMEOUT_MS = 10_000;
const DEFAULT_LOG_BUFFER_BYTES = 4096;

class Assembler {
  readonly problems: Problem[] = [];
  readonly #reading: Reading;
  readonly #tree: SettingsTree;
  readonly #context: AssembleContext;
  readonly #type: ServiceType;
  readonly #environment: EnvironmentBuilder;
  readonly #variables: Variables;

  constructor(reading: Reading, tree: SettingsTree, context: AssembleContext) {
    this.#reading = reading;
    this.#tree = tree;
    this.#context = context;
    this.#type = reading.values.type ?? "internal";
    const environment = new EnvironmentBuilder(context.environment);
    this.#environment = environment;
    this.#variables = {
      argument: splitName(context.name).argument,
      value: (name) => environment.value(name),
    };
  }

  assemble(): Body {
    const { values } = this.#reading;
    this.#buildEnvironment();
    this.#checkCombinations();
    const isSupervised = this.#isOneOf("process", "bgprocess");
    return {
      name: this.#context.name,
      source: this.#context.source,
      type: this.#type,
      command: this.#command("command"),
      stopCommand: this.#command("stop-command"),
      workingDirectory: this.#path("working-dir") ?? this.#context.source.directory,
      environment: this.#environment.changes(),
      attributes: this.#attributes(),
      after: this.#orderLinks("after"),
      before: this.#orderLinks("before"),
      chainTo: values["chain-to"],
      consumerOf: values["consumer-of"],
      restart: this.#restartMode(),
      smoothRecovery: isSupervised && (values["smooth-recovery"] ?? false),
      restartDelayMs: values["restart-delay"] ?? DEFAULT_RESTART_DELAY_MS,
      restartLimitIntervalMs: values["restart-limit-interval"] ?? DEFAULT_RESTART_INTERVAL_MS,
      restartLimitCount: values["restart-limit-count"] ?? DEFAULT_RESTART_COUNT,
      startTimeoutMs: values["start-timeout"] ?? DEFAULT_START_TIMEOUT_MS,
      stopTimeoutMs: values["stop-timeout"] ?? DEFAULT_STOP_TIMEOUT_MS,
      termSignal: values["term-signal"] ?? "TERM",
      pidFile: this.#type === "bgprocess" ? this.#path("pid-file") : undefined,
      readyNotification: this.#type === "process"
        ? values["ready-notification"] ?? { kind: "none" }
        : { kind: "none" },
      log: this.#log(),
      console: this.#console(),
      socketListen: this.#socket(),
      options: this.#options(),
      enableVia: values.meta?.enableVia,
    };
  }

  #isOneOf(...types: ServiceType[]): boolean {
    return types.includes(this.#type);
  }

  /** Whether the type has processes at all. */
  get #runs(): boolean {
    return this.#isOneOf("process", "bgprocess", "scripted");
  }

  #buildEnvironment(): void {
    const { values } = this.#reading;
    for (const option of values["load-options"] ?? []) {
      if (option === "export-service-name") {
        this.#environment.set("DINIT_SERVICE", splitName(this.#context.name).base);
      } else {
        this.#exportUser();
      }
    }
    const file = values["env-file"];
    if (file !== undefined) this.#readEnvironmentFile(file);
    for (const [name, value] of values.environment ?? []) this.#environment.set(name, value);
  }

  #exportUser(): void {
    const user = this.#user();
    if (user === undefined) {
      const uid = this.#uid();
      const why = `Cannot export the variables of user ${uid}: it is not in the user database`;
      this.#fail("load-options", why);
      return;
    }
    this.#environment.set("USER", user.name);
    this.#environment.set("LOGNAME", user.name);
    this.#environment.set("HOME", user.home);
    this.#environment.set("SHELL", user.shell);
    this.#environment.set("UID", String(user.uid));
    this.#environment.set("GID", String(user.gid));
  }

  #uid(): number {
    const runAs = this.#reading.values["run-as"];
    return runAs === undefined || runAs.kind === "manager" ? this.#context.managerUid : runAs.uid;
  }

  #user(): User | undefined {
    const runAs = this.#reading.values["run-as"];
    const { users } = this.#context;
    return runAs?.kind === "named" ? users.byName(runAs.user) : users.byUid(this.#uid());
  }

  #readEnvironmentFile(written: string): void {
    const path = this.#environmentPath(written);
    if (path === undefined) return;
    const result = this.#context.files.read(path);
    if (result.kind !== "contents") {
      const why = result.kind === "missing" ? "there is no such file" : result.why;
      this.#fail("env-file", `Cannot read environment file ${quote(path)}: ${why}`);
      return;
    }
    const decoded = decodeText(result.bytes, path);
    if (decoded.kind === "fault") {
      this.problems.push(decoded.problem);
      return;
    }
    const { lines, problems } = environmentLines(decoded.text, path);
    this.#environment.apply(lines);
    this.problems.push(...problems);
  }

  /** Relative to where the file of the setting really lies, links resolved. */
  #environmentPath(written: string): string | undefined {
    if (written.startsWith("/")) return written;
    const file = this.#reading.given.get("env-file")?.file ?? this.#context.source.file;
    const directory = this.#context.files.realDirectory(file);
    if (directory !== undefined) return joinPath(directory, written);
    this.#fail("env-file", `Cannot find out in which directory ${quote(file)} really lies`);
    return undefined;
  }

  #checkCombinations(): void {
    const { given, values } = this.#reading;
    if (given.has("type") && values.type === undefined) return;
    const type = this.#type;
    if (this.#runs && this.#isMissing("command")) {
      this.#fail("type", `A service of type "${type}" needs a command`, {
        hint: 'Add: command = ["PROGRAM", "ARGUMENT"]',
      });
    }
    if (type === "bgprocess" && this.#isMissing("pid-file")) {
      this.#fail("type", 'A service of type "bgprocess" needs a pid-file', {
        hint: "If the program can stay in the foreground, let it, and use type process",
      });
    }
    if (type === "bgprocess" && given.has("ready-notification")) {
      this.#fail(
        "ready-notification",
        "ready-notification is not possible on a bgprocess service",
        {
          hint: "Its first process tells that it is ready by ending",
        },
      );
    }
    if (!this.#isOneOf("process", "bgprocess") && given.has("consumer-of")) {
      this.#fail("consumer-of", `consumer-of is not possible on a service of type "${type}"`, {
        hint: "Only process and bgprocess services can read the output of others",
      });
    }
    if (values["consumer-of"] === this.#context.name) {
      this.#fail("consumer-of", "A service cannot be the consumer of its own output");
    }
    const kills = values.options?.includes("kill-all-on-stop") === true;
    if (kills && this.#isOneOf("process", "bgprocess", "triggered")) {
      this.#fail("options", `kill-all-on-stop is not possible on a service of type "${type}"`, {
        hint: "Only scripted and internal services can have it",
      });
    }
  }

  /** Nothing usable was given, nor anything that already was reported. */
  #isMissing(key: "command" | "pid-file"): boolean {
    const value = this.#reading.values[key];
    if (!this.#reading.given.has(key)) {
      return !this.#tree.hasLostLines && !this.#reading.hasUnknown;
    }
    return value !== undefined && value.length === 0;
  }

  #command(key: "command" | "stop-command"): readonly string[] {
    const words = this.#reading.values[key];
    if (words === undefined || !this.#runs) return [];
    if (!words.some((word) => word.includes("$"))) return words;
    const isList = Array.isArray(this.#reading.given.get(key)?.value);
    const result: string[] = [];
    for (const [index, word] of words.entries()) {
      const substituted = substituteArgument(word, this.#variables);
      if (substituted.kind === "arguments") {
        result.push(...substituted.words);
        continue;
      }
      const path = isList ? [index] : [];
      const position = this.#position(key, path, isList ? substituted.offset : undefined);
      this.#report(
        position,
        `Cannot replace variables in ${quote(word)} of ${key}: ${substituted.why}`,
      );
    }
    const isEmpty = result.length === 0 || result[0] === "";
    if (isEmpty && this.problems.length === 0 && key === "command") {
      this.#fail(key, `Nothing is left of ${key} once its variables are replaced`);
    }
    return result;
  }

  /** A path with its variables replaced; undefined when not given, or nothing is left of it. */
  #path(key: "working-dir" | "logfile" | "pid-file" | "socket-listen"): string | undefined {
    const written = this.#reading.values[key];
    if (written === undefined) return undefined;
    const result = substituteText(written, this.#variables);
    if (result.kind === "text") return result.text === "" ? undefined : result.text;
    const position = this.#position(key, [], result.offset);
    this.#report(position, `Cannot replace variables in ${key} = ${quote(written)}: ${result.why}`);
    return undefined;
  }

  #orderLinks(kind: "after" | "before"): readonly ServiceName[] {
    return this.#reading.order.filter((link) => link.kind === kind).map((link) => link.name);
  }

  #restartMode(): ServiceDescription["restart"] {
    const mode = this.#reading.values.restart ?? "always";
    const isSupervised = this.#isOneOf("process", "bgprocess");
    return mode === "on-failure" && !isSupervised ? "never" : mode;
  }

  #log(): LogTarget {
    const { values } = this.#reading;
    if (!this.#runs) return { kind: "none" };
    const path = this.#path("logfile");
    const kind = values["log-type"] ?? (path === undefined ? "none" : "file");
    if (kind === "none" || kind === "pipe") return { kind };
    if (kind === "buffer") {
      return { kind, limitBytes: values["log-buffer-size"] ?? DEFAULT_LOG_BUFFER_BYTES };
    }
    if (path === undefined) {
      this.#fail("log-type", 'log-type is "file", but there is no logfile: output goes nowhere', {
        severity: "warning",
      });
      return { kind: "none" };
    }
    return { kind: "file", path, ...this.#owner("logfile", 0o600) };
  }

  #socket(): SocketListen | undefined {
    const path = this.#path("socket-listen");
    if (path === undefined || !this.#runs) return undefined;
    return { path, ...this.#owner("socket", 0o666) };
  }

  #owner(
    prefix: "logfile" | "socket",
    defaultMode: number,
  ): { mode: number; uid: number | undefined; gid: number | undefined } {
    const { values } = this.#reading;
    const user: UserId | undefined = values[`${prefix}-uid`];
    const primary = user?.kind === "named" ? user.gid : undefined;
    return {
      mode: values[`${prefix}-permissions`] ?? defaultMode,
      uid: user?.uid,
      gid: values[`${prefix}-gid`] ?? primary,
    };
  }

  #console(): ConsoleUse {
    let use: ConsoleUse = "none";
    for (const option of this.#reading.values.options ?? []) {
      // The last one named wins, but running on the console includes starting on it.
      if (option === "shares-console") use = "shares";
      if (option === "runs-on-console") use = "runs";
      if (option === "starts-on-console" && use !== "runs") use = "starts";
    }
    if (use === "shares" && !this.#runs) return "none";
    return use === "runs" && this.#type === "bgprocess" ? "starts" : use;
  }

  #options(): ServiceOptions {
    const given = new Set(this.#reading.values.options);
    const has = (option: Option) => given.has(option) && this.#appliesTo(option);
    return {
      unmaskInterrupt: has("unmask-intr"),
      startsRwfs: has("starts-rwfs"),
      startsLog: has("starts-log"),
      passControlSocket: has("pass-cs-fd"),
      startInterruptible: has("start-interruptible"),
      skippable: has("skippable"),
      signalProcessOnly: has("signal-process-only"),
      alwaysChain: has("always-chain"),
      killAllOnStop: has("kill-all-on-stop"),
    };
  }

  #appliesTo(option: Option): boolean {
    return OPTION_TEXTS[option].types.includes(this.#type);
  }

  #attributes(): ProcessAttributes {
    const { values } = this.#reading;
    const isProcess = this.#type === "process";
    return {
      runAs: values["run-as"] ?? { kind: "manager" },
      limits: this.#limits(),
      nice: values.nice,
      ioPriority: values.ioprio,
      oomScoreAdjust: values["oom-score-adj"],
      cgroup: values["run-in-cgroup"],
      capabilities: values.capabilities,
      secureBits: values.securebits,
      noNewPrivileges: values.options?.includes("no-new-privs") === true,
      inittabId: isProcess ? values["inittab-id"] : undefined,
      inittabLine: isProcess ? values["inittab-line"] : undefined,
    };
  }

  #limits(): readonly ResourceLimit[] {
    const limits: ResourceLimit[] = [];
    for (const resource of RESOURCES) {
      const pair = this.#reading.values[`rlimit-${resource}`];
      if (pair === undefined) continue;
      if (pair.soft === "unchanged" && pair.hard === "unchanged") continue;
      limits.push({ resource, ...pair });
    }
    return limits;
  }

  #fail(key: SettingKey, message: string, options: ProblemOptions = {}): void {
    this.#report(this.#position(key), message, options);
  }

  #report(
    where: Position | { readonly file: string },
    message: string,
    options: ProblemOptions = {},
  ): void {
    this.problems.push(problem(where, message, options));
  }

  /** Where a setting's value stands; the file as a whole when it is not given. */
  #position(
    key: keyof typeof SETTINGS,
    path: readonly (string | number)[] = [],
    offset?: number,
  ): Position | { readonly file: string } {
    const assignment = this.#reading.given.get(key);
    if (assignment === undefined) return { file: this.#tree.file };
    return this.#tree.locate(assignment, { part: "value", path, offset });
  }
}

const RESOURCES: readonly LimitedResource[] = ["nofile", "core", "data", "addrspace"];
