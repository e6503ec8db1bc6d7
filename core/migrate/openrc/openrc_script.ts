/**
 * A script of OpenRC that says everything in variables → a description. One with functions of its
 * own is shell, and a person's to read. Source: openrc-run(8); OpenRC's service-script-guide.
 */
import { type ConvertFiles, readText } from "../../convert/mod.ts";
import { nameFault } from "../../description/mod.ts";
import { tomlList } from "../toml_list.ts";

export type OpenrcScript =
  | { readonly kind: "description"; readonly text: string }
  | { readonly kind: "by-hand"; readonly why: string };

/** Functions that say nothing about how the daemon is run. */
const HARMLESS: ReadonlySet<string> = new Set(["depend", "checkconfig", "configtest"]);

/** @param services Names that may stand in dependencies; others are left out. */
export function convertOpenrcScript(
  name: string,
  files: ConvertFiles,
  services: (name: string) => string | undefined,
): OpenrcScript {
  const path = `/etc/init.d/${name}`;
  const read = readText(path, files);
  if (read.kind !== "text") return { kind: "by-hand", why: "its script cannot be read" };
  const script = read.text.replace(/\\\n/g, " ");
  const functions = [...script.matchAll(/^([a-z_]+)\s*\(\)/gm)].map(([, each = ""]) => each);
  const own = functions.filter((each) => !HARMLESS.has(each));
  if (own.length > 0) {
    return { kind: "by-hand", why: `it has functions of its own: ${own.join(", ")}` };
  }
  const conf = readText(`/etc/conf.d/${name}`, files);
  const values = assignments(`${script}\n${conf.kind === "text" ? conf.text : ""}`, name);
  const command = values.get("command");
  if (command === undefined || command === "" || /[$`]/.test(command)) {
    return { kind: "by-hand", why: "it does not say its command in a variable" };
  }
  const args = [values.get("command_args"), values.get("command_args_foreground")]
    .filter((each) => each !== undefined && each !== "").join(" ");
  if (/[$`]/.test(args)) return { kind: "by-hand", why: `its arguments are shell: ${args}` };
  return {
    kind: "description",
    text: textOf(path, values, `${command} ${args}`.trim(), script, services),
  };
}

function textOf(
  path: string,
  values: ReadonlyMap<string, string>,
  command: string,
  script: string,
  services: (name: string) => string | undefined,
): string {
  const isForeground = values.get("supervisor") === "supervise-daemon" ||
    isYes(values.get("command_background"));
  const pidFile = values.get("pidfile");
  const isBackground = !isForeground && pidFile !== undefined && !/[$`]/.test(pidFile);
  const line = (key: string, value: string | undefined): string =>
    value === undefined || value === "" || /[$`]/.test(value)
      ? ""
      : `${key} = ${JSON.stringify(value)}\n`;
  const list = (key: string, words: readonly string[], first: readonly string[] = []): string => {
    const names = [...new Set([...first, ...words.flatMap((word) => services(word) ?? [])])];
    return names.length === 0 ? "" : `${key} = ${tomlList(names)}\n`;
  };
  return `# From ${path}.
type = "${isBackground ? "bgprocess" : "process"}"
${line("description", values.get("description"))}${line("command", command)}${
    isBackground ? line("pid-file", pidFile) : ""
  }${line("working-dir", values.get("directory"))}${
    line("run-as", values.get("command_user")?.split(":")[0])
  }${line("logfile", values.get("output_log") ?? values.get("error_log"))}${
    list("depends-on", wordsOf(script, "need"), ["early"])
  }${list("waits-for", [...wordsOf(script, "use"), ...wordsOf(script, "want")])}${
    list("after", wordsOf(script, "after"))
  }${list("before", wordsOf(script, "before"))}restart = ${isForeground}
`;
}

function isYes(word: string | undefined): boolean {
  return /^(yes|true|on|1)$/i.test(word ?? "");
}

/** Assignments of plain texts, where what was assigned before may stand in them. */
function assignments(script: string, name: string): ReadonlyMap<string, string> {
  const values = new Map([["RC_SVCNAME", name], ["SVCNAME", name]]);
  for (const [, key = "", quoted, single, plain] of script.matchAll(ASSIGNMENT)) {
    const text = (quoted ?? single ?? plain ?? "").replace(
      /\$\{?([A-Za-z_]\w*)(?::-([^}]*))?\}?/g,
      (whole: string, variable: string, fallback: string | undefined) =>
        values.get(variable) ?? fallback ?? (whole.includes(":-") ? "" : whole),
    );
    values.set(key, text);
  }
  return values;
}

const ASSIGNMENT = /^[ \t]*([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s;#]*))/gm;

function wordsOf(script: string, verb: string): readonly string[] {
  const depend = /^depend\s*\(\)\s*\{([^]*?)^\}/m.exec(script)?.[1] ?? "";
  return [...depend.matchAll(new RegExp(`^\\s*${verb}\\s+(.*)$`, "gm"))]
    .flatMap(([, words = ""]) => words.split(/\s+/))
    .filter((word) => word !== "" && nameFault(word) === undefined);
}
