import { assertEquals } from "../../../assert.ts";
import type { FakeIoOptions, Turn } from "../../fake_io.ts";
import { converse } from "../../session_runner.ts";
import { greeting, serviceStatus, startedStatus, turn } from "../../turns.ts";

const TURNS = [
  greeting(),
  turn(
    { kind: "list-5" },
    { kind: "service-info", name: "boot", form: 5, status: startedStatus() },
    { kind: "service-info", name: "web", form: 5, status: startedStatus() },
    { kind: "service-info", name: "db", form: 5, status: serviceStatus({ reason: "failed" }) },
    { kind: "list-done" },
  ),
  turn({ kind: "query-load-mechanism" }, {
    kind: "load-mechanism",
    mechanism: 1,
    workingDirectory: "/",
    directories: ["/sd"],
  }),
  turn({ kind: "list-environment" }, { kind: "environment", entries: ["X=db"] }),
];

const FILES: FakeIoOptions = {
  texts: {
    "/sd/boot.toml": 'type = "internal"\nwaits-for-d = ["boot.d"]\ndepends-on = ["db"]\n',
    "/sd/web.toml": 'type = "internal"\ndepends-on = ["db"]\n',
    "/sd/db.toml": 'type = "internal"\ndepends-ms = ["disk"]\n',
  },
  directories: { "/sd/boot.d": ["web"] },
};

Deno.test("tree shows dependencies once and refers to them later", () => {
  const result = converse(["tree"], TURNS, FILES);
  assertEquals([result.faults, result.exit, result.errors], [[], 0, ""]);
  const lines = result.output.split("\n");
  assertEquals(lines[0], "boot [started]");
  assertEquals(lines.filter((line) => line.includes("(see above)")).length, 1);
  assertEquals(lines.filter((line) => line.includes("disk [no description] milestone")).length, 1);
  assertEquals(lines.filter((line) => line.includes("db [failed] need")).length, 2);
});

Deno.test("tree --json begins where it is told", () => {
  const result = converse(["tree", "--json", "web"], TURNS, FILES);
  assertEquals(JSON.parse(result.output), [{
    name: "web",
    link: null,
    state: "started",
    note: null,
    dependencies: [{
      name: "db",
      link: "need",
      state: "stopped",
      note: null,
      dependencies: [{
        name: "disk",
        link: "milestone",
        state: null,
        note: "missing",
        dependencies: [],
      }],
    }],
  }]);
});

Deno.test("tree --json is written as any other JSON here, however deep it is", () => {
  const lines = [["tree", "--json"], ["tree", "--json", "web", "boot", "db"]];
  for (const words of lines) {
    const { output } = converse(words, TURNS, FILES);
    assertEquals(output, JSON.stringify(JSON.parse(output), undefined, 2) + "\n");
  }
  const none = converse(["tree", "--json"], [
    TURNS[0] as Turn,
    turn({ kind: "list-5" }, { kind: "list-done" }),
    ...TURNS.slice(2),
  ], FILES);
  assertEquals(none.output, "[]\n");
});

Deno.test("tree shows dependencies that go deeper than a stack", () => {
  const depth = 2000;
  const names = Array.from({ length: depth }, (_, index) => `s${index}`);
  const texts = names.map((name, index) =>
    [`/sd/${name}`, `type = internal\ndepends-on = s${index + 1}\n`] as const
  );
  const options = { texts: Object.fromEntries(texts) };
  const { output, exit } = converse(["tree", "s0"], TURNS, options);
  const lines = output.split("\n");
  assertEquals([exit, lines.length], [0, depth + 2]);
  assertEquals(lines[2], "   └─ s2 [not loaded] need");
  assertEquals(lines.at(-2), `${"   ".repeat(depth - 1)}└─ s${depth} [no description] need`);
});

Deno.test("tree of an unknown service ends with 1", () => {
  const result = converse(["tree", "nothing"], TURNS, FILES);
  assertEquals([result.faults, result.exit], [[], 1]);
});

Deno.test("tree takes patterns of loaded services", () => {
  const [hello, list, ...others] = TURNS;
  if (hello === undefined || list === undefined) throw new Error("turns");
  const result = converse(["tree", "w*"], [hello, list, list, ...others], FILES);
  assertEquals([result.faults, result.exit, result.errors], [[], 0, ""]);
  assertEquals(result.output.split("\n")[0], "web [started]");
  const none = converse(["tree", "x*"], [hello, list], FILES);
  assertEquals([none.faults, none.exit, none.output], [[], 1, ""]);
  assertEquals(none.errors, "dinitctl: no loaded service matches 'x*'.\n");
});

Deno.test("list-dependencies is tree; --reverse shows who depends on a service", () => {
  const ask = (words: readonly string[]) => converse(words, TURNS, FILES).output;
  assertEquals(ask(["list-dependencies", "web"]), ask(["tree", "web"]));
  assertEquals(
    ask(["list-dependencies", "--reverse", "db"]),
    "db [failed]\n" +
      "├─ boot [started] need\n" +
      "└─ web [started] need\n" +
      "   └─ boot [started] waits-for\n",
  );
  assertEquals(
    ask(["tree", "--reverse", "disk"]),
    "disk [not loaded]\n" +
      "└─ db [failed] milestone\n" +
      "   ├─ boot [started] need\n" +
      "   └─ web [started] need\n" +
      "      └─ boot [started] waits-for\n",
  );
});
