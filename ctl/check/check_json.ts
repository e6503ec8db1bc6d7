/** What a check found → JSON. */
import { printableJson } from "../../core/text/printable.ts";
import type { CheckReport, Finding } from "../../core/description/mod.ts";

/** The report as a JSON text; keys that have no value are left out. */
export function checkJson(report: CheckReport): string {
  return printableJson(
    {
      ok: report.isClean,
      services: report.services.map(({ name, file, isLoadable, findings }) => ({
        name,
        file,
        loadable: isLoadable,
        problems: findings.map(findingJson),
      })),
      secondary: report.secondary.map(({ service, finding }) => ({
        service,
        ...findingJson(finding),
      })),
      cycle: report.cycle?.map(({ name, via, where }) => ({
        name,
        via,
        file: where?.file,
        line: where?.line,
        column: where?.column,
      })),
    },
  );
}

function findingJson({ problem, counts }: Finding): Readonly<Record<string, unknown>> {
  const { severity, message, file, line, column, hint } = problem;
  return { severity, message, file, line, column, hint, counts };
}
