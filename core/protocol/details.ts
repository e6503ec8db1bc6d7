/**
 * What our manager tells of a service beyond upstream's status block: an extension of reply 66.
 *
 * A list of `NAME=VALUE` texts, each ended by a NUL. A client takes no notice of names that it does
 * not know, and a name that is missing has nothing to tell; so the list may grow.
 */
import { type HealthState, unreachable } from "../types.ts";
import type { ReportedExit } from "./status_block.ts";

/** Points in time are told as how long ago, so that no clock need agree with another. */
export interface ReportedDetails {
  /** Its own name, which need not be the one that it was asked for by; only told with aliases. */
  readonly name: string | undefined;
  readonly aliases: readonly string[];
  /** What its description says that it is. */
  readonly summary: string | undefined;
  /** Where to read about it. */
  readonly documentation: readonly string[];
  /** Files that were put over its description, in this order. */
  readonly dropIns: readonly string[];
  /** The file that keeps it from being started. */
  readonly mask: string | undefined;
  /** What the service says it is doing. */
  readonly statusText: string | undefined;
  /** How long it has been in its state, in milliseconds; undefined: since it was loaded. */
  readonly inStateMs: number | undefined;
  /** Automatic restarts since it was last started by an order, or for another service. */
  readonly restarts: number;
  /** The restart limit kept it from another one. */
  readonly isLimitReached: boolean;
  /** What probes have found; undefined: it is not asked. */
  readonly health: ReportedHealth | undefined;
  /** Until its process is launched again, in milliseconds; undefined: no launch is put off. */
  readonly nextLaunchInMs: number | undefined;
  /** The service whose failure it is started for. */
  readonly startedFor: string | undefined;
  /** How its process ended last, and how many milliseconds ago. */
  readonly lastEnd: { readonly agoMs: number; readonly exit: ReportedExit } | undefined;
  readonly isPinnedStarted: boolean;
  readonly isPinnedStopped: boolean;
  /** The manager has crashed over it, and does nothing for it. */
  readonly isSetAside: boolean;
  /** Its start was skipped: the condition that did not hold. */
  readonly unmetCondition: string | undefined;
  /** The dependency that made its start fail, or went down under it. */
  readonly failedDependency: string | undefined;
  /** Undefined: it has none. */
  readonly timer: ReportedTimer | undefined;
  /** What the log said last about it that was wrong, or about the dependency; and when. */
  readonly fault: { readonly text: string; readonly agoMs: number } | undefined;
}

/** What is known of a service by asking it. */
export interface ReportedHealth {
  /** What it is asked for at present. */
  readonly purpose: "readiness" | "liveness";
  readonly state: HealthState;
  /** Since when that is so; undefined: it is unknown. */
  readonly agoMs: number | undefined;
  /** What was wrong with the last answer, or the verdict; empty: nothing. */
  readonly why: string;
}

/** The timer of a service. */
export interface ReportedTimer {
  /** When it runs, for people: `Mon *-*-* 02:00:00; every 3600 s`. */
  readonly times: string;
  /** Until its next run, in milliseconds; undefined: none is to come, or it runs. */
  readonly nextInMs: number | undefined;
  /** Since its last run began, in milliseconds; undefined: there was none. */
  readonly lastAgoMs: number | undefined;
}

/** The list's texts. */
export function detailTexts(details: ReportedDetails): readonly string[] {
  const { lastEnd, fault } = details;
  const texts: readonly (readonly [string, string | undefined])[] = [
    ["in-state", details.inStateMs?.toFixed(0)],
    ["restarts", details.restarts.toFixed(0)],
    ["limit-reached", details.isLimitReached ? "yes" : undefined],
    ["health", details.health && healthWords(details.health)],
    ["next-launch", details.nextLaunchInMs?.toFixed(0)],
    ["started-for", details.startedFor],
    ["last-end", lastEnd && `${lastEnd.agoMs.toFixed(0)} ${exitWords(lastEnd.exit)}`],
    ["pinned", pinWords(details)],
    ["set-aside", details.isSetAside ? "yes" : undefined],
    ["unmet-condition", details.unmetCondition],
    ["failed-dependency", details.failedDependency],
    ["timer", details.timer?.times],
    ["next-run", details.timer?.nextInMs?.toFixed(0)],
    ["last-run", details.timer?.lastAgoMs?.toFixed(0)],
    ["fault", fault && `${fault.agoMs.toFixed(0)} ${fault.text}`],
    ["status", details.statusText],
    ["name", details.name],
    ...details.aliases.map((alias) => ["alias", alias] as const),
    ["description", details.summary],
    ...details.documentation.map((address) => ["documentation", address] as const),
    ...details.dropIns.map((file) => ["drop-in", file] as const),
    ["mask", details.mask],
  ];
  return texts.flatMap(([name, value]) => value === undefined ? [] : [`${name}=${value}`]);
}

/** The inverse of {@link detailTexts}; what cannot be understood counts as not told. */
export function detailsOf(texts: readonly string[]): ReportedDetails {
  const values = new Map<string, string>();
  /** Names that are there more than once. */
  const lists: Readonly<Record<string, string[]>> = {
    ...{ alias: [], documentation: [], "drop-in": [] },
  };
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals <= 0) continue;
    const name = text.slice(0, equals);
    const value = text.slice(equals + 1);
    if (Object.hasOwn(lists, name)) lists[name]?.push(value);
    else values.set(name, value);
  }
  const pins = (values.get("pinned") ?? "").split(" ");
  const [endAgo, endWords] = divided(values.get("last-end"));
  const exit = exitOfWords(endWords);
  const [faultAgo, faultText] = divided(values.get("fault"));
  return {
    name: values.get("name"),
    aliases: lists.alias ?? [],
    summary: values.get("description"),
    documentation: lists.documentation ?? [],
    dropIns: lists["drop-in"] ?? [],
    mask: values.get("mask"),
    statusText: values.get("status"),
    inStateMs: wholeNumber(values.get("in-state")),
    restarts: wholeNumber(values.get("restarts")) ?? 0,
    isLimitReached: values.has("limit-reached"),
    health: healthOf(values.get("health")),
    nextLaunchInMs: wholeNumber(values.get("next-launch")),
    startedFor: values.get("started-for"),
    lastEnd: endAgo === undefined || exit === undefined ? undefined : { agoMs: endAgo, exit },
    isPinnedStarted: pins.includes("started"),
    isPinnedStopped: pins.includes("stopped"),
    isSetAside: values.has("set-aside"),
    unmetCondition: values.get("unmet-condition"),
    failedDependency: values.get("failed-dependency"),
    timer: timerOf(values),
    fault: faultAgo === undefined ? undefined : { text: faultText, agoMs: faultAgo },
  };
}

/** `liveness unhealthy 1200 no answer within 1 s`. */
export function healthWords({ purpose, state, agoMs, why }: ReportedHealth): string {
  return `${purpose} ${state} ${agoMs?.toFixed(0) ?? "-"} ${why}`;
}

/** The inverse of {@link healthWords}; undefined: it cannot be understood. */
export function healthOf(text: string | undefined): ReportedHealth | undefined {
  const match = /^(readiness|liveness) (unknown|healthy|unhealthy) ([0-9]{1,15}|-) ([^]*)$/
    .exec(text ?? "");
  if (match === null) return undefined;
  const [, purpose, state, ago, why = ""] = match;
  return {
    purpose: purpose === "readiness" ? "readiness" : "liveness",
    state: state === "healthy" || state === "unhealthy" ? state : "unknown",
    agoMs: wholeNumber(ago),
    why,
  };
}

function timerOf(values: ReadonlyMap<string, string>): ReportedTimer | undefined {
  const times = values.get("timer");
  if (times === undefined) return undefined;
  return {
    times,
    nextInMs: wholeNumber(values.get("next-run")),
    lastAgoMs: wholeNumber(values.get("last-run")),
  };
}

/**
 * What {@link detailsOf} gives for the texts of details, if there are none of others among them;
 * otherwise undefined.
 */
export function plainDetails(details: ReportedDetails): ReportedDetails | undefined {
  const {
    aliases,
    summary,
    documentation,
    dropIns,
    mask,
    statusText,
    inStateMs,
    lastEnd,
    failedDependency,
    fault,
    timer,
    unmetCondition,
    nextLaunchInMs,
    startedFor,
    health,
  } = details;
  const isPlain = statusText === undefined && lastEnd === undefined && fault === undefined &&
    failedDependency === undefined && summary === undefined && documentation.length === 0 &&
    dropIns.length === 0 && mask === undefined &&
    aliases.length === 0 && timer === undefined && unmetCondition === undefined &&
    nextLaunchInMs === undefined && startedFor === undefined && health === undefined;
  if (!isPlain || inStateMs === undefined || inStateMs < 0) return undefined;
  return { ...details, inStateMs: Math.round(inStateMs) };
}

function pinWords({ isPinnedStarted, isPinnedStopped }: ReportedDetails): string | undefined {
  const words = [...isPinnedStarted ? ["started"] : [], ...isPinnedStopped ? ["stopped"] : []];
  return words.length === 0 ? undefined : words.join(" ");
}

/** A number before the first blank, and the text after it. */
function divided(value: string | undefined): readonly [number | undefined, string] {
  if (value === undefined) return [undefined, ""];
  const blank = value.indexOf(" ");
  if (blank < 0) return [wholeNumber(value), ""];
  return [wholeNumber(value.slice(0, blank)), value.slice(blank + 1)];
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

function exitWords(exit: ReportedExit): string {
  switch (exit.kind) {
    case "exited":
      return `exited ${exit.code}`;
    case "signalled":
      return `${exit.dumpedCore ? "dumped" : "killed"} ${exit.signal}`;
    case "unsuccessful":
    case "none":
      return "unknown";
    default:
      return unreachable(exit);
  }
}

function exitOfWords(words: string): ReportedExit | undefined {
  const [kind, number] = words.split(" ");
  const value = wholeNumber(number);
  if (kind === "unknown") return { kind: "unsuccessful" };
  if (value === undefined) return undefined;
  if (kind === "exited") return { kind: "exited", code: value };
  if (kind !== "killed" && kind !== "dumped") return undefined;
  return { kind: "signalled", signal: value, dumpedCore: kind === "dumped" };
}
