/** `cat`, `edit`, `is-enabled`: what looks at description files, or changes them. */
import { handle } from "../../../../core/protocol/mod.ts";
import { assertEquals } from "../../../assert.ts";
import { type FakeIoOptions, FILE_TIME, type Turn } from "../../fake_io.ts";
import { converse } from "../../session_runner.ts";
import { greeting, record, startedStatus, turn } from "../../turns.ts";

const WEB = 'type = "internal"\n';
const FILES: FakeIoOptions = {
  texts: {
    "/sd/boot.toml": 'type = "internal"\nwaits-for-d = ["boot.d"]\ndepends-on = ["db"]\n',
    "/sd/web.toml": WEB,
    "/sd/db.toml": 'type = "internal"',
  },
  directories: { "/sd/boot.d": ["web"], "/sd": ["boot.toml", "web.toml", "db.toml", "boot.d"] },
};

const PATHS = turn({ kind: "query-load-mechanism" }, {
  ...{ kind: "load-mechanism", mechanism: 1, workingDirectory: "/" },
  directories: ["/sd"],
});
const ENVIRONMENT = turn({ kind: "list-environment" }, { kind: "environment", entries: [] });

/** A loaded service, and what is asked about its file. */
function loaded(name: string, descriptionTime = FILE_TIME): readonly Turn[] {
  return [
    turn({ kind: "find", name }, record(0, "started")),
    PATHS,
    turn({ kind: "query-description-directory", handle: handle(0) }, {
      ...{ kind: "description-directory", directory: "/sd" },
    }),
    turn({ kind: "status-6", handle: handle(0) }, {
      ...{
        kind: "status",
        existed: false,
        form: 6,
        status: { ...startedStatus(), descriptionTime },
      },
    }),
  ];
}

const MISSING = (name: string) => turn({ kind: "find", name }, { kind: "no-service" });
const RELOAD = [
  turn({ kind: "find", name: "web" }, record(1, "started")),
  turn({ kind: "reload", handle: handle(1) }, { kind: "ack" }),
];

Deno.test("cat prints files, each below its name, and tells of changed ones", () => {
  const old = { seconds: 1, nanoseconds: 0 };
  const { output, errors, exit, faults } = converse(["cat", "web", "db"], [
    ...[greeting(), ...loaded("web", old)],
    MISSING("db"),
  ], FILES);
  assertEquals([faults, exit], [[], 0]);
  assertEquals(output, `# /sd/web.toml\n${WEB}# /sd/db.toml\ntype = "internal"\n`);
  assertEquals(
    errors,
    "dinitctl: /sd/web.toml has changed since the manager read it; 'dinitctl reload web' applies it.\n",
  );
});

Deno.test("cat says where it looked for what is not there", () => {
  const { errors, exit } = converse(["cat", "wbe"], [greeting(), MISSING("wbe"), PATHS], FILES);
  assertEquals(exit, 1);
  assertEquals(
    errors.split("\n").at(-2),
    "dinitctl: no service 'wbe' (looked in /sd); did you mean 'web'?",
  );
});

Deno.test("edit replaces the file with what is in order, and has it read", () => {
  const { output, exit, faults, io } = converse(
    ["edit", "web"],
    [greeting(), ...loaded("web"), ENVIRONMENT, ...RELOAD],
    { ...FILES, edits: ['type = "triggered"\n'], env: { EDITOR: "ed -s" } },
  );
  assertEquals([faults, exit], [[], 0]);
  assertEquals(io.commandsRun, [["/bin/sh", "-c", 'ed -s "$1"', "sh", "/scratch/web.toml"]]);
  assertEquals(io.fileChanges, [
    'replace /sd/web.toml: type = "triggered"\n',
    "remove /scratch/web.toml",
  ]);
  assertEquals(output, "Wrote /sd/web.toml.\nService 'web' reloaded.\n");
});

Deno.test("edit of what is not loaded changes the file alone; VISUAL wins", () => {
  const { output, exit, io } = converse(
    ["edit", "web"],
    [greeting(), MISSING("web"), PATHS, ENVIRONMENT],
    { ...FILES, edits: ['type = "triggered"\n'], env: { EDITOR: "ed", VISUAL: "vim" } },
  );
  assertEquals([output, exit], ["Wrote /sd/web.toml.\n", 0]);
  assertEquals(io.commandsRun[0]?.[2], 'vim "$1"');
});

Deno.test("edit without a change does nothing", () => {
  const { output, exit, io } = converse(
    ["edit", "web"],
    [greeting(), ...loaded("web"), ENVIRONMENT],
    FILES,
  );
  assertEquals([output, exit], ["/sd/web.toml stays as it was: nothing was changed.\n", 0]);
  assertEquals(io.fileChanges, ["remove /scratch/web.toml"]);
  assertEquals(io.commandsRun[0]?.[2], 'vi "$1"');
});

Deno.test("edit shows what is wrong, and opens the editor again if that is wanted", () => {
  const turns = [greeting(), ...loaded("web"), ENVIRONMENT];
  const again = converse(["edit", "web"], [...turns, ...RELOAD], {
    ...FILES,
    edits: ['type = "intrenal"\n', 'type = "triggered"\n'],
    lines: [""],
  });
  assertEquals([again.faults, again.exit, again.io.commandsRun.length], [[], 0, 2]);
  const lines = again.errors.split("\n");
  assertEquals(lines[0], "dinitctl: the text is not in order, so /sd/web.toml stays:");
  assertEquals(lines[1]?.startsWith("dinitctl: /sd/web.toml:1:8: error: Cannot read type"), true);

  const enough = converse(["edit", "web"], turns, {
    ...FILES,
    edits: ['type = "intrenal"\n'],
    lines: ["n"],
  });
  assertEquals([enough.exit, enough.io.fileChanges, enough.io.commandsRun.length], [1, [], 1]);
  assertEquals(
    enough.errors.endsWith("dinitctl: what was written is left in /scratch/web.toml.\n"),
    true,
  );
});

/** The same with a drop-in of a package's, which lies in a later directory. */
const WITH_DROP_INS: FakeIoOptions = {
  texts: { ...FILES.texts, "/usr/sd/web.toml.d/50.toml": "restart-delay = 1\n" },
  directories: {
    ...FILES.directories,
    "/usr/sd": ["web.toml.d"],
    "/usr/sd/web.toml.d": ["50.toml"],
  },
};
const BOTH_PATHS = turn({ kind: "query-load-mechanism" }, {
  ...{ kind: "load-mechanism", mechanism: 1, workingDirectory: "/" },
  directories: ["/sd", "/usr/sd"],
});

Deno.test("cat prints drop-ins behind the description", () => {
  const { output, faults } = converse(
    ["cat", "web"],
    [greeting(), MISSING("web"), BOTH_PATHS],
    WITH_DROP_INS,
  );
  assertEquals(faults, []);
  assertEquals(
    output,
    `# /sd/web.toml\n${WEB}# /usr/sd/web.toml.d/50.toml\nrestart-delay = 1\n`,
  );
});

Deno.test("edit --drop-in makes a file in the first directory, checked with the description", () => {
  const edit = (text: string) =>
    converse(["edit", "--drop-in", "web"], [
      ...[greeting(), MISSING("web"), BOTH_PATHS, ENVIRONMENT],
    ], { ...WITH_DROP_INS, edits: [text], lines: ["n"] });
  const made = edit('[append]\nwaits-for = ["db"]\n');
  assertEquals([made.faults, made.exit, made.errors], [[], 0, ""]);
  assertEquals(made.io.fileChanges, [
    "folder /sd/web.toml.d",
    'replace /sd/web.toml.d/override.toml: [append]\nwaits-for = ["db"]\n',
    "remove /scratch/override.toml",
  ]);
  const faulty = edit("[append]\nrestart = true\n");
  assertEquals([faulty.exit, faulty.io.fileChanges], [1, []]);
  assertEquals(
    faulty.errors.split("\n")[1],
    "dinitctl: /sd/web.toml.d/override.toml:2:1: error: " +
      "Cannot append to restart: what is appended is no list",
  );
});

Deno.test("edit does not go on when the editor fails", () => {
  const { errors, exit, io } = converse(
    ["edit", "web"],
    [greeting(), ...loaded("web"), ENVIRONMENT],
    { ...FILES, runOutcome: { kind: "exited", code: 127 } },
  );
  assertEquals([exit, io.fileChanges], [1, []]);
  assertEquals(
    errors,
    "dinitctl: the editor 'vi' ended with status 127; nothing was changed.\n" +
      "dinitctl: what was written is left in /scratch/web.toml.\n",
  );
});

Deno.test("is-enabled tells by a word and by its status", () => {
  const ask = (...words: readonly string[]) =>
    converse(["is-enabled", ...words], [greeting(), PATHS, ENVIRONMENT], FILES);
  const texts = [["web"], ["db"], ["--from", "boot", "boot"]].map((words) => {
    const { output, exit, faults } = ask(...words);
    return [output, exit, faults];
  });
  assertEquals(texts, [["enabled\n", 0, []], ["static\n", 0, []], ["disabled\n", 1, []]]);
  const none = ask("nothing");
  assertEquals([none.output, none.exit], ["", 1]);
  assertEquals(ask("--from", "web", "db").exit, 1);
});
