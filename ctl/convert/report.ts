/** What became of the lines of a conversion, for people and for programs. */
import type { Conversion, LineFate } from "../../core/convert/mod.ts";
import { printable, printableJson } from "../../core/text/printable.ts";

/** A description and where it was written; undefined: nowhere. */
export interface WrittenFile {
  readonly service: string;
  readonly source: string;
  readonly target: string | undefined;
}

interface Counts {
  readonly lines: number;
  readonly mapped: number;
  readonly irrelevant: number;
  readonly lost: number;
}

const WEIGHTS = ["much", "some", "little"] as const;

function count(lines: readonly LineFate[]): Counts {
  const of = (fate: LineFate["fate"]): number => lines.filter((line) => line.fate === fate).length;
  return {
    lines: lines.length,
    mapped: of("mapped"),
    irrelevant: of("irrelevant"),
    lost: of("lost"),
  };
}

/** Whether anything has no counterpart. */
export function isLossy({ lines, skipped }: Conversion): boolean {
  return lines.some(({ fate }) => fate === "lost") || skipped.some(({ isLoss }) => isLoss);
}

/** One line that says how much is lost; undefined: nothing is. */
export function lossSummary({ lines, skipped }: Conversion): string | undefined {
  const { lost, lines: all } = count(lines);
  const gone = skipped.filter(({ isLoss }) => isLoss);
  if (lost === 0 && gone.length === 0) return undefined;
  const parts = [
    ...lost === 0 ? [] : [`${lost} of ${all} lines ${lost === 1 ? "has" : "have"} no counterpart`],
    ...gone.map(({ file, why }) => `${file} became nothing: ${why}`),
  ];
  return `${parts.join("; ")}. --report tells more.`;
}

/** The report as text. */
export function reportText(conversion: Conversion, written: readonly WrittenFile[]): string {
  const { lines, skipped } = conversion;
  const blocks: string[][] = [
    written.map(({ service, source, target }) => `${source} -> ${target ?? `${service}.toml`}`),
    ...WEIGHTS.map((weight) => {
      const lost = lines.filter((line) => line.weight === weight);
      return lost.length === 0 ? [] : [`Lost (${weight}):`, ...lost.map(lineText)];
    }),
    listed("Not converted:", skipped.filter(({ isLoss }) => isLoss)),
    listed("Left out, and nothing is lost:", skipped.filter(({ isLoss }) => !isLoss)),
    [sumText(written.length, count(lines))],
  ];
  const shown = blocks.filter((block) => block.length > 0);
  return shown.map((block) => block.map((line) => `${printable(line)}\n`).join("")).join("\n");
}

function listed(
  heading: string,
  files: Conversion["skipped"],
): string[] {
  return files.length === 0 ? [] : [heading, ...files.map(({ file, why }) => `  ${file}: ${why}`)];
}

function lineText({ file, line, directive, why }: LineFate): string {
  return `  ${file}:${line}: ${directive}: ${why ?? ""}`;
}

function sumText(files: number, { lines, mapped, irrelevant, lost }: Counts): string {
  const share = lines === 0 ? 100 : Math.floor(100 * (mapped + irrelevant) / lines);
  return `${files} ${
    files === 1 ? "description" : "descriptions"
  }; ${lines} lines: ${mapped} mapped, ` +
    `${irrelevant} without a meaning here, ${lost} lost (${share} % kept).`;
}

/** The report as JSON; keys that have no value are left out. */
export function reportJson(conversion: Conversion, written: readonly WrittenFile[]): string {
  const { lines, skipped, problems } = conversion;
  return printableJson({
    files: written,
    summary: { ...count(lines), ...weights(lines) },
    lines,
    skipped: skipped.map(({ file, why, isLoss }) => ({ file, why, loss: isLoss })),
    problems: problems.map(({ severity, message, file, line, column, hint }) => ({
      ...{ severity, message, file, line, column, hint },
    })),
  });
}

function weights(lines: readonly LineFate[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    WEIGHTS.map((weight) => [weight, lines.filter((line) => line.weight === weight).length]),
  );
}
