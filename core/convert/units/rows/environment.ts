/** Where the environment of a process comes from. Source: systemd.exec(5), "Environment". */
import { findSetting } from "../../../description/mod.ts";
import { type Effect, irrelevant, lost } from "../../rows.ts";
import { splitUnitWords } from "../text/words.ts";
import { literalText, type UnitContext, variableText, withText } from "./context.ts";
import { list, mapped, one, type UnitRow } from "./makers.ts";

const SERVICE = "Service";

/** `A=1 "B=2 3"`: each word is an assignment. */
function environment(value: string, context: UnitContext): readonly Effect[] {
  const split = splitUnitWords(value, "strict");
  if (split.kind === "fault") return [lost(split.why, "much")];
  const effects = split.words.map((word): Effect => {
    const filled = literalText(word, context);
    if (filled.kind === "fault") return lost(`${word}: ${filled.why}`, "much");
    const equals = filled.text.indexOf("=");
    if (equals <= 0) return lost(`"${word}" is no assignment`, "little");
    const key = filled.text.slice(0, equals);
    return { kind: "put", table: "environment", key, value: filled.text.slice(equals + 1) };
  });
  const isFirst = context.all(SERVICE, "Environment")[0] === value;
  const isOverridden = isFirst && context.all(SERVICE, "EnvironmentFile").length > 0;
  return isOverridden
    ? [
      ...effects,
      lost("a variable that env-file sets too has the value of [environment]", "little"),
    ]
    : effects;
}

/** All files in one setting, at the first line, once there may be several. */
function environmentFile(value: string, context: UnitContext): readonly Effect[] {
  const all = context.all(SERVICE, "EnvironmentFile");
  const key = "env-file";
  const isFirst = all[0] === value;
  if (!isFirst && !TAKES_SEVERAL_FILES) {
    return [lost("a service has one env-file; put the variables of both into it", "much")];
  }
  if (!isFirst) return [];
  const losses: Effect[] = [];
  const found = (TAKES_SEVERAL_FILES ? all : [value]).flatMap((file) => {
    const filled = variableText(file, context);
    if (filled.kind === "text" && !/[*?[]/.test(file)) return [filled.text];
    const why = filled.kind === "fault" ? filled.why : `${file}: it names one file, not a pattern`;
    losses.push(lost(why, "much"));
    return [];
  });
  const [only] = found;
  if (only === undefined) return losses;
  return [{ kind: "set", key, value: found.length === 1 ? only : found }, ...losses];
}

/** The kind of value that takes a list. */
const TAKES_SEVERAL_FILES = findSetting("env-file")?.value.name === "environment files";

export const ENVIRONMENT_ROWS: readonly UnitRow[] = [
  list(SERVICE, "Environment", mapped("`[environment]`", environment)),
  list(SERVICE, "EnvironmentFile", mapped("`env-file`", environmentFile)),
  list(SERVICE, "PassEnvironment", irrelevant("services have the manager's environment")),
  list(
    SERVICE,
    "UnsetEnvironment",
    lost("the variable stays, if the manager has it", "little"),
  ),
  one(
    SERVICE,
    "ExecSearchPath",
    mapped(
      "`[environment] PATH`",
      (value, context) =>
        withText(literalText(value, context), (text) => [
          { kind: "put", table: "environment", key: "PATH", value: text },
        ]),
    ),
  ),
];
