import { CTL_OPTIONS, VERBS } from "../../ctl/verbs.ts";
import { completionFiles } from "../../tools/completions/files.ts";
import { assert, assertEquals } from "../assert.ts";
import { testNeeding, tool } from "../skip.ts";

const FOLDER = new URL("../../docs/completions/", import.meta.url).pathname;

/** Stands for a manager with a loaded and an unloaded service; tells what it was called with. */
const SERVICES = "[[+]     ] web (pid: 3)\\n[        ] spare (not loaded)\\n";

async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: FOLDER,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assert(success, `${program}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout).trim();
}

/** What bash offers for the last word. */
function bashOffers(...words: string[]): Promise<string> {
  const program = words[0]?.replace("dinit-", "dinit_");
  return run(
    "bash",
    "-c",
    `dinitctl() { printf '${SERVICES}'; }
     source ./dinit.bash
     COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
     _${program}
     echo "\${COMPREPLY[*]}"`,
    "bash",
    ...words,
  );
}

Deno.test("docs/completions is what tools/gen_completions.ts writes", () => {
  for (const [name, text] of completionFiles()) {
    assert(
      Deno.readTextFileSync(FOLDER + name) === text,
      `docs/completions/${name} is stale: run node_modules/.bin/deno run -A tools/gen_completions.ts`,
    );
  }
});

Deno.test("each shell knows every verb and long option", () => {
  for (const [file, text] of completionFiles()) {
    for (const { name } of VERBS) assert(text.includes(name), `${file}: ${name}`);
    for (const { names } of CTL_OPTIONS) {
      const long = names.at(-1)?.replace(/^--/, "") ?? "";
      assert(text.includes(long), `${file}: ${long}`);
    }
  }
});

Deno.test("bash completes verbs, options of a verb, services and words of options", async () => {
  assertEquals(await bashOffers("dinitctl", "sta"), "start status");
  assertEquals(await bashOffers("dinitctl", "start", ""), "web spare");
  assertEquals(await bashOffers("dinitctl", "-u", "-p", "/x", "start", "w"), "web");
  assertEquals(await bashOffers("dinitctl", "stop", "--f"), "--force");
  assertEquals(await bashOffers("dinitctl", "start", "--f"), "");
  assertEquals(
    await bashOffers("dinitctl", "add-dep", ""),
    "need regular milestone waits-for",
  );
  assertEquals(await bashOffers("dinitctl", "add-dep", "need", "w"), "web");
  assertEquals(await bashOffers("dinitctl", "signal", "T"), "TERM");
  assertEquals(await bashOffers("dinitctl", "wait", "web", "--state", ""), "started stopped");
  assertEquals(await bashOffers("dinit", "c"), "ctl check convert");
  assertEquals(await bashOffers("dinit", "ctl", "resta"), "restart");
  assertEquals(await bashOffers("dinit", "ctl", "start", ""), "web spare");
  assertEquals(await bashOffers("dinit", "--console-level", "w"), "warn");
});

testNeeding("fish completes verbs, options of a verb and services", [tool("fish")], async () => {
  const offers = async (line: string) => {
    const listed = await run(
      "fish",
      "--no-config",
      "-c",
      `function dinitctl; printf '${SERVICES}'; end; source ./dinit.fish; complete -C '${line}'`,
    );
    return listed.split("\n").map((offer) => offer.split("\t")[0]).sort().join(" ");
  };
  assertEquals(await offers("dinitctl sta"), "start status");
  assertEquals(await offers("dinitctl start "), "spare web");
  assertEquals(await offers("dinitctl stop --f"), "--force");
  assertEquals(await offers("dinit ctl resta"), "restart");
  assertEquals(await offers("dinit ctl start "), "spare web");
  assertEquals(await offers("dinitctl wait web --state "), "started stopped");
});

testNeeding("zsh reads its completion file", [tool("zsh")], async () => {
  assertEquals(await run("zsh", "-n", "_dinit"), "");
});
