import { ctlHelp, verbHelp } from "../../../ctl/words/help.ts";
import { CTL_OPTIONS } from "../../../ctl/words/options.ts";
import { findVerb, VERBS } from "../../../ctl/words/verbs.ts";
import { DEPENDENCY_TYPES } from "../../../ctl/commands/enabling/dependency.ts";
import { nameMatcher, readNameOperand } from "../../../ctl/commands/lookup/name_pattern.ts";
import { parseDuration } from "../../../core/text/duration.ts";
import { nearestName } from "../../../core/description/mod.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { FakeIo } from "../fake_io.ts";
import { runCtl } from "../../../ctl/run_ctl.ts";

const start = findVerb("start") ?? fail("no start");

Deno.test("ctlHelp() has every verb, and every option that belongs to all", () => {
  const lines = ctlHelp().split("\n");
  for (const { name } of VERBS) {
    assert(lines.some((line) => line.startsWith(`  ${name}`)), name);
  }
  for (const { names, verbs } of CTL_OPTIONS) {
    const isShown = lines.some((line) => line.startsWith(`  ${names.join(", ")}`));
    assertEquals(isShown, verbs === undefined, names.join(" "));
  }
});

Deno.test("verbHelp() has the options of the verb", () => {
  for (const verb of VERBS) {
    const text = verbHelp(verb);
    assert(text.startsWith(`Usage: dinitctl ${verb.name}`), verb.name);
    for (const option of CTL_OPTIONS.filter((row) => row.verbs?.includes(verb.name))) {
      assert(text.includes(`  ${option.names[0]}`), `${verb.name} ${option.names[0]}`);
    }
  }
});

Deno.test("options of one verb do not share a spelling with those that stand anywhere", () => {
  for (const verb of VERBS) {
    const known = CTL_OPTIONS.filter((row) => !row.afterVerb || row.verbs?.includes(verb.name));
    const names = known.flatMap((row) => row.names);
    assertEquals(new Set(names).size, names.length, verb.name);
  }
});

Deno.test("runCtl() prints help and version on standard output with exit status 0", () => {
  for (const words of [[], ["--help"], ["list", "--help"], ["--version"]]) {
    const io = new FakeIo();
    assertEquals([runCtl(words, io), io.errors, io.connected], [0, "", []]);
    assert(/^(Usage: dinitctl|Dinit version )/.test(io.output), io.output);
  }
});

Deno.test("parseDuration() reads units and refuses the rest", () => {
  assertEquals(["10s", "500ms", "2m", "1.5h", "3"].map(parseDuration), [
    10_000,
    500,
    120_000,
    5_400_000,
    3000,
  ]);
  assertEquals(["", "s", "-1", "1d", "1 s", "1e3"].map(parseDuration), Array(6).fill("faulty"));
});

Deno.test("runCtl() knows -h and help, alone and for a command", () => {
  const texts = [["-h"], ["help"], ["start", "-h"], ["help", "start"], ["start", "a", "-h"]].map(
    (words) => {
      const io = new FakeIo();
      assertEquals([runCtl(words, io), io.errors, io.connected], [0, "", []]);
      return io.output;
    },
  );
  assertEquals(texts, [ctlHelp(), ctlHelp(), ...Array(3).fill(verbHelp(start))]);
  const io = new FakeIo();
  assertEquals(runCtl(["help", "strat"], io), 1);
  assertEquals(
    io.errors.split("\n")[0],
    "dinitctl: unknown command 'strat'; did you mean 'start'?",
  );
});

Deno.test("readNameOperand() tells names from patterns", () => {
  for (const name of ["web", "web@/dev/sda2", "a\\x2db", "a]b", "svc@a[b", "w!b"]) {
    assertEquals(readNameOperand(name), { kind: "name", name });
  }
  assertEquals(readNameOperand("cron@\\* \\?\\["), { kind: "name", name: "cron@* ?[" });
  const certain = ["*", "web?", "a[b*", "[a]*"].map(readNameOperand);
  assert(certain.every((operand) => operand.kind === "pattern" && operand.isCertain));
  const doubtful = readNameOperand("svc@[::1]");
  assert(doubtful.kind === "pattern" && !doubtful.isCertain);
});

Deno.test("nameMatcher() takes sets of characters, and a backslash before what stands for itself", () => {
  const fits = (word: string) => ["tty1", "tty2", "ttyS", "tty*"].filter(nameMatcher([word]));
  assertEquals(fits("tty[0-9]"), ["tty1", "tty2"]);
  assertEquals(fits("tty[!0-9]"), ["ttyS", "tty*"]);
  assertEquals(fits("tty[^12]"), ["ttyS", "tty*"]);
  assertEquals(fits("tty\\*"), ["tty*"]);
  assertEquals(fits("t*\\*"), ["tty*"]);
  assertEquals(fits("*[z-a]"), []);
  assert(nameMatcher(["a[]]"])("a]"));
  assert(nameMatcher(["a[x-]"])("a-"));
});

Deno.test("nameMatcher() takes * and ? for any text and any character", () => {
  assert(nameMatcher(["getty*"])("getty@tty1"));
  assert(nameMatcher(["a.b"])("a.b"));
  assert(!nameMatcher(["a.b"])("axb"));
  assert(!nameMatcher(["web"])("webs"));
  assert(nameMatcher(["db?", "web?"])("web1"));
});

Deno.test("nearestName() finds slips and beginnings", () => {
  const names = ["nginx-proxy", "postgres", "boot"];
  assertEquals(nearestName("nginx", names), "nginx-proxy");
  assertEquals(nearestName("postgers", names), "postgres");
  assertEquals(nearestName("redis", names), undefined);
  assertEquals(nearestName("neeed", Object.keys(DEPENDENCY_TYPES)), "need");
});
