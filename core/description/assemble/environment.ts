/**
 * The environment of a service: what load-options, env-file and [environment] change of the
 * manager's.
 */
import type { ServiceName } from "../../types.ts";
import { EnvironmentBuilder } from "../environment/builder.ts";
import { environmentLines } from "../environment/file.ts";
import { shellEnvironmentLines } from "../environment/shell.ts";
import { decodeText, type DescriptionFiles } from "../contract/files.ts";
import { joinPath } from "../../paths.ts";
import { splitName } from "../contract/names.ts";
import { quote } from "../contract/problem.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import type { User, UserDatabase } from "../contract/users.ts";
import type { WrittenEnvFile } from "../values/env_file.ts";
import type { Reading } from "../settings/validate.ts";

/** What the environment depends on besides the settings. */
export interface EnvironmentContext {
  readonly name: ServiceName;
  /** The file of the description. */
  readonly source: { readonly file: string };
  /** The manager's environment at this moment. */
  readonly environment: ReadonlyMap<string, string>;
  readonly users: UserDatabase;
  /** User that the manager runs as. */
  readonly managerUid: number;
  readonly files: DescriptionFiles;
}

/** Builds a service's environment, lowest layer first. */
export function serviceEnvironment(
  reading: Reading,
  context: EnvironmentContext,
  reporter: SettingReporter,
): EnvironmentBuilder {
  const builder = new EnvironmentBuilder(context.environment);
  for (const option of reading.values["load-options"] ?? []) {
    if (option === "export-service-name") {
      builder.set("DINIT_SERVICE", splitName(context.name).base);
    } else exportUser(builder, reading, context, reporter);
  }
  const files = reading.values["env-file"] ?? [];
  const isList = Array.isArray(reading.given.get("env-file")?.value);
  const readFiles = (overrides: boolean): void => {
    for (const [index, file] of files.entries()) {
      if (file.overrides !== overrides) continue;
      const report = (message: string) =>
        reporter.report(reporter.position("env-file", isList ? [index] : []), message);
      readFile(file, builder, { reading, context, reporter, report });
    }
  };
  readFiles(false);
  for (const [name, value] of reading.values.environment ?? []) builder.set(name, value);
  readFiles(true);
  return builder;
}

function exportUser(
  builder: EnvironmentBuilder,
  reading: Reading,
  { users, managerUid }: EnvironmentContext,
  reporter: SettingReporter,
): void {
  const runAs = reading.values["run-as"];
  const uid = runAs === undefined || runAs.kind === "manager" ? managerUid : runAs.uid;
  const user: User | undefined = runAs?.kind === "named"
    ? users.byName(runAs.user)
    : users.byUid(uid);
  if (user === undefined) {
    const why = `Cannot export the variables of user ${uid}: it is not in the user database`;
    reporter.fail("load-options", why);
    return;
  }
  builder.set("USER", user.name);
  builder.set("LOGNAME", user.name);
  builder.set("HOME", user.home);
  builder.set("SHELL", user.shell);
  builder.set("UID", String(user.uid));
  builder.set("GID", String(user.gid));
}

/** Where a file is written, and what that means. */
interface FileContext {
  readonly reading: Reading;
  readonly context: EnvironmentContext;
  readonly reporter: SettingReporter;
  /** An error at the place where the file is written. */
  readonly report: (message: string) => void;
}

function readFile(
  { path: written, optional, literal }: WrittenEnvFile,
  builder: EnvironmentBuilder,
  at: FileContext,
): void {
  const { context, reporter, report } = at;
  const path = absolutePath(written, at);
  if (path === undefined) return;
  const result = context.files.read(path);
  if (result.kind === "missing" && optional) return;
  if (result.kind !== "contents") {
    const why = result.kind === "missing" ? "there is no such file" : result.why;
    return report(`Cannot read environment file ${quote(path)}: ${why}`);
  }
  const decoded = decodeText(result.bytes, path);
  if (decoded.kind === "fault") {
    reporter.problems.push(decoded.problem);
    return;
  }
  const { lines, problems } = literal
    ? environmentLines(decoded.text, path)
    : shellEnvironmentLines(decoded.text, path);
  builder.apply(lines);
  reporter.problems.push(...problems);
}

/** Relative to where the file of the setting really lies, links resolved. */
function absolutePath(
  written: string,
  { reading, context: { files, source }, report }: FileContext,
): string | undefined {
  if (written.startsWith("/")) return written;
  const file = reading.given.get("env-file")?.file ?? source.file;
  const directory = files.realDirectory(file);
  if (directory !== undefined) return joinPath(directory, written);
  report(`Cannot find out in which directory ${quote(file)} really lies`);
  return undefined;
}
