/** Folders of a service's own in its box: written to wherever they lie, and nothing beside them. */
import { PROFILES } from "../../../../core/sandbox/profiles.ts";
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import type { FolderSetting } from "../../../../platform/interface/child_settings.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { withFolder } from "../folder.ts";
import { attempt, BOXES, NOBODY, open } from "./box_probe.ts";

const NEEDS = [BOXES, tool("perl")];

testNeeding("folders of a service's own can be written wherever they lie", NEEDS, () => {
  withFolder((folder) => {
    Deno.chmodSync(folder, 0o755);
    const names = ["state", "hidden/a/run", "hidden/a/run/deep", "empty/cache", "other"];
    for (const name of names) {
      Deno.mkdirSync(`${folder}/${name}`, { recursive: true });
      Deno.chmodSync(`${folder}/${name}`, 0o777);
    }
    Deno.mkdirSync(`${folder}/hidden/secret`);
    const line: FolderSetting = "state-directory";
    const owned = (name: string) => ({ path: `${folder}/${name}`, line, isOptional: false });
    const missing = { ...owned("missing"), isOptional: true };
    const sandbox: Sandbox = {
      ...PROFILES.strict,
      "private-tmp": true,
      "read-only-paths": [`${folder}/state/fixed`],
      "inaccessible-paths": ["/srv"],
    };
    Deno.mkdirSync(`${folder}/state/fixed`);
    const parts = { ownFolders: [...names.slice(0, 4).map(owned), missing] };
    const attempts = {
      state: open(`${folder}/state/a`, "c"),
      fixed: open(`${folder}/state/fixed/a`, "c"),
      run: open(`${folder}/hidden/a/run/a`, "c"),
      deep: open(`${folder}/hidden/a/run/deep/a`, "c"),
      cache: open(`${folder}/empty/cache/a`, "c"),
      secret: `opendir(my $d, "${folder}/hidden/secret")`,
      other: `opendir(my $d, "${folder}/other")`,
      temporary: open("/tmp/a", "c"),
    };
    for (const [user, name] of [[{}, "root"], [NOBODY, "nobody"]] as const) {
      const outcomes = attempt(sandbox, attempts, { ...parts, ...user });
      assertEquals(outcomes, {
        ...{ state: "ok", fixed: "EROFS", run: "ok", deep: "ok", cache: "ok" },
        ...{ secret: "ENOENT", other: "ENOENT", temporary: "ok" },
      }, name);
      for (const made of ["state/a", "hidden/a/run/a", "hidden/a/run/deep/a", "empty/cache/a"]) {
        assert(Deno.statSync(`${folder}/${made}`).isFile, "it is the machine's own file");
        Deno.removeSync(`${folder}/${made}`);
      }
    }
  });
});

testNeeding(
  "folders of a service's own are seen in a hidden home, which nobody lists",
  NEEDS,
  () => {
    const folder = Deno.makeTempDirSync({ dir: "/root", prefix: "dinit-box-" });
    try {
      Deno.mkdirSync(`${folder}/own`);
      Deno.chownSync(`${folder}/own`, 65534, 65534);
      const line: FolderSetting = "cache-directory";
      const ownFolders = [{ path: `${folder}/own`, line, isOptional: false }];
      const attempts = {
        own: open(`${folder}/own/a`, "c"),
        beside: open(`${folder}/a`, "c"),
        list: 'opendir(my $d, "/root")',
        others: 'opendir(my $d, "/home")',
      };
      assertEquals(attempt(PROFILES.strict, attempts, { ...NOBODY, ownFolders }), {
        ...{ own: "ok", beside: "EROFS", list: "EACCES", others: "EACCES" },
      });
      assert(Deno.statSync(`${folder}/own/a`).isFile, "it is the machine's own file");
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);
