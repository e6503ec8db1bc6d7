/**
 * docs/coming-from-systemd.md: commands and directives of other init systems beside ours, of the
 * tables that `dinit convert` itself goes by. `npm run generate` writes it.
 */
import { COMPOSE_ROWS, TOP_ROWS } from "../../core/convert/compose/rows.ts";
import { DIRECTORY_ROWS } from "../../core/convert/directories/rows.ts";
import { type Fate, settledFate } from "../../core/convert/rows.ts";
import { PROGRAM_ROWS, SECTION_ROWS } from "../../core/convert/supervisord/rows.ts";
import { DIRECTIVES } from "../../core/convert/units/rows/directives.ts";
import { NOTHING, specialUnits } from "../../core/convert/units/names/special_units.ts";
import { COMMAND_ROWS, type CommandRow } from "./commands.ts";
import { OPENRC_ROWS } from "./openrc.ts";

/** Any row, for the table. */
interface TableRow {
  readonly section: string;
  readonly name: string;
  readonly fate: Fate<never, never>;
}

const INTRODUCTION = `# Coming from systemd, and from others

<!-- Made by tools/generate.ts from the tables of core/convert/ and tools/coming_from/. Do not edit. -->

\`dinit convert\` writes services of other init systems as descriptions in TOML:

\`\`\`sh
dinit convert --report /lib/systemd/system                                # what would be lost, line by line
dinit convert -o /etc/dinit.d /lib/systemd/system/nginx.service           # with its drop-ins of /etc
dinit convert -o /etc/dinit.d /etc/supervisor/supervisord.conf            # a description for each program
dinit convert -o /etc/dinit.d /etc/sv                                     # runit; likewise s6
dinit convert -o ~/.config/dinit.d Procfile docker-compose.yml
dinit check nginx                                                         # what the machine lacks for it
\`\`\`

Comments and the order of lines stay. A line that has no counterpart becomes a comment with the word LOST, how much it
matters (little: nobody will notice; some: somebody may; much: the service is another one without it), and what is lost.
\`--report\` sums up, \`--report --json\` for programs. The status is 0 when nothing is lost, 3 when something is, 1 when a file
cannot be read. A file of yours is never replaced without \`--force\`.

\`dinit migrate\` takes over all that is on at once, with a way back: [migrate.md](migrate.md).

## What is different

- **A service has one file.** Drop-ins are put in their place; a socket stands in its service.
- **What is wanted is a link, too.** \`dinit ctl enable web\` makes one in \`boot.d\`; what is not enabled and not needed does not
  run. \`enable\` starts at once.
- **Need implies order.** \`depends-on\` and \`waits-for\` start the other first; \`after\` alone orders without starting.
- **A service that needs another stops with it**, also when the other one's process dies and comes back. \`waits-for\` does not.
- **Nothing is restarted unless it says so** in systemd, everything is here: a converted unit has \`restart = false\` written out.
  So it is with limits of time (90 s there; 60 s and 10 s here), with what a process leaves behind (\`kill-tree\`) and with
  output, which goes into the journal there and nowhere here (\`log-type = "buffer"\`).
- **A finished oneshot service stays started**, whether RemainAfterExit= says so or not.
- **Working directory.** systemd's services begin in \`/\`, ours in the folder of the descriptions.
- **Targets** are services of type internal. Those that systemd ships are services of our sets (below).
`;

const UNIT_SECTIONS: readonly (readonly [section: string, about: string])[] = [
  ["Unit", "of every unit"],
  [
    "Service",
    "of services: systemd.service(5), systemd.exec(5), systemd.kill(5), systemd.resource-control(5)",
  ],
  ["Socket", "of sockets, which become part of their service"],
  ["Mount", "of mounts, which become scripted services"],
  ["Timer", "of timers"],
  ["Path", "of paths"],
  ["Automount", "of mounts on demand"],
  ["Swap", "of swap"],
  ["Install", "what enabling does"],
];

/** The whole page. */
export function comingFromPage(): string {
  return [
    INTRODUCTION,
    commands(),
    "## Directives of units\n\nWhat is in brackets says how much it matters.",
    ...UNIT_SECTIONS.map(([section, about]) =>
      `### [${section}]\n\n${capital(about)}.\n\n${
        table("directive", DIRECTIVES.filter((row) => row.section === section))
      }`
    ),
    targets(),
    `## supervisord\n\nOptions of \`[program:x]\`; \`[group:x]\` becomes an internal service that waits for its programs.\n\n${
      table("option", PROGRAM_ROWS)
    }\n\nOther sections:\n\n${table("section", SECTION_ROWS.map(asSection))}`,
    `## runit and s6\n\nFiles of a service directory.\n\n${
      table("file", DIRECTORY_ROWS.map(withKind))
    }`,
    OPENRC,
    PROCFILE,
    CRONTAB,
    `## Compose files\n\nKeys of a service, as far as it is a process. What is in its image must be installed on the machine.\n\n${
      table("key", [...COMPOSE_ROWS, ...TOP_ROWS.map(atTop)])
    }`,
    UPSTREAM,
  ].join("\n\n") + "\n";
}

const OPENRC_TABLE = OPENRC_ROWS.map(([directive, becomes]) => `| ${directive} | ${becomes} |`);

const OPENRC = [
  "## OpenRC",
  "",
  "Service scripts are shell and are rewritten by hand.",
  "",
  "| in the script | becomes |",
  "| --- | --- |",
  ...OPENRC_TABLE,
].join("\n");

const PROCFILE = "## Procfile\n\n" +
  "Each process becomes a service that restarts when it fails, in the folder of the file, with `.env` as its `env-file`. A " +
  "command that needs no shell has none. Without `.env` a process that asks for `$PORT` gets 5000, 5100 and so on, as from foreman.";

const CRONTAB = "## Crontab\n\n" +
  "Each job becomes a service with a timer that is named after its program, runs as the user of its line in that one's home, and " +
  "has the variables above it. Nothing is mailed: what a job writes is in its log buffer (`dinitctl catlog`). `@reboot` becomes a " +
  "service that runs when it starts.";

const UPSTREAM = "## Upstream's dinit\n\n" +
  "Its descriptions load as they are, and `dinit convert` writes them in TOML with the same meaning. What is different is in " +
  "[differences.md](differences.md).";

function commands(): string {
  const columns: readonly (readonly [string, keyof CommandRow])[] = [
    ["systemd", "systemd"],
    ["runit", "runit"],
    ["s6, s6-rc", "s6"],
    ["OpenRC", "openrc"],
    ["supervisord", "supervisord"],
    ["upstream's dinit", "upstream"],
  ];
  const rows = COMMAND_ROWS.map((row) =>
    [
      row.wish,
      `\`${row.dinit}\``,
      ...columns.map(([, key]) => row[key] === undefined ? "–" : `\`${row[key]}\``),
    ].join(" | ")
  );
  return [
    "## Commands",
    "",
    `| | dinit | ${columns.map(([title]) => title).join(" | ")} |`,
    `| --- | --- | ${columns.map(() => "---").join(" | ")} |`,
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

/** Rows with the same text stand together. */
function table(title: string, rows: readonly TableRow[]): string {
  const byText = new Map<string, string[]>();
  for (const { name, fate } of rows) {
    const text = fateText(fate);
    byText.set(text, [...byText.get(text) ?? [], `\`${name}\``]);
  }
  return [
    `| ${title} | becomes |`,
    "| --- | --- |",
    ...[...byText].map(([text, names]) => `| ${names.join(", ")} | ${text} |`),
  ].join("\n");
}

function fateText(given: Fate<never, never>): string {
  const fate = settledFate({ fate: given });
  switch (fate.kind) {
    case "mapped":
      return capital(fate.to === "" ? "lost, unless it says no" : fate.to);
    case "irrelevant":
      return `Nothing: ${fate.why}`;
    case "lost":
      return `**Lost** (${fate.weight}): ${fate.what}`;
  }
}

function targets(): string {
  const byService = new Map<string, string[]>();
  for (const [unit, service] of specialUnits()) {
    byService.set(service, [...byService.get(service) ?? [], `\`${unit}\``]);
  }
  const rows = [...byService].map(([service, units]) =>
    `| ${units.join(", ")} | ${service === NOTHING ? "nothing" : `\`${service}\``} |`
  );
  return [
    "### Units that systemd has itself",
    "",
    "Where a unit names one of these, its description names the service of our sets ([services.md](services.md)) that does its work.",
    "",
    "| unit | service |",
    "| --- | --- |",
    ...rows,
  ].join("\n");
}

function asSection(row: TableRow): TableRow {
  return { ...row, name: `[${row.section}]` };
}

function withKind(row: TableRow): TableRow {
  return row.section === "both" ? row : { ...row, name: `${row.name} (${row.section})` };
}

function atTop(row: TableRow): TableRow {
  return { ...row, name: `${row.name} (of the file)` };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
