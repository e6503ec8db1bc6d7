/**
 * Reports → what is printed. The one place that decides between plain lines, a terminal and JSON.
 */
import { printable, printableJson, printableJsonList } from "../../core/text/printable.ts";
import type { Report, SignalRow } from "../interface/report.ts";
import { type Paint, plainPaint, terminalPaint } from "./text/colour.ts";
import { chartSvg } from "./starts/chart_svg.ts";
import { detailsJson, listedServiceJson, planJson, treeJson } from "./services/json.ts";
import { groupedList, listLines } from "./services/list_text.ts";
import { bootLines, bootsJson } from "./logs/boots_text.ts";
import { colouredLines, logJson, logLines } from "./logs/log_text.ts";
import { metricsText } from "./figures/metrics_text.ts";
import { orderText } from "./orders/order_text.ts";
import { planLines } from "./orders/plan_text.ts";
import { type Printed, problem, success, told } from "./text/printed.ts";
import { blameJson, blameLines, chainJson, chainLines } from "./starts/starts_text.ts";
import { type ErrorText, stateName } from "./text/state_text.ts";
import { propertyLines } from "./services/properties_text.ts";
import { passingText, pictureText } from "./text/screen_codes.ts";
import { statusLines } from "./services/status_text.ts";
import { timedServiceJson, timersLines } from "./services/timers_text.ts";
import { treeLines } from "./services/tree_text.ts";
import { waitText } from "./orders/wait_text.ts";
import { topJson, topTable } from "./figures/top_table.ts";
import { EVENT_WORDS, watchTable } from "./services/watch_table.ts";

export interface RenderStyle {
  readonly json: boolean;
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  /** Several services were named: each line says which one it is about. */
  readonly isOneOfMany: boolean;
  readonly errorText: ErrorText;
  /** Bytes of a service's output to text; what belongs to a letter may come in two pieces. */
  readonly decodeOutput: (bytes: Uint8Array) => string;
  /** The time now, in milliseconds since 1970. */
  readonly wallClockMs: () => number;
  /** Local time of day for what happens while one watches. */
  readonly timeOfDay: () => string;
}

/** The output for one report, in order; of a long one in pieces, each made when it is taken. */
export function renderReport(report: Report, style: RenderStyle): Iterable<Printed> {
  const paint: Paint = style.hasColour ? terminalPaint : plainPaint;
  switch (report.kind) {
    case "list":
      return inPieces(listText(report.services, style, paint));
    case "status":
      return inPieces(statusText(report, style, paint));
    case "timers":
      return inPieces(timersText(report.services, style));
    case "properties":
      return inPieces(propertyLines(report, style.wallClockMs()));
    case "file-text":
      return fileText(report, style);
    case "tree":
      return inPieces(treeText(report.rows, style, paint));
    case "plan":
      return style.json ? [jsonObject(planJson(report.plan))] : planLines(report.plan);
    case "blame":
      if (style.json) return inPieces(jsonText(blameJson(report.starts), (service) => service));
      return blameLines(report.starts);
    case "critical-path":
      if (style.json) return [jsonObject(chainJson(report.starts, report.service))];
      return chainLines(report.starts, report.service);
    case "boot-chart":
      return inPieces(chartSvg(report.starts));
    case "top":
      if (style.json) return inPieces(jsonText(topJson(report), (service) => service));
      return [topPicture(report, style, paint)];
    case "metrics":
      return inPieces(metricsText(report, report.format));
    case "word":
      return [success(report.word)];
    case "state-name":
      return [told(stateName(report.state))];
    case "load-failed":
      return loadFailureLines(report);
    case "not-loaded":
      return style.isOneOfMany
        ? [problem(`service '${report.service}' not loaded.`)]
        : [problem("service not loaded.")];
    case "no-match":
      return [problem(`no loaded service matches '${report.pattern}'.`)];
    case "service-done":
      return [success(`Service '${report.service}' ${DONE_WORDS[report.done]}.`)];
    case "dependency-changed":
      return [success(`Service '${report.from}': dependency '${report.to}' ${report.change}`)];
    case "output":
      return outputOf(report.bytes, style, paint);
    case "log-lines":
      return inPieces(
        style.json
          ? logJson(report.lines)
          : logLines(report.lines, { ...report, isTerminal: style.isTerminal, paint }),
      );
    case "boots":
      return style.json ? [jsonObject(bootsJson(report))] : bootLines(report);
    case "log-buffer":
      return logBuffer(report.bytes, style);
    case "signal-names":
      return signalLines(report.signals);
    case "happened":
      return [happenedLine(report, style, paint)];
    case "health-changed":
      return [healthLine(report, style, paint)];
    case "table":
      return [watchPicture(report, style, paint)];
    case "waiting":
      return [{ stream: "success", text: passingText(waitText(report)) }];
    case "waiting-over":
      return [{ stream: "success", text: passingText("") }];
    case "interruptible":
      // For the driver: `interruptText`.
      return [];
    case "progress":
      return [success(report.text)];
    case "remark":
      return [problem(report.text)];
    case "error":
      return [...report.lines.map((line) => problem(line)), ...causeLines(report.causes ?? [])];
    default:
      // What is left is about an order; any other kind does not compile here.
      return orderText(report, style.isOneOfMany, style.errorText);
  }
}

function jsonObject(value: object): Printed {
  return { stream: "out", text: `${printableJson(value)}\n` };
}

const DONE_WORDS: Readonly<Record<Extract<Report, { kind: "service-done" }>["done"], string>> = {
  unpinned: "unpinned",
  unloaded: "unloaded",
  reloaded: "reloaded",
  refreshed: "refreshed",
  enabled: "has been enabled",
  disabled: "has been disabled",
  masked: "has been masked",
  unmasked: "has been unmasked",
};

type ReportOf<K extends Report["kind"]> = Extract<Report, { kind: K }>;

function signalLines(signals: readonly SignalRow[]): readonly Printed[] {
  return [
    told("dinitctl: The following signal names are supported:"),
    ...signals.map(({ name, number }) => told(`dinitctl: ${name.padEnd(5)}-> ${number}`)),
  ];
}

function watchPicture(
  { services, size, isPassing }: ReportOf<"table">,
  style: RenderStyle,
  paint: Paint,
): Printed {
  const lines = watchTable(services, size, { paint, time: style.timeOfDay() });
  const text = isPassing ? pictureText(lines) : lines.map((line) => `${line}\n`).join("");
  return { stream: "out", text };
}

function topPicture(report: ReportOf<"top">, style: RenderStyle, paint: Paint): Printed {
  const time = report.size === undefined ? "" : style.timeOfDay();
  const lines = topTable(report, { paint, time });
  const text = report.isPassing ? pictureText(lines) : lines.map((line) => `${line}\n`).join("");
  return { stream: "out", text };
}

function* inPieces(texts: Iterable<string>): Iterable<Printed> {
  for (const text of texts) yield { stream: "out", text };
}

function* jsonText<Value>(
  values: readonly Value[],
  toJson: (value: Value) => object,
): Iterable<string> {
  yield* printableJsonList(values.values().map(toJson));
  yield "\n";
}

function listText(
  services: ReportOf<"list">["services"],
  style: RenderStyle,
  paint: Paint,
): Iterable<string> {
  if (style.json) {
    const nowMs = style.wallClockMs();
    return jsonText(services, (service) => listedServiceJson(service, nowMs));
  }
  return style.isTerminal ? groupedList(services, paint) : listLines(services);
}

function timersText(
  services: ReportOf<"timers">["services"],
  style: RenderStyle,
): Iterable<string> {
  const nowMs = style.wallClockMs();
  if (style.json) return jsonText(services, (service) => timedServiceJson(service, nowMs));
  return [timersLines(services, nowMs)];
}

function* treeText(
  rows: ReportOf<"tree">["rows"],
  { json }: RenderStyle,
  paint: Paint,
): Iterable<string> {
  if (!json) return yield* treeLines(rows, paint);
  yield* treeJson(rows);
  yield "\n";
}

function* statusText(
  { services, hasEarlier }: ReportOf<"status">,
  style: RenderStyle,
  paint: Paint,
): Iterable<string> {
  const nowMs = style.wallClockMs();
  if (style.json) return yield* jsonText(services, (service) => detailsJson(service, nowMs));
  const { errorText } = style;
  let gap = hasEarlier === true ? "\n" : "";
  for (const service of services) {
    yield gap + statusLines(service, { paint, errorText, nowMs });
    gap = "\n";
  }
}

/** Upstream's lines first; then what it does not say. */
function loadFailureLines(report: ReportOf<"load-failed">): readonly Printed[] {
  const { service } = report;
  if (report.fault === "no-description") {
    const places = report.searched.length === 0 ? "" : ` (looked in ${report.searched.join(", ")})`;
    return [
      problem("failed to find service description."),
      problem("check service description file exists / service name spelling."),
      problem(`no service '${service}'${places}${meantText(report.meant)}`),
    ];
  }
  const what = report.fault === "description-error"
    ? "error in service description."
    : "error loading service (or dependency of service).";
  if (report.causes.length > 0) return [problem(what), ...causeLines(report.causes)];
  return [
    problem(what),
    problem(`try 'dinit-check ${service}' or check log for more information.`),
  ];
}

function meantText(meant: ReportOf<"load-failed">["meant"]): string {
  switch (meant?.kind) {
    case "service":
      return `; did you mean '${meant.name}'?`;
    case "file":
      return `; ${meant.fault}`;
    case undefined:
      return "";
  }
}

/** The first line of each with the program's name, what belongs to it indented below. */
function causeLines(causes: readonly string[]): readonly Printed[] {
  return causes.flatMap((cause) => {
    const [first = "", ...others] = cause.split("\n");
    const below = others.map((line) => ({
      stream: "err",
      text: `    ${printable(line)}\n`,
    } as const));
    return [problem(first), ...below];
  });
}

const LINE_FEED = 0x0a;

/** Longer ones are shown as they are, a line each. */
const OUTPUT_PIECE_BYTES = 4096;

/**
 * In pieces of whole lines: as it is for a file or a program; a terminal is not to be driven by it.
 *
 * @param paint For lines that tell of a level.
 */
function* outputOf(
  bytes: Uint8Array,
  { isTerminal, decodeOutput }: RenderStyle,
  paint: Paint = plainPaint,
): Iterable<Printed> {
  for (let start = 0; start < bytes.length;) {
    const lineEnd = bytes.indexOf(LINE_FEED, start + OUTPUT_PIECE_BYTES - 1);
    const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
    const piece = bytes.subarray(start, end);
    yield isTerminal
      ? { stream: "out", text: colouredLines(decodeOutput(piece), paint) }
      : { stream: "bytes", bytes: piece };
    start = end;
  }
}

function* fileText(
  { path, bytes }: ReportOf<"file-text">,
  style: RenderStyle,
): Iterable<Printed> {
  yield told(`# ${path}`);
  yield* outputOf(bytes, style);
  if (bytes.length > 0 && bytes.at(-1) !== LINE_FEED) yield { stream: "out", text: "\n" };
}

function* logBuffer(bytes: Uint8Array, style: RenderStyle): Iterable<Printed> {
  yield* outputOf(bytes, style);
  if (bytes.length === 0 || bytes.at(-1) === LINE_FEED) return;
  yield { stream: "out", text: "\n(last line is truncated or incomplete)\n" };
}

function healthLine(
  { service, state, why }: ReportOf<"health-changed">,
  style: RenderStyle,
  paint: Paint,
): Printed {
  const [words, colour] = state === "unknown"
    ? ["health unknown", "grey"] as const
    : EVENT_WORDS[state];
  const reason = why === "" ? "" : `: ${printable(why)}`;
  const name = printable(service);
  const line = `${style.timeOfDay()} ${name} ${paint(colour, words)}${reason}`;
  return { stream: "out", text: line + "\n" };
}

function happenedLine(
  { service, event, status }: ReportOf<"happened">,
  style: RenderStyle,
  paint: Paint,
): Printed {
  const [words, colour] = EVENT_WORDS[event];
  const isRestarting = event === "stopped" && status?.target === "started";
  const note = isRestarting ? " (starts again)" : "";
  const line = `${style.timeOfDay()} ${printable(service)} ${paint(colour, words)}${note}`;
  return { stream: "out", text: line + "\n" };
}
