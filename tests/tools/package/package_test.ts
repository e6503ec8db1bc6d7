import { buildDeb, debianPackages } from "../../../tools/package/deb.ts";
import { initContents, programContents } from "../../../tools/package/contents.ts";
import { debianArchitecture, sourceEpoch } from "../../../tools/package/identity.ts";
import { buildImage } from "../../../tools/package/oci.ts";
import { buildApkTree, buildTarball } from "../../../tools/package/tree.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { testNeeding, tool } from "../../skip.ts";

const IDENTITY = { version: "1.2.3", architecture: "amd64", epoch: 1_700_000_000 } as const;

async function output(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Both packages, made in a folder of their own. @returns Their paths. */
async function packagesIn(folder: string): Promise<readonly string[]> {
  const scratch = `${folder}/scratch`;
  await Deno.mkdir(scratch, { recursive: true });
  await Deno.writeTextFile(`${folder}/program`, "#!/bin/sh\n");
  const paths: string[] = [];
  for (const one of debianPackages(`${folder}/program`, IDENTITY)) {
    const options = { identity: IDENTITY, output: folder, scratch, changelog: "# Changes\n" };
    paths.push(await buildDeb(one, { ...options, compression: "gzip" }));
  }
  return paths;
}

testNeeding(
  "packages for Debian are the same twice, and everything in them is root's",
  [tool("dpkg-deb")],
  async () => {
    await withFolder(async (folder) => {
      const first = await packagesIn(`${folder}/a`);
      const second = await packagesIn(`${folder}/other`);
      assertEquals(first.map((path) => path.split("/").at(-1)), [
        "dinit-deno_1.2.3_amd64.deb",
        "dinit-deno-init_1.2.3_amd64.deb",
      ]);
      for (const [index, path] of first.entries()) {
        assertEquals(await Deno.readFile(path), await Deno.readFile(second[index] ?? ""));
        const lines = (await output("dpkg-deb", "--contents", path)).trim().split("\n");
        const others = lines.filter((line) => !/^\S+ root\/root .* 2023-11-14 /.test(line));
        assertEquals(others, []);
      }
    });
  },
);

testNeeding(
  "dinit-deno-init is an init as Debian's are, and keeps the package init",
  [tool("dpkg-deb")],
  async () => {
    await withFolder(async (folder) => {
      const [program = "", init = ""] = await packagesIn(folder);
      const field = async (path: string, name: string): Promise<string> =>
        (await output("dpkg-deb", "--field", path, name)).trim();
      assertEquals(await field(init, "Conflicts"), "runit-init, systemd-sysv, sysvinit-core");
      assertEquals(await field(init, "Replaces"), await field(init, "Conflicts"));
      assertEquals(await field(init, "Provides"), "sysvinit-core");
      assertEquals(await field(init, "Pre-Depends"), "dinit-deno (= 1.2.3)");
      assertEquals(await field(program, "Conflicts"), "");
      await output("dpkg-deb", "--control", init, `${folder}/control`);
      await output("dpkg-deb", "--control", program, `${folder}/program-control`);
      const scripts = ["control/preinst", "control/postinst", "control/postrm"];
      for (const name of [...scripts, "program-control/postinst", "program-control/prerm"]) {
        const script = `${folder}/${name}`;
        assertEquals((Deno.statSync(script).mode ?? 0) & 0o777, 0o755);
        await output("sh", "-n", script);
      }
      // What dpkg --verify compares with.
      await output("dpkg-deb", "--extract", init, `${folder}/root`);
      const sums = await Deno.readTextFile(`${folder}/control/md5sums`);
      assert(sums.includes("  usr/sbin/service\n"), "no leading ./");
      await new Deno.Command("md5sum", {
        args: ["--check", "--quiet", `${folder}/control/md5sums`],
        cwd: `${folder}/root`,
      }).output().then(({ success }) => assert(success));
    });
  },
);

Deno.test("dinit-deno has no path that an init has", () => {
  const init = new Set(initContents("/sbin").map(({ path }) => path));
  const shared = programContents("/bin/sh").map(({ path }) => path).filter((path) =>
    init.has(path) || /^\/(usr\/)?sbin\//.test(path) || /\.[58]$/.test(path)
  );
  assertEquals(shared, []);
});

testNeeding("the tarball and the tree for Alpine are the same twice", [tool("tar")], async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/program`, "#!/bin/sh\n");
    const made = async (name: string): Promise<readonly [Uint8Array, string]> => {
      const output = `${folder}/${name}`;
      await Deno.mkdir(output);
      const options = { identity: IDENTITY, output, scratch: `${output}/scratch` };
      const tarball = await buildTarball(`${folder}/program`, options);
      const tree = await buildApkTree(`${folder}/program`, options);
      return [await Deno.readFile(tarball), await Deno.readTextFile(`${tree}/APKBUILD`)];
    };
    const first = await made("one");
    assertEquals(await made("two"), first);
    await output("sh", "-n", `${folder}/one/apk/APKBUILD`);
    assertEquals(
      await Deno.readLink(`${folder}/one/apk/dinit-deno-init/sbin/init`),
      "/usr/bin/dinit",
    );
  });
});

testNeeding(
  "the image is the same twice, and every blob is what its name says",
  [tool("tar"), tool("ldd")],
  async () => {
    await withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/program`, "#!/bin/sh\n");
      const made = async (name: string): Promise<string> => {
        const output = `${folder}/${name}`;
        await Deno.mkdir(output);
        const options = { identity: IDENTITY, output, scratch: `${output}/scratch` };
        return await buildImage(`${folder}/program`, options);
      };
      const [first, second] = [await made("one"), await made("two")];
      assertEquals(await Deno.readFile(first), await Deno.readFile(second));
      await output("tar", "-xf", first, "-C", folder);
      const index = JSON.parse(await Deno.readTextFile(`${folder}/index.json`));
      const blob = (digest: string): string =>
        `${folder}/blobs/sha256/${digest.replace("sha256:", "")}`;
      const manifest = JSON.parse(await Deno.readTextFile(blob(index.manifests[0].digest)));
      const named = [index.manifests[0], manifest.config, ...manifest.layers];
      for (const { digest, size } of named) {
        const said = await output("sha256sum", blob(digest));
        assertEquals(`sha256:${said.split(" ")[0]}`, digest);
        assertEquals((await Deno.stat(blob(digest))).size, size);
      }
      const layer = await output("tar", "-tf", blob(manifest.layers[0].digest));
      assert(layer.split("\n").includes("./usr/bin/dinit"));
      assert(layer.split("\n").includes("./etc/dinit.d/boot.toml"));
    });
  },
);

Deno.test("sourceEpoch() takes SOURCE_DATE_EPOCH, and refuses what is no number", async () => {
  assertEquals(await sourceEpoch("/", "1700000000"), 1_700_000_000);
  await assertRejects(() => sourceEpoch("/", "yesterday"), /SOURCE_DATE_EPOCH/);
});

Deno.test("debianArchitecture() knows the machines of the executable", () => {
  assertEquals(
    ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-unknown-freebsd"]
      .map(debianArchitecture),
    ["amd64", "arm64", undefined],
  );
});

testNeeding(
  "lintian finds no error in the packages",
  [tool("lintian"), tool("dpkg-deb")],
  async () => {
    await withFolder(async (folder) => {
      const { stdout } = await new Deno.Command("lintian", {
        args: ["--tag-display-limit", "0", ...await packagesIn(folder)],
      }).output();
      const errors = new TextDecoder().decode(stdout).split("\n").filter((line) =>
        line.startsWith("E:")
      );
      assertEquals(errors, []);
    });
  },
);
