/** Our reading of units against systemd's own. */
import { parseUnitCommands } from "../../../core/convert/units/text/commands.ts";
import { fillSpecifiers } from "../../../core/convert/units/text/specifiers.ts";
import { parseUnit } from "../../../core/convert/units/text/syntax.ts";
import { parseTimeSpan } from "../../../core/convert/units/text/time_span.ts";
import { loadUnit } from "../../../core/convert/units/unit_files.ts";
import { parseUnitName, type UnitName } from "../../../core/convert/units/text/unit_name.ts";
import { splitUnitWords } from "../../../core/convert/units/text/words.ts";
import { assert, assertEquals } from "../../assert.ts";
import { array, constantFrom, samples } from "../../property.ts";
import { testNeeding } from "../../skip.ts";
import { memoryFiles } from "./memory_files.ts";
import {
  dumped,
  readBySystemd,
  SYSTEMD_NEEDS,
  VERIFY_NEEDS,
  verifyBySystemd,
} from "./systemd_oracle.ts";

const UNITS = 150;

/** Values of a directive, each in a unit of its own; systemd's answer and the value. */
async function eachRead(
  values: readonly string[],
  text: (value: string) => string,
): Promise<readonly (readonly [value: string, dump: readonly string[]])[]> {
  const names = values.map((_, index) => `case${index}.service`);
  const dumps = await readBySystemd(
    Object.fromEntries(names.map((name, index) => [name, text(values[index] ?? "")])),
  );
  return values.map((value, index) => {
    const dump = dumps.get(names[index] ?? "");
    assert(dump !== undefined, `systemd said nothing of ${JSON.stringify(value)}`);
    return [value, dump];
  });
}

function nameOf(full: string): UnitName {
  const name = parseUnitName(full);
  assert(name !== undefined);
  return name;
}

/** Words as systemd prints a command line: those with anything special are in double quotes. */
function quotedWords(line: string): readonly string[] {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/gs)];
  return words.map(([, quoted, plain]) =>
    plain ?? (quoted ?? "").replace(/\\(.)/gs, (_all, letter) => letter === "t" ? "\t" : letter)
  );
}

testNeeding("command lines have the words that systemd reads", SYSTEMD_NEEDS, async () => {
  const pieces = [
    ...[
      "a",
      "bc",
      "-x",
      "--y=",
      " ",
      "  ",
      '"',
      "'",
      '"d e"',
      "'f g'",
      "\\x41",
      "\\u00e4",
      "\\t",
      "\\s",
    ],
    ...[
      "\\;",
      " ; ",
      ";",
      "$$",
      "${X}",
      "$Y",
      "%%",
      "%n",
      "%p",
      "\\\\",
      '\\"',
      "\\'",
      "\\101",
      "=",
      "#",
    ],
  ];
  const values = samples(array(constantFrom(...pieces), { minLength: 1, maxLength: 8 }), UNITS)
    .map((parts) => `/bin/echo ${parts.join("")}`);
  const unit = (value: string): string => `[Service]\nType=oneshot\nExecStart=${value}\n`;
  let compared = 0;
  for (const [index, [value, dump]] of (await eachRead(values, unit)).entries()) {
    const theirs = dumped(dump, "Command Line").map(quotedWords);
    const ours = parseUnitCommands(value);
    // What is no path of a program makes systemd leave out the line.
    const isRunnable = ours.kind === "fault" ||
      ours.commands.every(({ words: [program = ""] }) => /^[A-Za-z0-9/_-]+$/.test(program));
    if (!isRunnable) continue;
    // systemd keeps the commands before a fault; we say that the line is lost.
    if (ours.kind === "fault" && value.includes(";")) continue;
    const context = { unit: nameOf(`case${index}.service`), scope: "user" } as const;
    const words = ours.kind === "fault"
      ? []
      : ours.commands.map((command) =>
        command.words.map((word) => {
          const filled = fillSpecifiers(word, context, "literal");
          assert(filled.kind === "text");
          return filled.text;
        })
      );
    assertEquals(words, theirs, JSON.stringify(value));
    if (theirs.length > 0) compared++;
  }
  assert(compared > UNITS / 3, `only ${compared} lines could be compared`);
});

testNeeding("prefixes of commands are those that systemd takes off", SYSTEMD_NEEDS, async () => {
  const values = samples(array(constantFrom("-", "+", ":", "@", "!"), { maxLength: 4 }), 60)
    .map((parts) => `${parts.join("")}/bin/echo name one two`);
  const unit = (value: string): string => `[Service]\nExecStart=${value}\n`;
  for (const [value, dump] of await eachRead(values, unit)) {
    const [theirs] = dumped(dump, "Command Line").map(quotedWords);
    // systemd refuses a prefix that is there twice, or that excludes another.
    if (theirs === undefined) continue;
    const ours = parseUnitCommands(value);
    assert(ours.kind === "commands");
    const [command] = ours.commands;
    const words = [command?.argv0 ?? "/bin/echo", ...command?.words.slice(1) ?? []];
    assertEquals(words, theirs, value);
  }
});

testNeeding("variables have the values that systemd reads", SYSTEMD_NEEDS, async () => {
  const pieces = [
    "A=1",
    "B=",
    "C",
    " ",
    '"',
    "'",
    '"D=e f"',
    "'G=h i'",
    "J=k\\x20l",
    "=",
    "M=$n",
    "\\",
  ];
  const values = samples(array(constantFrom(...pieces), { minLength: 1, maxLength: 6 }), UNITS)
    .map((parts) => parts.join(""));
  const unit = (value: string): string => `[Service]\nExecStart=/bin/echo\nEnvironment=${value}\n`;
  for (const [value, dump] of await eachRead(values, unit)) {
    // systemd's value ends where the line does, and a backslash there goes on with the next.
    if (value.endsWith("\\")) continue;
    const split = splitUnitWords(value, "strict");
    // systemd takes the words before the fault; we say that the line is lost.
    if (split.kind === "fault") continue;
    const { words } = split;
    const assignments = words.filter((word) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(word));
    const byName = new Map(assignments.map((word) => [word.slice(0, word.indexOf("=")), word]));
    assertEquals([...byName.values()].sort(), [...dumped(dump, "Environment")].sort(), value);
  }
});

testNeeding("times are as long as systemd takes them for", SYSTEMD_NEEDS, async () => {
  const pieces = [
    "1",
    "30",
    "s",
    "min",
    "h",
    "d",
    "w",
    " ",
    "sec",
    "hours",
    "infinity",
    "x",
  ];
  const values = samples(array(constantFrom(...pieces), { minLength: 1, maxLength: 5 }), UNITS)
    .map((parts) => parts.join("").trim()).filter((value) => value !== "");
  const unit = (value: string): string =>
    `[Service]\nExecStart=/bin/echo\nRestartSec=7s\nRestartSec=${value}\n`;
  for (const [value, dump] of await eachRead(values, unit)) {
    const [theirs = ""] = dumped(dump, "RestartSec");
    // What is no time leaves the one before.
    assertEquals(parseTimeSpan(value) ?? 7, parseTimeSpan(theirs), value);
  }
});

testNeeding("drop-ins count in systemd's order", SYSTEMD_NEEDS, async () => {
  const units: Record<string, string> = {
    "my-own-app.service": "[Service]\nExecStart=/bin/echo\n",
    "my-own-app.service.d/20-b.conf": "[Service]\nEnvironment=B=1\n",
    "my-own-app.service.d/notes.txt": "[Service]\nEnvironment=NEVER=1\n",
    "my-own-.service.d/10-a.conf": "[Service]\nEnvironment=A=1\n",
    "my-own-.service.d/20-b.conf": "[Service]\nEnvironment=HIDDEN=1\n",
    "my-.service.d/30-c.conf": "[Service]\nEnvironment=C=1\nExecStart=\nExecStart=/bin/echo c\n",
    "service.d/05-d.conf": "[Service]\nEnvironment=D=1\n",
  };
  const dump = (await readBySystemd(units)).get("my-own-app.service");
  assert(dump !== undefined);
  const files = memoryFiles(
    Object.fromEntries(Object.entries(units).map(([name, text]) => [`/u/${name}`, text])),
  );
  const name = nameOf("my-own-app.service");
  const loaded = loadUnit("/u/my-own-app.service", name, files);
  assert(loaded.kind === "unit");
  assertEquals(loaded.unit.values.get("Service.Environment"), dumped(dump, "Environment"));
  assertEquals(loaded.unit.values.get("Service.ExecStart"), ["/bin/echo c"]);
  assertEquals(dumped(dump, "Command Line"), ["/bin/echo c"]);
});

/** The last of the physical lines that are joined to a line: systemd counts to there. */
function lastLine(text: string, line: number): number {
  const lines = text.split("\n");
  let last = line;
  const goesOn = (): boolean => {
    const current = lines[last - 1] ?? "";
    // Comments between joined lines are passed over.
    return /\\$/.test(current) || (last > line && /^\s*[#;]/.test(current));
  };
  while (last < lines.length && goesOn()) last++;
  return last;
}

/** Kinds of complaints about lines that we share. */
const COMPLAINTS: readonly (readonly [theirs: RegExp, ours: RegExp])[] = [
  [/^Assignment outside of section/, /before the first section/],
  [/^Missing '='/, /has no "="/],
  [/^Missing key name/, /no name before/],
  [/^Invalid section header/, /has no "\]"/],
];

testNeeding(
  "lines that make no sense are those of systemd-analyze verify",
  VERIFY_NEEDS,
  async () => {
    const lines = [
      ...[
        "[Service]",
        "[Unit]",
        "[X-Ours]",
        "[Service",
        "ExecStart=/bin/echo",
        "Nice=1 \\",
        "Type=simple",
      ],
      ...[
        "no equals",
        "=x",
        " = x",
        "# comment",
        "; comment",
        "",
        "   ",
        "\\",
        "Description=a \\",
        "  Nice=2",
      ],
    ];
    const texts = samples(array(constantFrom(...lines), { minLength: 1, maxLength: 10 }), 60)
      .map((parts) => `${parts.join("\n")}\n`);
    const units = Object.fromEntries(texts.map((text, index) => [`case${index}.service`, text]));
    const complaints = await verifyBySystemd(units);
    for (const [name, text] of Object.entries(units)) {
      const theirs = (complaints.get(name) ?? []).flatMap((complaint) => {
        const [line = "", what = ""] = complaint.split(/: (.*)/s);
        const kind = COMPLAINTS.findIndex(([pattern]) => pattern.test(what));
        return kind < 0 ? [] : [`${line}: ${kind}`];
      });
      const parsed = parseUnit(new TextEncoder().encode(text), name);
      const problems = parsed.kind === "unit" ? parsed.warnings : [parsed.problem];
      const ours = problems.map(({ line, message }) =>
        `${lastLine(text, line ?? 0)}: ${
          COMPLAINTS.findIndex(([, pattern]) => pattern.test(message))
        }`
      );
      // Of a file that systemd gives up, only the fault that ends it is compared.
      if (parsed.kind === "unit") assertEquals(ours, [...new Set(theirs)], text);
      else assert(theirs.includes(ours[0] ?? ""), `${text}\n${theirs}\n${ours}`);
    }
  },
);
