/** What is done to the paths of a box, and in which order. */
import { PROFILES } from "../../../../core/sandbox/profiles.ts";
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import {
  type PathStep,
  pathSteps,
} from "../../../../platform/linux/children/sandbox/path_rules.ts";
import type { OwnFolder } from "../../../../platform/interface/child_settings.ts";
import { assert, assertEquals } from "../../../assert.ts";
import * as fc from "../../../property.ts";

/** `/usr ro`, `-/x rw lifted`, `/tmp temporary`. */
function lines(
  sandbox: Sandbox,
  systemDirectories: readonly string[] = [],
  ownFolders: readonly OwnFolder[] = [],
): readonly string[] {
  return pathSteps(sandbox, systemDirectories, ownFolders).map(lineOf);
}

function lineOf({ path, cover, behind, ...step }: PathStep): string {
  return [
    path,
    cover,
    step.isReadOnly ? "ro" : "rw",
    step.isExecutable ? undefined : "noexec",
    step.isLifted && cover === undefined ? "lifted" : undefined,
    behind === undefined ? undefined : `behind ${behind.path}`,
  ].filter((word) => word !== undefined).join(" ");
}

Deno.test("pathSteps() does what is above first, and nothing that is so already", () => {
  const sandbox: Sandbox = {
    "read-only-system": "strict",
    "read-write-paths": ["/var/lib/a/b", "/var/lib/a"],
    "read-only-paths": ["/var/lib/a/b/c", "/var"],
  };
  assertEquals(lines(sandbox), [
    "/ ro",
    "/dev rw lifted",
    "/proc rw lifted",
    "/sys rw lifted",
    "/var/lib/a rw lifted",
    "/var/lib/a/b/c ro",
  ]);
});

Deno.test("pathSteps() keeps writing and executing apart", () => {
  const sandbox: Sandbox = {
    "read-only-system": true,
    "no-exec-paths": ["/"],
    "exec-paths": ["/usr"],
    "read-write-paths": ["/usr/local/var"],
  };
  assertEquals(lines(sandbox), [
    "/ rw noexec",
    "/boot ro noexec",
    "/efi ro noexec",
    "/usr ro lifted",
    "/usr/local/var rw lifted",
  ]);
});

Deno.test("pathSteps() takes directories of the system that are no links", () => {
  assertEquals(lines({ "read-only-system": "full" }, ["/bin", "/lib"]), [
    ...["/bin ro", "/boot ro", "/efi ro", "/etc ro", "/lib ro", "/usr ro"],
  ]);
  const modules = (directories: readonly string[]) =>
    lines({ "protect-kernel-modules": true }, directories);
  assertEquals(modules([]), ["/usr/lib/modules hidden rw"]);
  assertEquals(modules(["/lib"]), ["/lib/modules hidden rw", "/usr/lib/modules hidden rw"]);
});

Deno.test("pathSteps() covers once, and leaves out what is covered already", () => {
  const sandbox: Sandbox = {
    "private-devices": true,
    "private-tmp": true,
    "protect-home": true,
    "protect-kernel-logs": true,
    "proc-subset": "pid",
    "protect-proc": "invisible",
    "inaccessible-paths": ["/dev/sda", "/tmp/a", "/root/.ssh", "/etc/shadow"],
  };
  assertEquals(lines(sandbox), [
    ...["/dev devices ro", "/etc/shadow inaccessible rw", "/home hidden ro", "/proc processes rw"],
    ...["/root hidden ro", "/run/user hidden ro", "/tmp temporary rw", "/var/tmp temporary rw"],
  ]);
});

Deno.test("pathSteps() leaves control groups to their own line", () => {
  const tunables: Sandbox = { "protect-kernel-tunables": true, "proc-subset": "pid" };
  assertEquals(lines(tunables), ["/proc processes rw", "/sys ro", "/sys/fs/cgroup rw lifted"]);
  assertEquals(lines({ ...tunables, "protect-control-groups": true }), [
    ...["/proc processes rw", "/sys ro"],
  ]);
});

Deno.test("pathSteps() of the profiles hide nothing twice", () => {
  for (const sandbox of [PROFILES.strict, PROFILES.web]) {
    const paths = pathSteps(sandbox, []).map(({ path }) => path);
    assertEquals(paths, [...new Set(paths)]);
  }
});

/** Of a path and everything above it the longest line decides. */
function expected(sandbox: Sandbox, path: string): { ro: boolean; noexec: boolean } {
  const decides = (on: readonly string[], off: readonly string[]) => {
    for (let at = path;; at = at.slice(0, at.lastIndexOf("/")) || "/") {
      if (off.includes(at)) return false;
      if (on.includes(at)) return true;
      if (at === "/") return false;
    }
  };
  return {
    ro: decides(sandbox["read-only-paths"] ?? [], sandbox["read-write-paths"] ?? []),
    noexec: decides(sandbox["no-exec-paths"] ?? [], sandbox["exec-paths"] ?? []),
  };
}

Deno.test("pathSteps() come to what the longest line says, whatever the order", () => {
  const anyPath = fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 4 })
    .map((names) => `/${names.join("/")}`);
  const anyPaths = fc.array(anyPath, { maxLength: 5 });
  const anyRules = fc.record({
    "read-only-paths": anyPaths,
    "read-write-paths": anyPaths,
    "no-exec-paths": anyPaths,
    "exec-paths": anyPaths,
  });
  fc.holds(fc.tuple(anyRules, anyPath), ([given, path]) => {
    const without = (list: readonly string[], other: readonly string[]) =>
      list.filter((each) => !other.includes(each));
    const sandbox: Sandbox = {
      ...given,
      "read-only-paths": without(given["read-only-paths"], given["read-write-paths"]),
      "no-exec-paths": without(given["no-exec-paths"], given["exec-paths"]),
    };
    const steps = pathSteps(sandbox, []);
    const above = steps.findLast((step) => path === step.path || path.startsWith(`${step.path}/`));
    assertEquals(
      { ro: above?.isReadOnly ?? false, noexec: !(above?.isExecutable ?? true) },
      expected(sandbox, path),
    );
    for (const step of steps) {
      assert(step.isLifted || step.isTightened, "a step that changes nothing");
    }
  });
});

function own(...paths: readonly string[]): readonly OwnFolder[] {
  return paths.map((path) => ({ path, line: "state-directory", isOptional: false }));
}

Deno.test("pathSteps() leaves a service's own folders to be written, and its lines the last word", () => {
  const strict: Sandbox = { "read-only-system": "strict" };
  const rest = ["/ ro", "/dev rw lifted", "/proc rw lifted", "/sys rw lifted"];
  assertEquals(lines(strict, [], own("/var/lib/a", "/etc/a")), [
    ...rest.toSpliced(2, 0, "/etc/a rw lifted"),
    "/var/lib/a rw lifted",
  ]);
  const narrowed: Sandbox = {
    ...strict,
    "read-only-paths": ["/var/lib/a/fixed", "/var/lib/b"],
    "inaccessible-paths": ["/var/lib/c"],
  };
  assertEquals(lines(narrowed, [], own("/var/lib/a", "/var/lib/b", "/var/lib/c")), [
    ...rest,
    ...["/var/lib/a rw lifted", "/var/lib/a/fixed ro", "/var/lib/c inaccessible rw"],
  ]);
  assertEquals(lines({ "private-network": true }, [], own("/var/lib/a")), []);
});

Deno.test("pathSteps() shows a service's own folders behind what covers others", () => {
  const sandbox: Sandbox = {
    "protect-home": true,
    "private-tmp": true,
    "inaccessible-paths": ["/srv"],
  };
  const folders = own("/home/a/.cache/a", "/home/a/.cache/a/b", "/tmp/x", "/srv/a", "/run/b");
  assertEquals(lines(sandbox, [], folders), [
    "/home hidden ro",
    "/home/a/.cache/a rw lifted behind /home",
    "/root hidden ro",
    "/run/user hidden ro",
    "/srv inaccessible rw",
    "/srv/a rw behind /srv",
    "/tmp temporary rw",
    "/tmp/x rw behind /tmp",
    "/var/tmp temporary rw",
  ]);
});
