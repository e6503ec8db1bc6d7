/** Where the environment of a process comes from. Source: systemd.exec(5), "Environment". */
import { type Effect, irrelevant, lost, type TomlValue } from "../../rows.ts";
import { splitUnitWords } from "../text/words.ts";
import { literalText, type UnitContext, variableText, withText } from "./context.ts";
import { list, mapped, one, type UnitRow } from "./makers.ts";

const SERVICE = "Service";

/** `A=1 "B=2 3"`: each word is an assignment. */
function environment(value: string, context: UnitContext): readonly Effect[] {
  const split = splitUnitWords(value, "strict");
  if (split.kind === "fault") return [lost(split.why, "much")];
  return split.words.map((word): Effect => {
    const filled = literalText(word, context);
    if (filled.kind === "fault") return lost(`${word}: ${filled.why}`, "much");
    const equals = filled.text.indexOf("=");
    if (equals <= 0) return lost(`"${word}" is no assignment`, "little");
    const key = filled.text.slice(0, equals);
    return { kind: "put", table: "environment", key, value: filled.text.slice(equals + 1) };
  });
}

/**
 * All files in one setting, at the first line. Source: systemd.exec(5), EnvironmentFile=: "settings
 * from these files override settings made with Environment="; here `[environment]` wins unless the
 * file says otherwise.
 */
function environmentFile(value: string, context: UnitContext): readonly Effect[] {
  const all = context.all(SERVICE, "EnvironmentFile");
  if (all[0] !== value) return [];
  const overrides = context.all(SERVICE, "Environment").length > 0;
  const losses: Effect[] = [];
  const found = all.flatMap((file): readonly TomlValue[] => {
    const filled = variableText(file, context);
    if (filled.kind === "text" && !/[*?[]/.test(file)) {
      return [overrides ? overriding(filled.text) : filled.text];
    }
    const why = filled.kind === "fault" ? filled.why : `${file}: it names one file, not a pattern`;
    losses.push(lost(why, "much"));
    return [];
  });
  const [only] = found;
  if (only === undefined) return losses;
  return [{ kind: "set", key: "env-file", value: found.length === 1 ? only : found }, ...losses];
}

function overriding(file: string): TomlValue {
  const isOptional = file.startsWith("-");
  return {
    path: isOptional ? file.slice(1) : file,
    ...isOptional ? { optional: true } : {},
    overrides: true,
  };
}

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
