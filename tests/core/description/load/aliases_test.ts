/** Services that are found by another name, in files. */
import { checkServices } from "../../../../core/description/check/check.ts";
import { problemLine } from "../../../../core/description/contract/problem.ts";
import { assertEquals } from "../../../assert.ts";
import { load, memoryFiles, problemsOf, USERS } from "../descriptions.ts";

const SSH = { "/d/ssh.toml": 'aliases = ["sshd", "secure-shell"]' };

/** Names of all that is loaded, or the problems. */
function loaded(...[name, files, options]: Parameters<typeof load>): readonly string[] {
  const result = load(name, files, options);
  return result.kind === "loaded"
    ? result.descriptions.map((each) => each.name)
    : problemsOf(result);
}

Deno.test("loadClosure() finds a service by an alias, and loads it under its name", () => {
  assertEquals(loaded("sshd", SSH), ["ssh"]);
  assertEquals(loaded("ssh", SSH), ["ssh"]);
  const missing = load("shh", SSH);
  assertEquals(missing.kind, "not-found");
});

Deno.test("loadClosure() takes dependencies on aliases for those on the service", () => {
  const files = {
    ...SSH,
    "/d/boot.toml": 'depends-on = ["sshd"]\nwaits-for = ["secure-shell", "ssh"]\n' +
      'waits-for-d = ["b"]',
    "/d/b/sshd": "",
  };
  const result = load("boot", files);
  assertEquals(loaded("boot", files), ["boot", "ssh"]);
  const dependencies = result.kind === "loaded" ? result.descriptions[0]?.dependencies : [];
  assertEquals(dependencies?.map(({ kind, name }) => `${kind} ${name}`), [
    "need ssh",
    "waits-for ssh",
    "waits-for ssh",
    "waits-for ssh",
  ]);
});

Deno.test("loadClosure() knows the alias of a loaded service", () => {
  const files = { "/d/boot.toml": 'depends-on = ["sshd"]' };
  const options = { loaded: ["ssh"], aliases: { sshd: "ssh" } };
  const result = load("boot", files, options);
  assertEquals(loaded("boot", files, options), ["boot"]);
  const dependencies = result.kind === "loaded" ? result.descriptions[0]?.dependencies : [];
  assertEquals(dependencies, [{ kind: "need", name: "ssh" as never }]);
});

Deno.test("an alias of a template is one for every argument", () => {
  const files = { "/d/getty.toml": 'aliases = ["console"]' };
  const result = load("console@tty1", files);
  const [description] = result.kind === "loaded" ? result.descriptions : [];
  assertEquals([description?.name, description?.aliases], ["getty@tty1", ["console@tty1"]]);
});

Deno.test("a file of the name comes before an alias, and the alias is an error then", () => {
  const files = { ...SSH, "/e/sshd": "type = internal" };
  const options = { directories: ["/d", "/e"] };
  assertEquals(loaded("sshd", files, options), ["sshd"]);
  assertEquals(loaded("ssh", files, options), [
    '/d/ssh.toml:1:12: error: Cannot use the alias "sshd": /e/sshd describes a service of that name',
  ]);
});

Deno.test("an alias that another service has is told with both places", () => {
  const files = {
    ...SSH,
    "/d/drop.toml": '# bear\naliases = ["sshd"]',
    "/d/boot.toml": 'depends-on = ["ssh", "drop"]',
  };
  assertEquals(
    loaded("boot", files)[0],
    '/d/drop.toml:2:12: error: Cannot use the alias "sshd": "ssh" has it, too: /d/ssh.toml:1:12',
  );
  assertEquals(loaded("ssh", { "/d/ssh.toml": 'aliases = ["x", "ssh"]' }), [
    '/d/ssh.toml:1:17: error: Cannot use the alias "ssh": it is the service\'s own name',
  ]);
  const options = { loaded: ["other"], aliases: { sshd: "other" } };
  assertEquals(loaded("ssh", SSH, options), [
    '/d/ssh.toml:1:12: error: Cannot use the alias "sshd": the loaded service "other" has that name',
  ]);
});

Deno.test("loadClosure() warns of an alias that two files have, and takes the first", () => {
  const files = { ...SSH, "/d/drop.toml": 'aliases = ["sshd"]' };
  const result = load("sshd", files);
  assertEquals(loaded("sshd", files), ["drop"]);
  assertEquals(result.kind === "loaded" && result.problems.map(problemLine), [
    '/d/ssh.toml: warning: "sshd" is an alias of "drop" (/d/drop.toml), and of "ssh" as well; ' +
    "the first is taken",
  ]);
});

Deno.test("a file in a later directory does not count for its aliases", () => {
  const files = { "/d/ssh.toml": "", "/e/ssh.toml": 'aliases = ["sshd"]' };
  assertEquals(load("sshd", files, { directories: ["/d", "/e"] }).kind, "not-found");
});

Deno.test("checkServices() follows aliases, and reports those that others have", () => {
  const files = {
    ...SSH,
    "/d/boot.toml": 'depends-on = ["sshd"]\nafter = ["none"]',
    "/d/a.toml": 'aliases = ["boot"]',
  };
  const report = checkServices(["boot", "a"], {
    directories: ["/d"],
    files: memoryFiles(files),
    users: USERS,
    managerUid: 0,
    environment: new Map(),
    isOnline: false,
    probe: () => ({ kind: "directory" }),
  });
  const found = report.services.map(({ name, findings }) => [
    name,
    ...findings.map(({ problem }) => problemLine(problem)),
  ]);
  assertEquals(found, [
    ["boot"],
    [
      "a",
      '/d/a.toml:1:12: error: Cannot use the alias "boot": /d/boot.toml describes a service of ' +
      "that name",
    ],
    ["ssh"],
    ["none", "/d/boot.toml:2:10: error: there is no description of that name"],
  ]);
});
