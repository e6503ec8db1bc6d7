/**
 * Typed values → ServiceDescription: defaults filled in, variables in commands and paths replaced,
 * what has no effect on the type left out.
 */
import { PLAIN_ATTRIBUTES, type ServiceName } from "../../types.ts";
import { type Abilities, checkAbilities } from "./abilities.ts";
import { assembleLog, assembleLogCopies, assembleLogRate } from "./log.ts";
import { assembleSandbox } from "./sandbox.ts";
import { assembleSockets } from "./sockets.ts";
import { checkCombinations } from "./combinations.ts";
import { checkDescriptorConflicts } from "./descriptor_conflicts.ts";
import {
  type ConsoleUse,
  type DescriptionSource,
  type FolderKind,
  LIMITED_RESOURCES,
  type ListeningSocket,
  type LogCopies,
  type LogTarget,
  type ProcessAttributes,
  type Refresh,
  type ResourceLimit,
  type RestartBackoff,
  type ServiceDescription,
  type ServiceFolder,
  type ServiceOptions,
  type ServiceType,
  type SideCommand,
} from "../contract/description.ts";
import {
  type CommandKey,
  CommandReporter,
  type CommandWord,
  type SideKey,
} from "./command_reporter.ts";
import type { ConditionGroup } from "../../conditions/condition.ts";
import type { DropIn } from "../contract/drop_in.ts";
import type { EnvironmentBuilder } from "../environment/builder.ts";
import { splitName, withArgument } from "../contract/names.ts";
import { type Problem, quote } from "../contract/problem.ts";
import { replacedText } from "./replaced_text.ts";
import { type EnvironmentContext, serviceEnvironment } from "./environment.ts";
import { hiddenBy } from "../../sandbox/needs.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { SettingReporter } from "../settings/setting_reporter.ts";
import { type Option, OPTION_TEXTS } from "../settings/options.ts";
import {
  NO_ITEMS,
  NO_LOG,
  NO_NOTIFICATION,
  NO_OPTIONS,
  NO_REFRESH,
  shareEmpty,
  sharePlain,
  USUAL_COPIES,
} from "../../plain_values.ts";
import { substituteArgument, type Variables } from "../text/substitution.ts";
import type { SettingsTree } from "../text/tree.ts";
import type { Reading } from "../settings/validate.ts";

/** What a description depends on besides its own text. */
export interface AssembleContext extends EnvironmentContext {
  readonly source: DescriptionSource;
  /** What is put over the text, in this order; absent: nothing. */
  readonly dropIns?: readonly DropIn[] | undefined;
  /** Undefined: those of no certain manager, which can do everything. */
  readonly abilities?: Abilities | undefined;
}

/** A description but for its dependencies, which may need directories to be read. */
export type Body = Omit<ServiceDescription, "dependencies">;

/** Puts a description together. It is of use only when there is no error among the problems. */
export function assemble(
  reading: Reading,
  tree: SettingsTree,
  context: AssembleContext,
): { readonly body: Body; readonly problems: readonly Problem[] } {
  const reporter = new SettingReporter(reading, tree);
  checkCombinations(context, reading, tree, reporter);
  if (context.abilities !== undefined) checkAbilities(reading, reporter, context.abilities);
  const body = new Assembler(reading, context, reporter).assemble();
  checkDescriptorConflicts(body, reporter);
  return { body, problems: reporter.problems };
}

const DEFAULT_RESTART_DELAY_MS = 200;
const DEFAULT_RESTART_CAP_MS = 60_000;
const DEFAULT_GOOD_RUN_MS = 60_000;
const DEFAULT_RESTART_INTERVAL_MS = 10_000;
const DEFAULT_RESTART_COUNT = 3;
const DEFAULT_ACTIVATION_INTERVAL_MS = 10_000;
const DEFAULT_ACTIVATION_COUNT = 20;
const DEFAULT_START_TIMEOUT_MS = 60_000;
const DEFAULT_STOP_TIMEOUT_MS = 10_000;

class Assembler {
  readonly #reading: Reading;
  readonly #context: AssembleContext;
  readonly #reporter: SettingReporter;
  readonly #type: ServiceType;
  readonly #environment: EnvironmentBuilder;
  readonly #variables: Variables;
  readonly #commands: CommandReporter;

  constructor(reading: Reading, context: AssembleContext, reporter: SettingReporter) {
    this.#reading = reading;
    this.#context = context;
    this.#reporter = reporter;
    this.#type = reading.values.type ?? "internal";
    this.#commands = new CommandReporter(reading, reporter);
    const environment = serviceEnvironment(reading, context, reporter);
    this.#environment = environment;
    this.#variables = {
      argument: splitName(context.name).argument,
      value: (name) => environment.value(name),
    };
  }

  assemble(): Body {
    const { values } = this.#reading;
    const isSupervised = this.#isOneOf("process", "bgprocess");
    return {
      name: this.#context.name,
      source: this.#context.source,
      type: this.#type,
      aliases: this.#aliases(),
      summary: values.description,
      documentation: values.documentation ?? NO_ITEMS,
      command: this.#command("command"),
      stopCommand: this.#command("stop-command"),
      startPre: this.#sideCommands("start-pre"),
      startPost: this.#sideCommands("start-post"),
      stopPost: this.#sideCommands("stop-post"),
      refresh: this.#refresh(),
      workingDirectory: this.#workingDirectory(),
      environment: this.#environment.changes(),
      folders: this.#folders(),
      attributes: this.#attributes(),
      conditions: shareEmpty(values.conditions ?? NO_ITEMS),
      assertions: this.#assertions(),
      requiresMountsFor: shareEmpty(values["requires-mounts-for"] ?? NO_ITEMS),
      conflicts: shareEmpty(values.conflicts?.map(({ value }) => value) ?? NO_ITEMS),
      after: this.#orderLinks("after"),
      before: this.#orderLinks("before"),
      chainTo: values["chain-to"],
      onFailure: values["on-failure"],
      consumerOf: values["consumer-of"],
      restart: this.#restartMode(),
      successStatus: this.#runs ? values["success-status"] ?? NO_ITEMS : NO_ITEMS,
      restartPreventStatus: isSupervised ? values["restart-prevent-status"] ?? NO_ITEMS : NO_ITEMS,
      restartForceStatus: isSupervised ? values["restart-force-status"] ?? NO_ITEMS : NO_ITEMS,
      smoothRecovery: isSupervised && (values["smooth-recovery"] ?? false),
      restartDelayMs: values["restart-delay"] ?? DEFAULT_RESTART_DELAY_MS,
      backoff: isSupervised ? this.#backoff() : undefined,
      restartLimitIntervalMs: values["restart-limit-interval"] ?? DEFAULT_RESTART_INTERVAL_MS,
      restartLimitCount: values["restart-limit-count"] ?? DEFAULT_RESTART_COUNT,
      activationLimitCount: values["activation-limit-count"] ?? DEFAULT_ACTIVATION_COUNT,
      activationLimitIntervalMs: values["activation-limit-interval"] ??
        DEFAULT_ACTIVATION_INTERVAL_MS,
      startTimeoutMs: values["start-timeout"] ?? DEFAULT_START_TIMEOUT_MS,
      stopTimeoutMs: values["stop-timeout"] ?? DEFAULT_STOP_TIMEOUT_MS,
      termSignal: values["term-signal"] ?? "TERM",
      pidFile: this.#type === "bgprocess" ? this.#path("pid-file") : undefined,
      readyNotification: this.#type === "process"
        ? values["ready-notification"] ?? NO_NOTIFICATION
        : NO_NOTIFICATION,
      readiness: this.#type === "process" ? values.readiness : undefined,
      liveness: isSupervised ? values.liveness : undefined,
      killTree: this.#runs && (values["kill-tree"] ?? this.#context.abilities?.endsTrees ?? false),
      cgroup: this.#runs ? values.cgroup : undefined,
      delegate: this.#runs && (values.delegate ?? false),
      oomPolicy: this.#runs ? values["oom-policy"] : undefined,
      devices: this.#runs ? values.devices : undefined,
      sandbox: this.#sandbox(),
      watchdogTimeoutMs: this.#type === "process" ? values["watchdog-timeout"] ?? 0 : 0,
      log: this.#log(),
      logCopies: this.#logCopies(),
      logRate: this.#runs ? assembleLogRate(values) : undefined,
      console: this.#console(),
      sockets: this.#sockets(),
      startsOnDemand: this.#type === "process" &&
        (values["socket-activation"] === "on-demand" || values.timer !== undefined),
      timer: this.#type === "process" ? values.timer : undefined,
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

  #aliases(): readonly ServiceName[] {
    const { aliases } = this.#reading.values;
    if (aliases === undefined) return NO_ITEMS;
    const { argument } = splitName(this.#context.name);
    return shareEmpty(aliases.map(({ value }) => withArgument(value, argument)));
  }

  #folders(): readonly ServiceFolder[] {
    if (!this.#runs) return NO_ITEMS;
    const { values } = this.#reading;
    return shareEmpty(
      FOLDER_KINDS.flatMap((kind) =>
        values[`${kind}-directory`]?.map((folder) => ({ kind, ...folder })) ?? []
      ),
    );
  }

  #refresh(): Refresh {
    const signal = this.#reading.values["reload-signal"];
    if (signal !== undefined && this.#isOneOf("process", "bgprocess")) {
      return { kind: "signal", signal };
    }
    const command = this.#command("reload-command");
    return command.length === 0 ? NO_REFRESH : { kind: "command", command };
  }

  #sideCommands(key: "start-pre" | "start-post" | "stop-post"): readonly SideCommand[] {
    const written = this.#reading.values[key];
    if (written === undefined || !this.#runs) return NO_ITEMS;
    return shareEmpty(written.map((command) => {
      const { words, mayFail, index, isText } = command;
      const element = { list: index, isText, hasDash: mayFail };
      return { words: this.#substituted(key, words, element), mayFail };
    }));
  }

  #command(key: CommandKey): readonly string[] {
    const words = this.#reading.values[key];
    if (words === undefined || !this.#runs) return NO_ITEMS;
    return this.#substituted(key, words);
  }

  #substituted(
    key: CommandKey | SideKey,
    words: readonly string[],
    element?: CommandWord["element"],
  ): readonly string[] {
    if (!words.some((word) => word.includes("$"))) return words;
    const result: string[] = [];
    for (const [index, word] of words.entries()) {
      const substituted = substituteArgument(word, this.#variables);
      const command = { key, words, index, ...element && { element } };
      if (substituted.kind === "arguments") {
        result.push(...substituted.words);
        this.#commands.warn(command, substituted.uses);
      } else {
        this.#commands.fail(command, substituted);
      }
    }
    const isEmpty = result.length === 0 || result[0] === "";
    const hasFault = this.#reporter.problems.some(({ severity }) => severity === "error");
    if (isEmpty && !hasFault && key !== "stop-command") {
      this.#reporter.fail(key, `Nothing is left of ${key} once its variables are replaced`);
    }
    return result;
  }

  /** A path with its variables replaced; undefined when not given, or nothing is left of it. */
  #path(key: "working-dir" | "logfile" | "pid-file" | "socket-listen"): string | undefined {
    const written = this.#reading.values[key];
    if (written === undefined) return undefined;
    const shown = `${key} = ${quote(written)}`;
    const fault = `Cannot replace variables in ${shown}`;
    const place = { key, path: [], fault, doubt: `Doubtful ${shown}` };
    const text = replacedText(written, place, {
      variables: this.#variables,
      reporter: this.#reporter,
    });
    return text === "" ? undefined : text;
  }

  #orderLinks(kind: "after" | "before"): readonly ServiceName[] {
    const { order } = this.#reading;
    return shareEmpty(order.filter((link) => link.kind === kind).map((link) => link.name));
  }

  #restartMode(): ServiceDescription["restart"] {
    const mode = this.#reading.values.restart ?? "always";
    const isSupervised = this.#isOneOf("process", "bgprocess");
    return mode === "on-failure" && !isSupervised ? "never" : mode;
  }

  #backoff(): RestartBackoff | undefined {
    const { values } = this.#reading;
    const stepMs = values["restart-delay-step"] ?? 0;
    const factor = values["restart-delay-factor"] ?? 1;
    const jitter = values["restart-delay-jitter"] ?? 0;
    if (stepMs === 0 && factor === 1 && jitter === 0) return undefined;
    const delayMs = values["restart-delay"] ?? DEFAULT_RESTART_DELAY_MS;
    const capMs = values["restart-delay-cap"] ?? Math.max(DEFAULT_RESTART_CAP_MS, delayMs);
    const goodRunMs = values["restart-delay-reset"] ?? DEFAULT_GOOD_RUN_MS;
    return { factor, stepMs, capMs, jitter, goodRunMs };
  }

  /** A mask is one more that the description did not have to say. */
  #assertions(): readonly ConditionGroup[] {
    const written = shareEmpty(this.#reading.values.assertions ?? NO_ITEMS);
    const { mask } = this.#context.source;
    if (mask === undefined) return written;
    return [[{ kind: "path-exists", value: mask, isNegated: true }], ...written];
  }

  #log(): LogTarget {
    if (!this.#runs) return NO_LOG;
    const { format } = this.#context.source;
    const context = { format, reporter: this.#reporter };
    return assembleLog(this.#reading.values, this.#path("logfile"), context);
  }

  #logCopies(): LogCopies {
    if (!this.#runs) return USUAL_COPIES;
    return assembleLogCopies(this.#reading.values, this.#context.name);
  }

  #sockets(): readonly ListeningSocket[] {
    if (!this.#runs) return NO_ITEMS;
    const { name } = this.#context;
    const context = { name, variables: this.#variables, reporter: this.#reporter };
    return shareEmpty(
      assembleSockets(this.#reading.values, this.#path("socket-listen"), context),
    );
  }

  #workingDirectory(): string {
    const written = this.#path("working-dir");
    const directory = written ?? this.#context.source.directory;
    const { sandbox } = this.#reading.values;
    const line = sandbox === undefined || !this.#runs ? undefined : hiddenBy(sandbox, directory);
    if (line === undefined) return directory;
    if (written === undefined) return "/";
    const message = `${line} of the sandbox hides the working directory ${quote(directory)}`;
    this.#reporter.fail("working-dir", message);
    return directory;
  }

  #sandbox(): Sandbox | undefined {
    if (!this.#runs) return undefined;
    const { abilities } = this.#context;
    const context = { variables: this.#variables, reporter: this.#reporter, abilities };
    return assembleSandbox(this.#reading, context);
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
    const { options } = this.#reading.values;
    if (options === undefined) return NO_OPTIONS;
    const given = new Set(options);
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
    const attributes: ProcessAttributes = {
      runAs: values["run-as"] ?? PLAIN_ATTRIBUTES.runAs,
      limits: this.#limits(),
      umask: values.umask,
      nice: values.nice,
      ioPriority: values.ioprio,
      oomScoreAdjust: values["oom-score-adj"],
      runInCgroup: values["run-in-cgroup"],
      capabilities: values.capabilities,
      boundingSet: values["capability-bounding-set"],
      secureBits: values.securebits,
      noNewPrivileges: values.options?.includes("no-new-privs") === true,
      inittabId: isProcess ? values["inittab-id"] : undefined,
      inittabLine: isProcess ? values["inittab-line"] : undefined,
    };
    return sharePlain(attributes, PLAIN_ATTRIBUTES);
  }

  #limits(): readonly ResourceLimit[] {
    const limits: ResourceLimit[] = [];
    for (const resource of LIMITED_RESOURCES) {
      const pair = this.#reading.values[`rlimit-${resource}`];
      if (pair === undefined) continue;
      if (pair.soft === "unchanged" && pair.hard === "unchanged") continue;
      limits.push({ resource, ...pair });
    }
    return limits.length === 0 ? PLAIN_ATTRIBUTES.limits : limits;
  }
}

/** In the order in which they are made. */
const FOLDER_KINDS: readonly FolderKind[] = ["runtime", "state", "cache", "log", "configuration"];
