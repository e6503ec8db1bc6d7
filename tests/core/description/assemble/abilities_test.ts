import type { Abilities } from "../../../../core/description/assemble/abilities.ts";
import { conditionWords, isAnswered } from "../../../../core/conditions/kinds.ts";
import { OPTION_TEXTS } from "../../../../core/description/settings/options.ts";
import {
  servesAll,
  usualMaker,
  whyUnserved,
} from "../../../../core/description/settings/served_by.ts";
import { settingKeys, settingOf } from "../../../../core/description/settings/settings.ts";
import { unservedSettings } from "../../../../core/description/settings/unserved_settings.ts";
import { assertEquals } from "../../../assert.ts";
import { describe, load, problems } from "../descriptions.ts";

const ABLE: Abilities = {
  unserved: unservedSettings({ os: "linux", processMaking: { kind: "stub" } }),
  cgroupFault: () => undefined,
};
/** The most that any manager lacks. */
const BOUND: Abilities = { ...ABLE, unserved: unservedSettings(usualMaker("darwin")) };
const PROCESS = 'type = "process"\ncommand = "/bin/a"\n';

const MEANS = "this manager has no means to set it";

Deno.test("servesAll() says of Linux what each row of the table says", () => {
  const linux = usualMaker("linux");
  assertEquals([linux, usualMaker("freebsd"), usualMaker("darwin")].map(servesAll), [
    true,
    false,
    false,
  ]);
  const rows = [...settingKeys().map(settingOf), ...Object.values(OPTION_TEXTS)];
  const forms = settingKeys().flatMap((key) => settingOf(key).form ?? []);
  assertEquals(
    [...rows, ...forms].map(({ servedBy }) => whyUnserved(servedBy, linux)).filter(Boolean),
    [],
  );
  assertEquals(conditionWords().filter((kind) => !isAnswered(kind, "linux")), []);
});

Deno.test("checkAbilities() refuses at its line what posix_spawn has no term for", () => {
  const lines: Readonly<Record<string, readonly [column: number, what: string]>> = {
    'run-as = "www"': [10, "run-as"],
    "nice = 5": [8, "nice"],
    'ioprio = "idle"': [10, "ioprio"],
    "oom-score-adj = 5": [17, "oom-score-adj"],
    'rlimit-nofile = "10"': [17, "rlimit-nofile"],
    "rlimit-core = { soft = 1 }": [15, "rlimit-core"],
    'run-in-cgroup = "/a"': [17, "run-in-cgroup"],
    'capabilities = "^cap_kill"': [16, "capabilities"],
    'securebits = ["noroot"]': [14, "securebits"],
    'socket-listen = "/run/a"': [17, "socket-listen"],
    'options = ["runs-on-console"]': [11, 'the option "runs-on-console"'],
    'options = ["no-new-privs"]': [11, 'the option "no-new-privs"'],
    "[cgroup]": [2, "cgroup"],
    'sandbox = "web"': [11, "sandbox"],
    '[[socket]]\nlisten = "/run/a"': [3, "socket"],
  };
  for (const [line, [column, what]] of Object.entries(lines)) {
    const text = `${PROCESS}${line}\n`;
    assertEquals(problems(text, { abilities: ABLE }), [], line);
    const expected = [`3:${column}: error: Cannot serve ${what}: ${MEANS}`];
    assertEquals(problems(text, { abilities: BOUND }), expected, line);
  }
  const result = load("s", { "/d/s.toml": `${PROCESS}nice = 1\n` }, { abilities: BOUND });
  const hint = result.kind === "faulty" ? result.problems[0]?.hint : undefined;
  assertEquals(hint, "It can only use posix_spawn: macOS has nothing else");
});

Deno.test("checkAbilities() takes what posix_spawn can do, and what has no effect on the type", () => {
  const served = `${PROCESS}working-dir = "/"\nready-notification = "pipefd:3"\nlogfile = "/a"\n` +
    'options = ["pass-cs-fd"]\nkill-tree = true\n[environment]\nA = "1"\n';
  assertEquals(problems(served, { abilities: BOUND }), []);
  assertEquals(describe("nice = 5\n", { abilities: BOUND }).attributes.nice, 5);
});

Deno.test("checkAbilities() names the limit whose controller is missing, once for each controller", () => {
  const abilities: Abilities = {
    ...ABLE,
    cgroupFault: (controller) =>
      controller === "memory" ? { why: "there is no memory here", hint: "buy some" } : undefined,
  };
  const text = `${PROCESS}[cgroup]\npids-max = 5\nmemory-swap-max = 1\nmemory-max = 2\n`;
  assertEquals(problems(text, { abilities }), [
    "5:19: error: Cannot serve memory-swap-max: there is no memory here",
  ]);
});

Deno.test("checkAbilities() refuses notify:socket where nobody tells who sent a message", () => {
  const text = `${PROCESS}ready-notification = "notify:socket"\n`;
  assertEquals(problems(text, { abilities: ABLE }), []);
  assertEquals(problems(text, { abilities: BOUND }), [
    "3:22: error: Cannot serve notify:socket: this system does not tell who sent a message",
  ]);
  const fallback = unservedSettings({
    os: "linux",
    processMaking: { kind: "posix_spawn", why: "no page can be made" },
  });
  assertEquals(problems(text, { abilities: { ...ABLE, unserved: fallback } }), []);
});

Deno.test("checkAbilities() refuses [cgroup] as a whole where there are no control groups", () => {
  const fault = { why: "no control groups of version 2 are mounted", hint: "Mount them" };
  const abilities: Abilities = { ...ABLE, cgroupFault: () => fault };
  assertEquals(problems(`${PROCESS}[cgroup]\npids-max = 5\n`, { abilities }), [
    "3:2: error: Cannot make a control group for the service: " +
    "no control groups of version 2 are mounted",
  ]);
});

Deno.test("a manager with cgroups for all ends trees of services that do not say otherwise", () => {
  const abilities: Abilities = { ...ABLE, endsTrees: true };
  const killTree = (line: string) => describe(`${PROCESS}${line}`, { abilities }).killTree;
  assertEquals([killTree(""), killTree("kill-tree = false")], [true, false]);
  assertEquals(describe("", { abilities }).killTree, false, "there are no processes");
});

Deno.test("checkAbilities() refuses at its line what needs a cgroup of its own", () => {
  const why = "there are none";
  const abilities: Abilities = { ...ABLE, cgroupFault: () => ({ why, hint: "Make some" }) };
  for (const line of ['devices = ["@standard"]', "delegate = true", 'oom-policy = "kill"']) {
    const column = line.indexOf("=") + 3;
    const [first] = problems(`${PROCESS}${line}\n`, { abilities });
    const message = `Cannot make a control group for the service: ${why}`;
    assertEquals(first, `3:${column}: error: ${message}`);
  }
  assertEquals(problems(`${PROCESS}delegate = false\n`, { abilities }), []);
  const withoutMemory: Abilities = {
    ...ABLE,
    cgroupFault: (controller) => controller === "memory" ? { why, hint: "Enable it" } : undefined,
  };
  const [first] = problems(`${PROCESS}oom-policy = "kill"\n`, { abilities: withoutMemory });
  assertEquals(first, `3:14: error: Cannot serve oom-policy: ${why}`);
});

Deno.test("checkAbilities() leaves out of profiles, and refuses where it is written, a /proc that cannot be made", () => {
  const abilities: Abilities = { ...ABLE, sandboxFault: (line) => `there is no ${line} here` };
  const { sandbox } = describe(`${PROCESS}sandbox = "strict"\n`, { abilities });
  assertEquals([sandbox?.["protect-proc"], sandbox?.["proc-subset"]], [undefined, undefined]);
  assertEquals(sandbox?.["private-network"], true);
  const text = `${PROCESS}[sandbox]\nprofile = "web"\nprotect-proc = "invisible"\n`;
  assertEquals(problems(text, { abilities }), [
    "5:16: error: Cannot serve protect-proc: there is no protect-proc here",
  ]);
  assertEquals(problems(text, { abilities: ABLE }), []);
});
