import { parseCommandLine } from "../../../ctl/words/command_line.ts";
import { assert, assertEquals } from "../../assert.ts";

function options(...words: string[]) {
  const parsed = parseCommandLine(words);
  assert(parsed.kind === "run", JSON.stringify(parsed));
  return parsed.options;
}

function fault(...words: string[]): readonly string[] {
  const parsed = parseCommandLine(words);
  assert(parsed.kind === "faulty", JSON.stringify(parsed));
  return parsed.lines;
}

Deno.test("parseCommandLine() without words asks for help", () => {
  assertEquals(parseCommandLine([]), { kind: "help", verb: undefined });
});

Deno.test("parseCommandLine() takes general options on both sides of the verb", () => {
  const parsed = parseCommandLine(["--no-wait", "start", "--pin", "a", "-u", "-s", "--quiet"]);
  assert(parsed.kind === "run");
  assertEquals(parsed.verb, "start");
  assertEquals(parsed.operands, ["a"]);
  assertEquals(parsed.options.waits, false);
  assertEquals(parsed.options.pin, true);
  assertEquals(parsed.options.isQuiet, true);
  assertEquals(parsed.options.instance, "system", "the last one counts");
});

Deno.test("parseCommandLine() ignores options that mean nothing to the verb", () => {
  assertEquals(options("-d", "/x", "--ignore-unstarted", "list").serviceDirectories, ["/x"]);
});

Deno.test("parseCommandLine() takes what follows an option as its argument, whatever it is", () => {
  assertEquals(options("-p", "--quiet", "list").socketPath, "--quiet");
});

Deno.test("parseCommandLine() takes --force only after its verb", () => {
  assertEquals(options("stop", "--force", "a").force, true);
  assertEquals(options("restart", "a", "-f").force, true);
  assertEquals(
    fault("--force", "stop", "a")[0],
    "option '--force' is only taken after its command: 'stop', 'restart', 'plan'",
  );
  assertEquals(fault("start", "--force", "a")[0], "option '--force' does not belong to 'start'");
});

Deno.test("parseCommandLine() reads -f after logs as --follow", () => {
  const parsed = options("logs", "-f", "a");
  assertEquals(parsed.follow, true);
  assertEquals(parsed.force, false);
});

Deno.test("parseCommandLine() has no bundles, no values after = and no --", () => {
  assertEquals(fault("-su", "list")[0]?.startsWith("unknown option '-su'"), true);
  assertEquals(fault("--socket-path=/x", "list")[0]?.startsWith("unknown option"), true);
  assertEquals(fault("--", "list")[0]?.startsWith("unknown option '--'"), true);
});

Deno.test("parseCommandLine() refuses missing, surplus and empty words", () => {
  for (
    const words of [
      ["start"],
      ["is-started", "a", "b"],
      ["shutdown", "halt", "now"],
      ["start", ""],
      ["--quiet"],
      ["add-dep", "need", "a"],
      ["signal", "-l", "TERM"],
    ]
  ) {
    const [first, second] = fault(...words);
    assertEquals(first, "Invalid command line.", words.join(" "));
    assert(second?.includes("--help"), second);
  }
});

Deno.test("parseCommandLine() names an unknown verb and the nearest known one", () => {
  assertEquals(fault("strat", "a")[0], "unknown command 'strat'; did you mean 'start'?");
  assertEquals(fault("list", "-x")[0], "unknown option '-x'");
  assertEquals(fault("start", "--", "a")[0], "unknown option '--'");
  assertEquals(fault("list", "--jsn")[0], "unknown option '--jsn'; did you mean '--json'?");
});

Deno.test("parseCommandLine() refuses an option without its argument", () => {
  assertEquals(fault("list", "-p")[0], "option '-p' needs an argument: PATH");
});

Deno.test("parseCommandLine() stops at --help and --version", () => {
  const help = parseCommandLine(["start", "--help", "--nonsense"]);
  assert(help.kind === "help");
  assertEquals(help.verb?.name, "start");
  assertEquals(parseCommandLine(["--version", "--nonsense"]), { kind: "version" });
});

Deno.test("parseCommandLine() refuses --offline for other verbs than enable and disable", () => {
  assertEquals(fault("-o", "start", "a")[0]?.startsWith("--offline works"), true);
  assertEquals(options("-o", "enable", "a").isOffline, true);
});

Deno.test("parseCommandLine() reads the time and the state to wait for", () => {
  assertEquals(options("wait", "a", "--timeout", "1.5s").timeoutMs, 1500);
  assertEquals(options("wait", "a", "--timeout", "2").timeoutMs, 2000);
  assertEquals(options("wait", "a", "--timeout", "2m").timeoutMs, 120_000);
  assertEquals(options("wait", "a", "--state", "stopped").awaitedState, "stopped");
  assertEquals(fault("wait", "a", "--timeout", "soon")[0]?.includes("'10s'"), true);
  assertEquals(fault("wait", "a", "--state", "up")[0]?.includes("'started', 'stopped'"), true);
});
