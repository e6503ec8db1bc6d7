import { CTL_OPTIONS } from "../../../ctl/words/options.ts";
import { VERBS } from "../../../ctl/words/verbs.ts";
import { completionFiles } from "../../../tools/completions/files.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";

const FOLDER = new URL("../../../docs/completions/", import.meta.url).pathname;

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
function bashOffers(words: readonly string[], calls = "/dev/null"): Promise<string> {
  const program = words[0]?.replace("dinit-", "dinit_");
  return run(
    "bash",
    "-c",
    `dinitctl() { echo "$@" >>${calls}; printf '${SERVICES}'; }
     source ./dinit.bash
     COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
     _${program}
     echo "\${COMPREPLY[*]}"`,
    "bash",
    ...words,
  );
}

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
  assertEquals(await bashOffers(["dinitctl", "sta"]), "start status");
  assertEquals(await bashOffers(["dinitctl", "start", ""]), "web spare");
  assertEquals(await bashOffers(["dinitctl", "-u", "-p", "/x", "start", "w"]), "web");
  assertEquals(await bashOffers(["dinitctl", "stop", "--f"]), "--force");
  assertEquals(await bashOffers(["dinitctl", "start", "--f"]), "");
  assertEquals(
    await bashOffers(["dinitctl", "add-dep", ""]),
    "need regular depends-on milestone depends-ms waits-for",
  );
  assertEquals(await bashOffers(["dinitctl", "add-dep", "need", "w"]), "web");
  assertEquals(await bashOffers(["dinitctl", "signal", "T"]), "TERM");
  assertEquals(await bashOffers(["dinitctl", "wait", "web", "--state", ""]), "started stopped");
  assertEquals(await bashOffers(["dinit", "c"]), "ctl check convert calendar");
  assertEquals(await bashOffers(["dinit", "ctl", "resta"]), "restart");
  assertEquals(await bashOffers(["dinit", "ctl", "start", ""]), "web spare");
  assertEquals(await bashOffers(["dinit", "--console-level", "w"]), "warn");
});

/** What fish offers behind a line, sorted. */
async function fishOffers(line: string, calls = "/dev/null"): Promise<string> {
  const listed = await run(
    "fish",
    "--no-config",
    "-c",
    `function dinitctl; echo $argv >>${calls}; printf '${SERVICES}'; end
     source ./dinit.fish; complete -C '${line}'`,
  );
  return listed.split("\n").map((offer) => offer.split("\t")[0]).sort().join(" ");
}

/** What zsh offers behind a line, sorted. */
async function zshOffers(line: string, calls = "/dev/null"): Promise<string> {
  const script = new URL("zsh_offers.zsh", import.meta.url).pathname;
  const output = await run("zsh", "-f", script, FOLDER, calls, line);
  // deno-lint-ignore no-control-regex
  const offers = [...output.matchAll(/\x01([^\x01]*)\x01/g)].map(([, offer = ""]) => offer);
  return [...new Set(offers)].filter((offer) => offer !== "end").sort().join(" ");
}

/** Line → what is offered behind it, in the order of the alphabet. */
const OFFERS: Readonly<Record<string, string>> = {
  "dinitctl sta": "start status",
  "dinitctl -u -p /x sta": "start status",
  "dinitctl start ": "spare web",
  "dinitctl start --pin -u w": "web",
  "dinitctl stop --f": "--force",
  "dinitctl add-dep ": "depends-ms depends-on milestone need regular waits-for",
  "dinitctl add-dep need w": "web",
  "dinitctl wait web --state ": "started stopped",
  "dinit ctl resta": "restart",
  "dinit ctl -p /x start ": "spare web",
  "dinit -u ": "spare web",
  "dinit c": "calendar check convert ctl",
  "dinit check --json w": "web",
};

/** Line that completes services → the words with which the manager is asked. */
const QUESTIONS: Readonly<Record<string, string>> = {
  "dinitctl start ": "list --all",
  "dinitctl -u -p /x start ": "-u -p /x list --all",
  "dinitctl --socket-path /x start --pin -s w": "--socket-path /x -s list --all",
  "dinitctl start -p /x w": "-p /x list --all",
  "dinit ctl -p /x start ": "-p /x list --all",
  "dinit-check -n -p /x ": "-p /x list --all",
};

type Offers = (line: string, calls?: string) => Promise<string>;

async function checkShell(offers: Offers): Promise<void> {
  for (const [line, offered] of Object.entries(OFFERS)) {
    assertEquals(await offers(line), offered, line);
  }
  for (const [line, question] of Object.entries(QUESTIONS)) {
    const calls = await Deno.makeTempFile();
    assertIncludes(await offers(line, calls), "web", line);
    const [asked] = (await Deno.readTextFile(calls)).split("\n");
    assertEquals(asked, question, line);
    await Deno.remove(calls);
  }
}

testNeeding("fish completes a line and asks the manager it names", [tool("fish")], async () => {
  await checkShell(fishOffers);
});

testNeeding("zsh completes a line and asks the manager it names", [tool("zsh")], async () => {
  assertEquals(await run("zsh", "-n", "_dinit"), "");
  await checkShell(zshOffers);
});

Deno.test("bash completes a line and asks the manager it names", async () => {
  await checkShell(async (line, calls = "/dev/null") => {
    const offers = await bashOffers(line.split(" "), calls);
    return offers.split(" ").sort().join(" ");
  });
});
