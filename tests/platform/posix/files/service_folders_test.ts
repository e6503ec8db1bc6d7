/** Folders of services on a real file system: made, refused, removed. */
import type { MadeFolder } from "../../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";
import { surroundings } from "../../../skip.ts";
import { testSystems } from "../systems.ts";

const NOBODY = 65534;
const AS_ROOT = [surroundings("root", Deno.uid() === 0)];

function folderIn(base: string, parts: Partial<MadeFolder> = {}): MadeFolder {
  return { base, path: "web", mode: 0o750, uid: undefined, gid: undefined, ...parts };
}

function facts(path: string): readonly unknown[] {
  const { isDirectory, mode, uid, gid } = Deno.lstatSync(path);
  return [isDirectory, (mode ?? 0) & 0o7777, uid, gid];
}

function names(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

const OWN = [Deno.uid(), Deno.gid()];

testSystems("a folder is made whatever the umask is, and what is on the way", (system, folder) => {
  const { makeServiceFolder } = system.platform;
  const umask = Deno.umask(0o077);
  try {
    assertEquals(makeServiceFolder(folderIn(folder, { path: "a/b", mode: 0o2775 })), undefined);
  } finally {
    Deno.umask(umask);
  }
  assertEquals(facts(`${folder}/a`), [true, 0o755, ...OWN]);
  assertEquals(facts(`${folder}/a/b`), [true, 0o2775, ...OWN]);
  assertEquals(makeServiceFolder(folderIn(folder, { path: "a/b" })), undefined);
  assertEquals(facts(`${folder}/a/b`), [true, 0o750, ...OWN]);
});

testSystems("a folder gets its owner, and one that is there likewise", (system, folder) => {
  const { makeServiceFolder } = system.platform;
  const wanted = folderIn(folder, { uid: NOBODY, gid: NOBODY, mode: 0o4700 });
  assertEquals(makeServiceFolder(wanted), undefined);
  assertEquals(facts(`${folder}/web`), [true, 0o4700, NOBODY, NOBODY]);
  assertEquals(makeServiceFolder({ ...wanted, uid: 1234, gid: undefined }), undefined);
  assertEquals(facts(`${folder}/web`), [true, 0o4700, 1234, NOBODY]);
}, AS_ROOT);

testSystems("links and files in the place of a folder are refused", (system, folder) => {
  const { makeServiceFolder } = system.platform;
  Deno.mkdirSync(`${folder}/target`, { mode: 0o700 });
  Deno.symlinkSync("target", `${folder}/web`);
  Deno.writeTextFileSync(`${folder}/file`, "");
  const link = makeServiceFolder(folderIn(folder));
  assertIncludes(link?.message ?? "", `"${folder}/web" is a symbolic link`);
  const below = makeServiceFolder(folderIn(folder, { path: "web/x" }));
  assertIncludes(below?.message ?? "", `"${folder}/web" is a symbolic link`);
  const file = makeServiceFolder(folderIn(folder, { path: "file" }));
  assertIncludes(file?.message ?? "", `"${folder}/file" is no directory`);
  assertEquals(facts(`${folder}/target`), [true, 0o700, ...OWN]);
  assertEquals(names(`${folder}/target`), []);
  assert(makeServiceFolder(folderIn(`${folder}/none`))?.errno === 2);
});

testSystems("where others can write, another's folder is refused and ours stays as it is", (
  system,
  folder,
) => {
  const { makeServiceFolder } = system.platform;
  Deno.chmodSync(folder, 0o777);
  Deno.mkdirSync(`${folder}/web`, { mode: 0o700 });
  Deno.chownSync(`${folder}/web`, 4321, 4321);
  const wanted = folderIn(folder, { uid: NOBODY, gid: NOBODY });
  assertIncludes(
    makeServiceFolder(wanted)?.message ?? "",
    `"${folder}/web" belongs to user 4321, and others can write to "${folder}"`,
  );
  Deno.chownSync(`${folder}/web`, NOBODY, NOBODY);
  assertEquals(makeServiceFolder(wanted), undefined);
  assertEquals(facts(`${folder}/web`), [true, 0o700, NOBODY, NOBODY]);
  assertEquals(makeServiceFolder({ ...wanted, path: "new" }), undefined);
  assertEquals(facts(`${folder}/new`), [true, 0o750, NOBODY, NOBODY]);
}, AS_ROOT);

testSystems("a folder is removed with all in it, in steps, and links are not followed", (
  system,
  folder,
) => {
  const { makeServiceFolder, removeServiceFolder } = system.platform;
  Deno.mkdirSync(`${folder}/kept`);
  Deno.writeTextFileSync(`${folder}/kept/file`, "");
  Deno.mkdirSync(`${folder}/web/deep/deeper`, { recursive: true });
  for (let index = 0; index < 1500; index++) {
    Deno.writeTextFileSync(`${folder}/web/deep/a-file-with-a-long-name-${index}`, "");
  }
  Deno.symlinkSync("../kept", `${folder}/web/link`);
  Deno.symlinkSync(`${folder}/kept`, `${folder}/web/deep/deeper/link`);
  const removal = removeServiceFolder(folderIn(folder));
  assertEquals(removal.next().done, false);
  // The name is free from the first step on.
  assertEquals(makeServiceFolder(folderIn(folder)), undefined);
  let steps = 0;
  let step = removal.next();
  for (; step.done !== true; step = removal.next()) steps++;
  assertEquals([steps > 1500, step.value], [true, undefined]);
  assertEquals([names(folder), names(`${folder}/kept`)], [["kept", "web"], ["file"]]);
  assertEquals(names(`${folder}/web`), []);
});

testSystems("what is not there, or is no folder, is not removed", (system, folder) => {
  const { removeServiceFolder } = system.platform;
  Deno.writeTextFileSync(`${folder}/file`, "");
  Deno.symlinkSync("/", `${folder}/link`);
  for (const path of ["none", "none/below", "file", "link"]) {
    assertEquals(removeServiceFolder(folderIn(folder, { path })).next(), {
      done: true,
      value: undefined,
    });
  }
  assert(removeServiceFolder(folderIn(folder, { path: "link/tmp" })).next().value !== undefined);
  assertEquals(names(folder), ["file", "link"]);
});

testSystems("what is mounted in a folder stays, and is told", (system, folder) => {
  const { removeServiceFolder } = system.platform;
  Deno.mkdirSync(`${folder}/web/mounted`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/web/file`, "");
  const run = (program: string, ...args: string[]) =>
    new Deno.Command(program, { args }).outputSync().success;
  assert(run("mount", "-t", "tmpfs", "tmpfs", `${folder}/web/mounted`));
  const removal = removeServiceFolder(folderIn(folder));
  let step = removal.next();
  while (step.done !== true) step = removal.next();
  const [aside = ""] = names(folder);
  try {
    assertIncludes(step.value?.message ?? "", "another file system is mounted at");
    assertEquals(names(`${folder}/${aside}`), ["mounted"]);
  } finally {
    run("umount", `${folder}/${aside}/mounted`);
  }
}, [...AS_ROOT, surroundings("mount(2)", mayMount())]);

/** In some containers root may not. */
function mayMount(): boolean {
  const folder = Deno.makeTempDirSync();
  const run = (program: string, ...args: string[]) =>
    new Deno.Command(program, { args, stderr: "null" }).outputSync().success;
  try {
    return Deno.uid() === 0 && run("mount", "-t", "tmpfs", "tmpfs", folder) &&
      run("umount", folder);
  } finally {
    Deno.removeSync(folder);
  }
}
