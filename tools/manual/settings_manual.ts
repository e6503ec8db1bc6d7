/** The manual page of all settings, made from their table. `npm run generate` writes it. */
import { LONGEST_CHAIN } from "../../core/graph/chain_limit.ts";
import {
  cgroupTable,
  NATIVE_NAMES,
  OPTION_TEXTS,
  OPTIONS,
  probeTable,
  sandboxTable,
  SECTIONS,
  type ServiceType,
  type Setting,
  type SettingKey,
  settingKeys,
  settingOf,
  socketTable,
  systemsText,
  timerTable,
  unservedSettings,
} from "../../core/description/mod.ts";
import { conditionKinds, conditionWords, isAnswered } from "../../core/conditions/kinds.ts";
import { PROFILE_NAMES, PROFILES } from "../../core/sandbox/profiles.ts";
import { EXAMPLES } from "./setting_examples.ts";

/** What each kind of value looks like, by the name it has in the table. */
export const KINDS: Readonly<Record<string, string>> = {
  "directories":
    'A name (`"web"`), a table (`{ path = "web", mode = "750" }`), or a list of these.',
  "user or table":
    'A user (`"www"`, `33`), or a table: `{ user = "www", group = "adm", groups = ["audio"] }`.',
  "list of capabilities": 'A list: `["cap_net_bind_service", "cap_setuid"]`.',
  "list of commands":
    'A list of commands, each a text or a list: `["/bin/a b", ["/bin/c", "d e"], "-/bin/may-fail"]`.',
  "list of names": 'A list of names as files of services have them: `["sshd"]`.',
  "text of one line": 'A text in quotes, printable and not longer than 1000 bytes: `"Web server"`.',
  "list of texts of one line":
    'A list of such texts: `["man:sshd(8)", "https://www.openssh.com"]`.',
  "list of conditions":
    'A list of texts, and of lists of alternatives: `["path-exists /etc/web", ["first-boot", "!user root"]]`.',
  "list of exit statuses and signals":
    'A list of numbers from 0 to 255, ranges of them, and names of signals without SIG: `[143, "3-5", "TERM"]`.',
  "list of absolute paths": 'A list: `["/var/lib/web", "/srv"]`.',
  "list of devices": 'A list: `["@standard", "/dev/net/tun rw", "char-pts rw", "-/dev/kvm"]`.',
  "identifier in syslog": 'A text in quotes, 1 to 48 printable characters: `"web"`.',
  "signal name": 'The name of a signal without SIG: `"HUP"`.',
  "text": 'A text in quotes: `"tty1"`.',
  "path":
    'A path in quotes: `"/var/log/web.log"`. What a relative path is relative to is said with each ' +
    "setting.",
  "command": 'A text, or a list with one argument in each element: `"/usr/bin/web --port 80"`, ' +
    '`["/usr/bin/web", "--port", "80"]`. A text is divided at blanks; double quotes and backslashes keep ' +
    "characters together.",
  "boolean": "`true` or `false`.",
  'boolean or "on-failure"': '`true`, `false` or `"on-failure"`.',
  "integer": "A whole number: `3`, `0x10`, `0o17`.",
  "size": 'A number of bytes, or a text with a unit (K, M, G, powers of 1024): `16384`, `"16K"`.',
  "time":
    'A number of seconds, or a text with a unit (ms, s, m, h): `2`, `0.5`, `"500ms"`, `"1m"`. Where ' +
    "it limits something, 0 means no limit.",
  "signal": 'A signal without `SIG`, in quotes: `"TERM"`, `"HUP"`; `"none"` for no signal.',
  "user": 'A user by name or number: `"www"`, `33`.',
  "group": 'A group by name or number: `"www"`, `33`.',
  "octal mode": 'Octal digits in quotes: `"660"`.',
  "resource limit":
    'Both halves of a limit, each a number or `"-"` for unlimited; what is left out stays: ' +
    '`{ soft = 1024, hard = "-" }`, `"1024:4096"`, `"1024"` for both.',
  "readiness protocol": '`"pipefd:N"` or `"pipevar:NAME"`.',
  "service": 'The name of a service: `"web"`, `"getty@tty1"`.',
  "list of services": 'A list of names: `["web", "getty@tty1"]`.',
  "list of directories":
    'A list of paths: `["boot.d"]`. Each entry of a directory names a service; ' +
    "entries that begin with a period are skipped, a suffix `.toml` is left out.",
  "list of words": 'A list of words: `["starts-log"]`.',
  "I/O priority": '`"none"`, `"idle"`, `"realtime:N"` or `"best-effort:N"`.',
  "capabilities":
    'A text with items separated by commas: `"^cap_net_bind_service,!cap_sys_admin"`.',
  "table of texts": 'A table: `[environment]`, then lines `NAME = "value"`.',
  "table of limits": 'A table: `[cgroup]`, then lines `memory-max = "1G"`.',
  "table of times": 'A table: `[timer]`, then lines `calendar = "Mon..Fri 02:00"`.',
  "environment files":
    "One file, or a list of files, each a path in quotes, with a `-` before it if the file need not be there: " +
    '`"/etc/default/ssh"`, `"-/etc/default/ssh"`; or `{ path = "FILE", optional = true, literal = true, overrides = true }`, ' +
    "of which only path must be there.",
  "sandbox": 'The name of a profile: `"web"`; or a table: `[sandbox]`, then lines ' +
    '`read-only-system = "strict"`.',
  "probe": 'A table: `[readiness]` or `[liveness]`, then lines `tcp = "localhost:80"`.',
  "number": "A number: `1.5`.",
  "list of tables": 'Tables: `[[socket]]`, then lines `listen = "/run/web.sock"`, once for each.',
  "table": "A table: `[meta]`, then lines `key = value`.",
};

/** What is not to be had where children are made by posix_spawn. */
const BEYOND_POSIX_SPAWN = unservedWords({
  os: "linux",
  processMaking: { kind: "posix_spawn", why: "" },
});

function unservedWords(maker: Parameters<typeof unservedSettings>[0]): string {
  const { settings, options } = unservedSettings(maker);
  const words = [...settings.keys(), ...options.keys()].map((word) => `\`${word}\``);
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const INTRODUCTION = `# Settings of a service

<!-- Made by tools/generate.ts from core/description/settings/settings.ts. Do not edit. -->

A service \`NAME\` is described in a file \`NAME.toml\` in one of the service directories: TOML 1.0, with the
keys below at the top level. All have defaults; an empty file is an internal service without dependencies.
Unknown keys are errors. \`dinit check NAME\` tells every fault of a description and of all it names;
\`dinit schema\` prints a JSON schema for editors.

\`\`\`toml
# /etc/dinit.d/web.toml
type = "process"
command = ["/usr/bin/web", "--port", "$PORT"]
run-as = "www"
depends-on = ["network", "rcboot"]
waits-for-d = ["web.d"]
restart = "on-failure"
stop-timeout = "30s"
log-type = "buffer"
log-buffer-size = "16K"
options = ["start-interruptible"]
rlimit-nofile = { soft = 4096, hard = "-" }

[environment]
PORT = "8080"

[meta]
enable-via = "boot"
\`\`\`

## Names, templates and files

A name is made of letters, digits, \`.\`, \`_\` and \`-\`, and does not begin with a period. \`NAME@ARGUMENT\` is a
service from the file of \`NAME\`, with \`ARGUMENT\` as its \`$1\`; the argument may hold anything. The directories
are searched in order, and the first that has the file wins; in each, \`NAME.toml\` comes before \`NAME\`, a file
in upstream's own format. At most ${LONGEST_CHAIN} services may stand in a chain of dependencies, and no service may need
itself, not even by ordering.

## Drop-ins

Files \`NAME.toml.d/*.toml\` in any service directory change a description, wherever that lies and in whatever format it is, without
its file being touched. They are put over it in the order of their names; of two with one name that in the directory searched
first counts. \`NAME@ARGUMENT\` has those of \`NAME\`, and its own in \`NAME@ARGUMENT.toml.d\`, which count more.

\`\`\`toml
# /etc/dinit.d/web.toml.d/local.toml
restart = true              # a value takes the place of the one before, and so does a list

[environment]
PORT = "8081"               # a table is joined, key by key

[append]
waits-for = ["database"]    # what is added to the end of lists
\`\`\`

\`dinit ctl edit --drop-in NAME\` makes one, \`cat\` and \`status\` show them, \`dinit check\` reads them. A file \`masked\` among them keeps the
service from being started by anybody (\`dinit ctl mask NAME\`).

## Systems

Where a setting names systems, or an option of \`options\` does, a manager on another system refuses to load a service that
has it, and \`dinit check\` says so there. A manager on Linux that cannot make machine code for its children (PR_SET_MDWE,
SELinux's execmem) starts them by posix_spawn(3) and refuses ${BEYOND_POSIX_SPAWN} too.

## Variables

\`$NAME\` and \`\${NAME}\` stand for a variable of the environment, \`$1\` for the service's argument, \`$$\` for a
dollar sign. Quotes do not protect a dollar sign.

| form | set, not empty | set, empty | not set |
| --- | --- | --- | --- |
| \`$x\`, \`\${x}\` | its value | nothing | nothing |
| \`\${x:-w}\` | its value | \`w\` | \`w\` |
| \`\${x-w}\` | its value | nothing | \`w\` |
| \`\${x:+w}\` | \`w\` | nothing | nothing |
| \`\${x+w}\` | \`w\` | \`w\` | nothing |

\`$/x\` and \`$/{…}\` divide the value at blanks: in a command each part is an argument of its own.
Settings differ in when variables are replaced. While reading, the manager's environment is seen; once the
whole description is read, env-file and \`[environment]\` are seen too.
`;

/** The whole page. */
export function settingsManual(): string {
  const sections = SECTIONS.map((section) => {
    const rows = settingKeys().filter((key) => settingOf(key).section === section).map(entry);
    return [`## ${section}`, ...rows, ...(section === "Options" ? [optionTable()] : [])].join(
      "\n\n",
    );
  });
  return [INTRODUCTION + kinds(), ...sections, examples(), nativeForm()].join("\n\n") + "\n";
}

function examples(): string {
  const texts = EXAMPLES.map(({ title, about, file, text }) =>
    `### ${title}\n\n${about}\n\n\`\`\`toml\n# /etc/dinit.d/${file}\n${text}\n\`\`\``
  );
  return ["## Examples", ...texts].join("\n\n");
}

function kinds(): string {
  const used = new Set(settingKeys().map((key) => settingOf(key).value.name));
  const items = Object.entries(KINDS).filter(([name]) => used.has(name))
    .map(([name, text]) => `- **${name}**: ${text}`);
  return ["\n## Kinds of values\n", ...items].join("\n");
}

const WHEN = { pre: "while reading", post: "once all is read", none: "not replaced" } as const;

const BASES = {
  cwd: "the manager's working directory",
  real: "the directory in which the file really lies, links resolved",
  text: "the directory of the file",
  wd: "the working directory of the service",
} as const;

const ELSEWHERE = {
  none: undefined,
  ignored: "no effect",
  lint: "no effect, and `dinit check` warns",
  error: "the service does not load",
} as const;

function entry(key: SettingKey): string {
  const setting = settingOf(key);
  const facts = [
    ["Value", kindText(setting)],
    ["Default", setting.default === undefined ? "none" : defaultText(setting.default)],
    ["Types", typesText(setting)],
    ["Systems", systemsText(setting)],
    ["Variables", setting.substitution === "none" ? undefined : WHEN[setting.substitution]],
    ["Relative to", setting.base === undefined ? undefined : BASES[setting.base]],
    ["On reload", setting.reload],
  ].filter(([, text]) => text !== undefined).map(([label, text]) => `- ${label}: ${text}`);
  const table = key === "cgroup" ? [groupTable()] : [];
  const sockets = key === "socket" ? [keyTable(socketTable())] : [];
  const times = key === "timer" ? [keyTable(timerTable())] : [];
  const probes = key === "liveness" ? [keyTable(probeTable())] : [];
  const box = key === "sandbox" ? [sandboxLines(), profileTable()] : [];
  const questions = key === "conditions" ? [conditionTable()] : [];
  const tables = [...table, ...sockets, ...times, ...probes, ...box, ...questions];
  return [`### ${key}`, setting.about, facts.join("\n"), ...tables].join("\n\n");
}

function kindText(setting: Setting): string {
  const { enum: words, items, minimum, maximum } = setting.value.schema as {
    readonly enum?: readonly unknown[];
    readonly items?: { readonly enum?: readonly string[] };
    readonly minimum?: number;
    readonly maximum?: number;
  };
  if (items?.enum !== undefined && setting.section !== "Options") {
    return `list of ${items.enum.map((word) => `\`${word}\``).join(", ")}`;
  }
  if (setting.value.name.startsWith("one of") && words !== undefined) {
    return words.map((word) => `\`${JSON.stringify(word)}\``).join(", ");
  }
  if (minimum !== undefined && maximum !== undefined) {
    return `${setting.value.name}, ${minimum} to ${maximum}`;
  }
  return setting.value.name;
}

/** Values as TOML has them are set as code, words are not. */
function defaultText(text: string): string {
  return /^("[^"]*"|[0-9.]+|true|false)$/.test(text) ? `\`${text}\`` : text;
}

function typesText({ types, elsewhere }: Setting): string | undefined {
  const text = ELSEWHERE[elsewhere];
  return text === undefined ? undefined : `${typeList(types)}; on others: ${text}`;
}

function typeList(types: readonly ServiceType[]): string {
  return types.length === 5 ? "all" : types.join(", ");
}

function groupTable(): string {
  const rows = Object.entries(cgroupTable()).map(([key, { file, about }]) =>
    `| \`${key}\` | \`${file}\` | ${about} |`
  );
  return ["| key | file | effect |", "| --- | --- | --- |", ...rows].join("\n");
}

function sandboxLines(): string {
  const rows = Object.entries(sandboxTable()).map(([key, { about }]) =>
    `| \`${key}\` | ${about} |`
  );
  return ["| line | effect |", "| --- | --- |", ...rows].join("\n");
}

function conditionTable(): string {
  const rows = conditionWords().map((word) => {
    const { value, about } = conditionKinds()[word];
    const systems = SYSTEM_NAMES.filter(([system]) => isAnswered(word, system));
    const where = systems.length === SYSTEM_NAMES.length
      ? ""
      : ` (${systems.map(([, name]) => name).join(", ")} only)`;
    return `| \`${word}${value === undefined ? "" : ` ${value}`}\` | ${about}${where} |`;
  });
  return ["| condition | holds if |", "| --- | --- |", ...rows].join("\n");
}

const SYSTEM_NAMES = [["linux", "Linux"], ["freebsd", "FreeBSD"], ["darwin", "macOS"]] as const;

/** What each profile stands for, line by line. */
function profileTable(): string {
  const names = PROFILE_NAMES.filter((name) => Object.keys(PROFILES[name]).length > 0);
  const rows = Object.keys(sandboxTable())
    .map((key) => [
      key,
      ...names.map((name) => (PROFILES[name] as Readonly<Record<string, unknown>>)[key]),
    ])
    .filter(([, ...values]) => values.some((value) => value !== undefined))
    .map(([key, ...values]) =>
      `| \`${key}\` | ${
        values.map((value) => value === undefined ? "" : `\`${tomlText(value)}\``).join(" | ")
      } |`
    );
  return [
    `The profile \`none\` has no lines. The others stand for these, but for protect-proc and proc-subset under a ` +
    "manager without CAP_SYS_ADMIN, an ordinary user's: there both are left out of profiles, and an error where they are written.",
    "",
    `| line | ${names.map((name) => `\`"${name}"\``).join(" | ")} |`,
    `| --- | ${names.map(() => "---").join(" | ")} |`,
    ...rows,
  ].join("\n");
}

function tomlText(value: unknown): string {
  return JSON.stringify(value).replaceAll('","', '", "');
}

function keyTable(
  keys: Readonly<Record<string, { readonly value: { readonly name: string }; about: string }>>,
): string {
  const rows = Object.entries(keys).map(([key, { value, about }]) =>
    `| \`${key}\` | ${value.name} | ${about} |`
  );
  return ["| key | value | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function optionTable(): string {
  const rows = OPTIONS.map((option) => {
    const { types, about, ...served } = OPTION_TEXTS[option];
    return `| \`${option}\` | ${typeList(types)} | ${systemsText(served) ?? "all"} | ${about} |`;
  });
  return [
    "| option | types | systems | effect |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "`shares-console` and the other two console options exclude each other: the last one named wins.",
  ].join("\n");
}

function nativeForm(): string {
  const renamed = [...NATIVE_NAMES].filter(([, key]) => key !== "term-signal")
    .map(([native, key]) => `\`${key}\` is \`${native}\``);
  return `## Upstream's own format

A file without the suffix \`.toml\` is read in the format of upstream's dinit, with the same settings:
${
    renamed.join(", ")
  }, \`[meta] enable-via = "X"\` is \`@meta enable-via X\`, and \`[environment]\` does not exist.
Lines are \`NAME = VALUE\` or \`NAME: VALUE\` without quotes round values; \`yes\` and \`no\` are booleans; times are
seconds without a unit; each line of a list adds one element; \`+=\` appends to \`command\`, \`stop-command\`,
\`capabilities\` and \`securebits\`; \`@include FILE\` takes lines from another file. \`dinit convert\` writes the same
service in TOML.`;
}
