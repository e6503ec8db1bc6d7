/**
 * Conditions and assertions of units: `Condition…=` and `Assert…=`. Source: systemd.unit(5),
 * "Conditions and Asserts".
 *
 * Those that begin with `|` are alternatives, of all kinds together: they become one list within
 * the list, where the first of them stands.
 */
import { COMPARISON, VERSION_COMPARISON } from "../../../conditions/kinds.ts";
import { type Effect, lost, type TomlValue } from "../../rows.ts";
import { parseBoolean, type UnitContext, variableText } from "./context.ts";
import { parseSize } from "../text/limits.ts";
import { list, mapped, type UnitRow } from "./makers.ts";

/** A condition of ours; undefined: there is none for it. */
type Reader = (value: string) => string | undefined;

function word(kind: string): Reader {
  return (value) => value === "" ? undefined : `${kind} ${value}`;
}

function yesOrNo(kind: string): Reader {
  return (value) => {
    const isYes = parseBoolean(value);
    return isYes === undefined ? undefined : isYes ? kind : `!${kind}`;
  };
}

/** `>1`, and a number alone for at least that. */
function comparison(kind: string, value: string): string | undefined {
  const compared = /^[0-9]/.test(value) ? `>= ${value}` : value;
  const [, operator, number] = COMPARISON.exec(compared.replace("==", "=")) ?? [];
  return operator === undefined ? undefined : `${kind} ${operator} ${number}`;
}

function memory(value: string): string | undefined {
  const [, operator = "", size = ""] = /^([<>=!]*)\s*(.*)$/.exec(value) ?? [];
  const bytes = parseSize(size);
  return bytes === undefined ? undefined : comparison("memory", `${operator}${bytes}`);
}

function virtualization(value: string): string | undefined {
  const isYes = parseBoolean(value);
  if (isYes !== undefined) return `${isYes ? "" : "!"}virtualization any`;
  return value === "" ? undefined : `virtualization ${value}`;
}

const READERS: Readonly<Record<string, Reader>> = {
  ACPower: yesOrNo("ac-power"),
  Architecture: (value) => value === "native" ? undefined : `architecture ${value}`,
  CPUs: (value) => comparison("cpus", value),
  Capability: (value) => `capability ${value.toLowerCase()}`,
  ControlGroupController: word("control-group-controller"),
  DirectoryNotEmpty: word("directory-not-empty"),
  Environment: word("environment"),
  FileIsExecutable: word("file-is-executable"),
  FileNotEmpty: word("file-not-empty"),
  FirstBoot: yesOrNo("first-boot"),
  Group: word("group"),
  Host: word("host"),
  KernelCommandLine: word("kernel-command-line"),
  KernelVersion: (value) => VERSION_COMPARISON.test(value) ? `kernel-version ${value}` : undefined,
  Memory: memory,
  PathExists: word("path-exists"),
  PathExistsGlob: word("path-exists-glob"),
  PathIsDirectory: word("path-is-directory"),
  PathIsMountPoint: word("path-is-mount-point"),
  PathIsReadWrite: word("path-is-read-write"),
  PathIsSymbolicLink: word("path-is-symbolic-link"),
  Security: word("security"),
  User: (value) => value.startsWith("@") ? undefined : `user ${value}`,
  Virtualization: virtualization,
};

/** Those for which there is nothing. */
const WITHOUT = "CPUFeature CPUPressure Credential Firmware IOPressure KernelModuleLoaded " +
  "MemoryPressure NeedsUpdate OSRelease PathIsEncrypted PathIsSocket Version";

const NAMES = Object.keys(READERS);

const UNCHECKED = lost("the service starts whether it holds or not", "some");

interface Given {
  readonly name: string;
  readonly value: string;
}

/** Ours, or why there is none. */
function conditionOf({ name, value }: Given, context: UnitContext): string | undefined {
  const [, mark = "", rest = ""] = /^\|?\s*(!?)\s*(.*)$/s.exec(value) ?? [];
  const filled = variableText(rest, context);
  if (filled.kind === "fault") return undefined;
  const text = READERS[name]?.(filled.text);
  if (text === undefined) return undefined;
  return mark === "!" ? negated(text) : text;
}

function negated(text: string): string {
  return text.startsWith("!") ? text.slice(1) : `!${text}`;
}

function convert(
  key: "conditions" | "assertions",
  given: Given,
  context: UnitContext,
): readonly Effect[] {
  const text = conditionOf(given, context);
  if (!given.value.startsWith("|")) {
    return text === undefined ? [UNCHECKED] : [{ kind: "add", key, values: [text] }];
  }
  const prefix = key === "conditions" ? "Condition" : "Assert";
  const alternatives = NAMES.flatMap((name) =>
    context.all("Unit", `${prefix}${name}`).filter((value) => value.startsWith("|"))
      .map((value) => ({ name, value }))
  );
  const [first] = alternatives;
  // Without one of them the others ask for more than the unit does.
  const texts = alternatives.map((each) => conditionOf(each, context));
  if (texts.includes(undefined)) return [UNCHECKED];
  if (first?.name !== given.name || first.value !== given.value) return [];
  const all = texts.filter((each) => each !== undefined);
  const value: TomlValue = all.length === 1 ? all[0] ?? "" : all;
  return [{ kind: "add", key, values: [value] }];
}

function rowOf(prefix: string, key: "conditions" | "assertions", name: string): UnitRow {
  const to = `\`${key}\``;
  return list(
    "Unit",
    `${prefix}${name}`,
    mapped(to, (value, context) => convert(key, { name, value }, context), { needs: [key] }),
  );
}

/** All conditions, then all assertions of the same kinds. */
export const CONDITION_ROWS: readonly UnitRow[] = [
  ...NAMES.flatMap((name) => [
    rowOf("Condition", "conditions", name),
    rowOf("Assert", "assertions", name),
  ]),
  ...WITHOUT.split(" ").flatMap((name) => [
    list("Unit", `Condition${name}`, UNCHECKED),
    list("Unit", `Assert${name}`, UNCHECKED),
  ]),
];
