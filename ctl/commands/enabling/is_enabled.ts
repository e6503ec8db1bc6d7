/** `is-enabled`: whether a service is started at each boot, as the files say. */
import { DropInIndex } from "../../../core/description/mod.ts";
import type { Reporting } from "../../interface/report.ts";
import type { Command } from "../lookup/context.ts";
import { serviceDirectories } from "../lookup/description_file.ts";
import {
  type ReadingContext,
  readingContext,
  type ReadService,
  readService,
  visibleEnvironment,
} from "../lookup/read_service.ts";
import { literalName, tellLoadFailure } from "../lookup/service_lookup.ts";
import { enableVia, unreadableLines } from "./enable.ts";
import { isNamedBy, planEnablement } from "./enablement.ts";

type Read = Extract<ReadService, { kind: "read" }>;

export const isEnabled: Command = function* ({ session, operands, options, io }) {
  const toName = yield* literalName(session, operands[0] ?? "");
  const paths = { session };
  const directories = yield* serviceDirectories(paths);
  const reading = readingContext(yield* visibleEnvironment(session), io);
  const read = function* (name: string): Reporting<Read | undefined> {
    const found = yield* readOne(name, directories, reading);
    if (found !== "missing") return found;
    yield* tellLoadFailure(name, "no-description", paths, io);
    return undefined;
  };
  if (new DropInIndex(directories, io.files).beside(toName).mask !== undefined) {
    yield { kind: "word", word: "masked" };
    return 1;
  }
  const to = yield* read(toName);
  if (to === undefined) return 1;
  const fromName = options.from ?? enableVia(to);
  const from = yield* read(fromName);
  if (from === undefined) return 1;
  if (isNamedBy(from, toName)) {
    yield { kind: "word", word: "static" };
    return 0;
  }
  const plan = planEnablement(toName, { name: fromName, read: from }, io.files);
  if (plan.kind === "refused") {
    yield { kind: "error", lines: plan.lines };
    return 1;
  }
  const isLinked = plan.existing !== undefined;
  yield { kind: "word", word: isLinked ? "enabled" : "disabled" };
  return isLinked ? 0 : 1;
};

function* readOne(
  name: string,
  directories: readonly string[],
  reading: ReadingContext,
): Reporting<Read | "missing" | undefined> {
  const read = yield* readService(name, directories, reading);
  if (read.kind === "read") return read;
  if (read.kind === "missing") return "missing";
  yield { kind: "error", lines: unreadableLines(name, read) };
  return undefined;
}
