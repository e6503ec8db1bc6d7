/** dinit-service(5), from the table of settings. */
import {
  cgroupTable,
  NATIVE_NAMES,
  OPTION_TEXTS,
  OPTIONS,
  probeTable,
  sandboxTable,
  SECTIONS,
  type Setting,
  type SettingKey,
  settingKeys,
  settingOf,
  socketTable,
  systemsText,
  timerTable,
} from "../../core/description/mod.ts";
import { conditionKinds, conditionWords } from "../../core/conditions/kinds.ts";
import { PROFILE_NAMES, PROFILES } from "../../core/sandbox/profiles.ts";
import { type Example, EXAMPLES } from "./setting_examples.ts";
import { KINDS } from "./settings_manual.ts";
import { seeAlso } from "./page_parts.ts";
import { definitions, literal, type ManualPage, paragraphs, section, subsection } from "./mdoc.ts";

const ALL_TYPES = 5;

const BASES: Readonly<Record<NonNullable<Setting["base"]>, string>> = {
  cwd: "the manager's working directory",
  real: "the directory in which the file really lies",
  text: "the directory of the file",
  wd: "the working directory of the service",
};

const EXAMPLE = `type = "process"
command = ["/usr/bin/web", "--port", "$PORT"]
run-as = "www"
depends-on = ["network"]
restart = "on-failure"
log-type = "buffer"

[environment]
PORT = "8080"

[meta]
enable-via = "boot"`;

export const DINIT_SERVICE_PAGE: ManualPage = {
  name: "dinit-service",
  section: 5,
  summary: "descriptions of services",
  body: [
    section(
      "DESCRIPTION",
      paragraphs(
        "A service NAME is described in a file NAME.toml in one of the directories that dinit(8) lists. The file is TOML 1.0 with the settings below at its top level. Everything has a default; unknown settings are errors. `dinit-check` tells every fault.",
      ),
      literal(EXAMPLE),
      paragraphs(
        "A name is made of letters, digits, `.`, `_` and `-`, and does not begin with a period. NAME@ARGUMENT is a service from the file of NAME, with ARGUMENT as its `$1`. The directories are searched in order, and the first that has the file wins. In each, NAME.toml comes before NAME, a file in upstream's format.",
      ),
    ),
    section("KINDS OF VALUES", definitions(kinds())),
    section(
      "VARIABLES",
      paragraphs(
        "`$NAME` and `${NAME}` stand for a variable of the environment, `$1` for the argument of the service, `$$` for a dollar sign. Quotes do not protect a dollar sign. `${NAME:-WORD}` is WORD if the variable is empty or not set, `${NAME-WORD}` if it is not set; `${NAME:+WORD}` is WORD if it is set and not empty, `${NAME+WORD}` if it is set. `$/NAME` divides the value at blanks, so that in a command each part is an argument of its own.",
      ),
    ),
    section("SETTINGS", ...SECTIONS.map(chapter)),
    section("EXAMPLES", ...EXAMPLES.map(example)),
    section(
      "UPSTREAM'S FORMAT",
      paragraphs(
        "A file without the suffix .toml has the same settings as lines NAME = VALUE or NAME: VALUE, without quotes round values. `yes` and `no` are booleans, times are seconds without a unit, and each line of a list adds one element. `+=` appends to commands and some lists; `@include FILE` takes lines from another file. dinit-convert(8) writes the same service in TOML.",
        `These names differ: ${renamed()}. \`@meta enable-via NAME\` is the setting enable-via of the table meta; the table environment does not exist.`,
      ),
    ),
    seeAlso(["dinit", 8], ["dinit-check", 8], ["dinitctl", 8]),
  ].join(""),
};

function example({ title, about, file, text }: Example): string {
  return subsection(title, paragraphs(about), literal(`# /etc/dinit.d/${file}\n${text}`));
}

function kinds(): readonly { readonly term: string; readonly text: string }[] {
  const used = new Set(settingKeys().map((key) => settingOf(key).value.name));
  return Object.entries(KINDS).filter(([name]) => used.has(name))
    .map(([name, text]) => ({ term: name.replaceAll('"', ""), text }));
}

function chapter(title: (typeof SECTIONS)[number]): string {
  const keys = settingKeys().filter((key) => settingOf(key).section === title);
  const options = title === "Options"
    ? definitions(OPTIONS.map((option) => ({
      term: `Cm ${option}`,
      text: OPTION_TEXTS[option].about + appliesText(OPTION_TEXTS[option]),
    })))
    : "";
  const limits = keys.includes("cgroup") ? groupLimits() : "";
  const sockets = keys.includes("socket") ? socketKeys() : "";
  const times = keys.includes("timer") ? timerKeys() : "";
  const probes = keys.includes("liveness") ? probeKeyTexts() : "";
  const box = keys.includes("sandbox") ? sandboxLines() : "";
  const questions = keys.includes("conditions") ? conditionItems() : "";
  const tables = [limits, sockets, times, probes, box, questions];
  return subsection(title, definitions(keys.map(settingItem)), options, ...tables);
}

/** The keys of the table `[cgroup]`. */
function groupLimits(): string {
  const items = Object.entries(cgroupTable()).map(([key, { file, about }]) => ({
    term: `Cm ${key}`,
    text: `${about} File: ${file}.`,
  }));
  return paragraphs("The table cgroup has these keys:") + definitions(items);
}

/** The lines of `[sandbox]`, and what the profiles stand for. */
function sandboxLines(): string {
  const lines = Object.entries(sandboxTable()).map(([key, { about }]) => ({
    term: `Cm ${key}`,
    text: about,
  }));
  const profiles = PROFILE_NAMES.map((name) => ({
    term: `Cm ${name}`,
    text: Object.entries(PROFILES[name])
      .map(([line, value]) => `${line} = ${JSON.stringify(value).replaceAll('","', '", "')}`)
      .join("; ") || "Nothing.",
  }));
  return paragraphs("The table sandbox has these lines:") + definitions(lines) +
    paragraphs("Its line profile names one of these, which stand for:") + definitions(profiles);
}

/** What conditions and assertions may ask for. */
function conditionItems(): string {
  const items = conditionWords().map((word) => {
    const { value, about } = conditionKinds()[word];
    return { term: `Cm ${word}${value === undefined ? "" : ` ${value}`}`, text: about };
  });
  return paragraphs("Conditions are:") + definitions(items);
}

/** The keys of the tables `[[socket]]`. */
function socketKeys(): string {
  const items = Object.entries(socketTable()).map(([key, { about }]) => ({
    term: `Cm ${key}`,
    text: about,
  }));
  return paragraphs("A table socket has these keys:") + definitions(items);
}

/** The keys of the tables `[readiness]` and `[liveness]`. */
function probeKeyTexts(): string {
  const items = Object.entries(probeTable()).map(([key, { about }]) => ({
    term: `Cm ${key}`,
    text: about,
  }));
  return paragraphs("The tables readiness and liveness have these keys:") + definitions(items);
}

/** The keys of the table `[timer]`. */
function timerKeys(): string {
  const items = Object.entries(timerTable()).map(([key, { about }]) => ({
    term: `Cm ${key}`,
    text: about,
  }));
  return paragraphs("The table timer has these keys:") + definitions(items);
}

function settingItem(key: SettingKey): { readonly term: string; readonly text: string } {
  const setting = settingOf(key);
  const facts = [
    setting.default === undefined ? undefined : `Default: ${setting.default}.`,
    setting.base === undefined
      ? undefined
      : `A relative path is relative to ${BASES[setting.base]}.`,
  ].filter((fact) => fact !== undefined);
  return {
    term: `Cm ${key} : Ar ${setting.value.name.replaceAll('"', "")}`,
    text: [setting.about + appliesText(setting), ...facts].join(" "),
  };
}

/** Types and systems, unless it is all of them. */
function appliesText(row: Pick<Setting, "types" | "servedBy"> & Partial<Setting>): string {
  const systems = systemsText(row);
  const types = row.types.length === ALL_TYPES ? "" : ` For types: ${row.types.join(", ")}.`;
  return types + (systems === undefined ? "" : ` Systems: ${systems}.`);
}

function renamed(): string {
  return [...NATIVE_NAMES].filter(([native, key]) => native !== key)
    .map(([native, key]) => `${native} (${key})`).join(", ");
}
