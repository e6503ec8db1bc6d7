/**
 * Measures this manager against its peers: `npm run bench`, or `deno task bench`.
 *
 * This module reads the command line and puts the parts together; what is measured is in `loads/`,
 * and what measures it in the modules beside. Nothing outlives the run: see `workspace.ts`.
 */
import { cProgram, staticProgram } from "./subjects/c_program.ts";
import { goalOutcomes, type Measured } from "./goals.ts";
import { ratioChart } from "./reports/chart.ts";
import { goalLines, goalTable } from "./reports/goal_report.ts";
import type { Load } from "./load.ts";
import { LOADS } from "./loads/mod.ts";
import { loadText, machineText } from "./machine.ts";
import { measureLoad, type MeasureOptions, type Series } from "./measure.ts";
import { type BenchOptions, HELP, readOptions, UsageError } from "./options.ts";
import { PAGES } from "./reports/pages.ts";
import {
  markdownTable,
  measuredText,
  replaceReport,
  reportText,
  type ReportWhen,
} from "./reports/report.ts";
import { resultRows } from "./reports/results.ts";
import type { Subject } from "./subjects/subject.ts";
import { cSubject, findSubjects } from "./subjects/subjects.ts";
import { disposeAll, Workspace } from "./workspace.ts";

/** Of one subject, by the figures' ids. */
type Medians = ReadonlyMap<string, number>;

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const PAGE = `${ROOT}/docs/benchmarks.md`;
const CHART = "benchmarks/ratios.svg";
const OURS = { label: "dinit (this)", path: `${ROOT}/dist/dinit` };

async function bench(options: BenchOptions, isBrokenOff: () => boolean): Promise<void> {
  const loads = chooseLoads(options);
  const programs = options.programs.length > 0 ? options.programs : [OURS];
  const peerDirectory = Deno.env.get("PEER_DINIT");
  const found = await findSubjects(programs, peerDirectory, options.hasPeers);
  const workspace = Workspace.create();
  try {
    const programs = {
      cProgram: await cProgram(workspace.folder),
      staticProgram: await staticProgram(workspace.folder),
      programFolder: workspace.folder,
    };
    const ownPeers = options.hasPeers ? [cSubject(programs.cProgram)] : [];
    const subjects = [...found.subjects, ...ownPeers];
    for (const why of found.missing) console.log(`left out: ${why}`);
    const series = await measureAll(loads, subjects, options, programs, isBrokenOff);
    await report(loads, subjects, series, options, found.missing);
  } finally {
    await workspace.dispose();
  }
}

/** @throws {UsageError} A name fits no load. */
function chooseLoads({ only, isQuick, boots }: BenchOptions): readonly Load[] {
  for (const name of only) {
    if (LOADS.some((load) => load.name.startsWith(name))) continue;
    throw new UsageError(`No load is called "${name}": see --list`);
  }
  return LOADS.filter((load) => {
    if (only.length > 0) return only.some((name) => load.name.startsWith(name));
    if (load.isOptional === true) return boots;
    return !(isQuick && load.isLong === true);
  });
}

async function measureAll(
  loads: readonly Load[],
  subjects: readonly Subject[],
  { rounds }: BenchOptions,
  programs: MeasureOptions["programs"],
  isBrokenOff: () => boolean,
): Promise<readonly Series[]> {
  const all: Series[] = [];
  const encoder = new TextEncoder();
  const showsProgress = Deno.stderr.isTerminal();
  for (const load of loads) {
    const series = await measureLoad(load, subjects, {
      rounds,
      programs,
      isBrokenOff,
      progress: (name, subject, round) => {
        const line = `\r\x1b[K${name}: ${subject}, round ${round + 1}`;
        if (showsProgress) Deno.stderr.writeSync(encoder.encode(line));
      },
    });
    if (showsProgress) Deno.stderr.writeSync(encoder.encode("\r\x1b[K"));
    for (const { subject, failures } of series) {
      for (const why of failures) console.log(`${load.name}: ${subject} failed: ${why}`);
    }
    all.push(...series);
    if (load.page !== undefined) continue;
    console.log(markdownTable(resultRows([load], series), series.map((one) => one.subject)) + "\n");
  }
  return all;
}

async function report(
  loads: readonly Load[],
  subjects: readonly Subject[],
  series: readonly Series[],
  options: BenchOptions,
  missing: readonly string[],
): Promise<void> {
  const rows = resultRows(loads.filter(({ page }) => page === undefined), series);
  const names = subjects.map((subject) => subject.name);
  const machine = machineText();
  const load = loadText();
  const date = new Date().toISOString().slice(0, 10);
  if (options.jsonFile !== undefined) {
    const content = { date, machine, load, rounds: options.rounds, series };
    await Deno.writeTextFile(options.jsonFile, JSON.stringify(content, undefined, 2) + "\n");
  }
  const when = { machine, load, date, rounds: options.rounds };
  const outcomes = goalOutcomes(measured(loads, series, subjects));
  if (options.programs.length <= 1) { for (const line of goalLines(outcomes)) console.log(line); }
  await Deno.mkdir(`${ROOT}/docs/benchmarks`, { recursive: true });
  await reportPages(mediansOf(names[0], loads, series), when, options.writesReport);
  if (!options.writesReport || rows.length === 0) return;
  const text = reportText({
    ...{ rows, subjects: names, ...when },
    notes: missing.map((why) => `Left out: ${why}.`),
    chart: CHART,
  });
  const page = replaceReport(await Deno.readTextFile(PAGE), text);
  await Deno.writeTextFile(PAGE, replaceReport(page, goalTable(outcomes), "goals"));
  await Deno.writeTextFile(`${ROOT}/docs/${CHART}`, ratioChart(rows, names));
  console.log(`Written: ${PAGE}`);
}

function measured(
  loads: readonly Load[],
  series: readonly Series[],
  subjects: readonly Subject[],
): Measured {
  const of = (kind: Subject["kind"]) => {
    const subject = subjects.find((one) => one.kind === kind);
    return subject === undefined ? undefined : mediansOf(subject.name, loads, series);
  };
  return { ours: of("ours") ?? new Map(), upstream: of("upstream"), c: of("c") };
}

function mediansOf(
  subject: string | undefined,
  loads: readonly Load[],
  series: readonly Series[],
): Medians {
  return new Map(
    resultRows(loads, series).flatMap(({ figure, medians }) => {
      const value = subject === undefined ? undefined : medians.get(subject);
      return value === undefined ? [] : [[figure.id, value] as const];
    }),
  );
}

/** Tables and pictures beside the common table. */
async function reportPages(medians: Medians, when: ReportWhen, writes: boolean): Promise<void> {
  for (const [name, make] of Object.entries(PAGES)) {
    const page = make(medians);
    if (page === undefined) continue;
    console.log(page.text + "\n");
    if (!writes) continue;
    const chart = `benchmarks/${name}.svg`;
    const text = `${measuredText(when)}.\n\n![${name}](${chart})\n\n${page.text}`;
    await Deno.writeTextFile(PAGE, replaceReport(await Deno.readTextFile(PAGE), text, name));
    await Deno.writeTextFile(`${ROOT}/docs/${chart}`, page.chart);
    console.log(`Written: ${name} in ${PAGE}`);
  }
}

/**
 * Nothing of a run that is broken off stays behind.
 *
 * @returns Whether that has happened: then the measurement under way fails, which is no news.
 */
function endWithTheRun(): () => boolean {
  let isBrokenOff = false;
  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    Deno.addSignalListener(signal, async () => {
      isBrokenOff = true;
      await disposeAll();
      Deno.exit(status);
    });
  }
  return () => isBrokenOff;
}

if (import.meta.main) {
  try {
    const options = readOptions(Deno.args);
    if (options === "help") console.log(HELP.trimEnd());
    else if (options === "list") { for (const { name } of LOADS) console.log(name); }
    else {
      await bench(options, endWithTheRun());
    }
    Deno.exit(0);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    await disposeAll();
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
