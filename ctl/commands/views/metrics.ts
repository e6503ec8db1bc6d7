/** `metrics`: states and figures of all services, for programs that gather such. */
import { ClientError } from "../../interface/client_error.ts";
import { expectManager } from "../../connection/figures.ts";
import type { ServiceFigures } from "../../interface/report.ts";
import type { Command } from "../lookup/context.ts";
import { metricsText } from "../../render/figures/metrics_text.ts";
import { askStarts } from "./starts.ts";
import { figuresOf } from "./top.ts";

export const metrics: Command = function* ({ session, options, io }) {
  const manager = yield* expectManager(session);
  const starts = yield* askStarts(session);
  const services: Omit<ServiceFigures, "before">[] = [];
  for (const entry of yield* session.list()) {
    const figures = yield* figuresOf(session, entry);
    if (figures !== undefined) services.push(figures);
  }
  const { outputFile } = options;
  const report = { manager, starts, services };
  if (outputFile === undefined) {
    yield { kind: "metrics", ...report, format: options.format ?? "openmetrics" };
    return 0;
  }
  const text = [...metricsText(report, options.format ?? "prometheus")].join("");
  const why = io.files.replaceFile(outputFile, text);
  if (why !== undefined) throw new ClientError(`cannot write ${outputFile}: ${why}`);
  return 0;
};
