/** The moment between the look at a file and its removal, in which somebody exchanges it. */
import type { Failure } from "../../../../platform/interface/failure.ts";
import type { FolderCalls } from "../../../../platform/posix/files/folder_calls.ts";
import { posixFolders } from "../../../../platform/posix/files/folders.ts";
import { LINUX } from "../../../../platform/linux/kernel/kernel.ts";
import { PARTS } from "../../../../platform/linux/kernel/parts.ts";
import { removeExactly } from "../../../../platform/posix/files/remove_exactly.ts";
import type { LastingIdentity } from "../../../../platform/interface/file_status.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding } from "../../../skip.ts";
import { withFolder } from "../../linux/folder.ts";

const FOLDERS = posixFolders(LINUX, PARTS);
const ON_LINUX = [surroundings("Linux", Deno.build.os === "linux")];

function identityOf(folderPath: string, name: string): LastingIdentity {
  const folder = FOLDERS.openFolder(folderPath);
  assert(typeof folder === "number");
  const status = FOLDERS.statusAt(folder, name);
  FOLDERS.close(folder);
  assert(!("kind" in status));
  return status;
}

/** Linux's calls, with something done right before the file is moved. */
function exchanging(action: () => void, afterwards = () => {}): FolderCalls {
  let isFirst = true;
  return {
    ...FOLDERS,
    move(from, to) {
      if (isFirst) action();
      const result = FOLDERS.move(from, to);
      if (isFirst) afterwards();
      isFirst = false;
      return result;
    },
  };
}

function removal(folder: string, calls: FolderCalls): Failure | undefined {
  Deno.writeTextFileSync(`${folder}/x`, "old");
  return removeExactly(calls, `${folder}/x`, identityOf(folder, "x"));
}

function contents(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return Object.fromEntries(names.map((name) => {
    const path = `${folder}/${name}`;
    const text = Deno.lstatSync(path).isDirectory ? contents(path) : Deno.readTextFileSync(path);
    return [name, typeof text === "string" ? text : JSON.stringify(text)];
  }));
}

testNeeding("removeExactly() puts back a file that came in between", ON_LINUX, () => {
  withFolder((folder) => {
    const calls = exchanging(() => {
      Deno.renameSync(`${folder}/x`, `${folder}/away`);
      Deno.writeTextFileSync(`${folder}/x`, "new");
    });
    assertEquals(removal(folder, calls), undefined);
    assertEquals(contents(folder), { away: "old", x: "new" });
  });
});

testNeeding("removeExactly() puts back a folder that came in between", ON_LINUX, () => {
  withFolder((folder) => {
    const calls = exchanging(() => {
      Deno.removeSync(`${folder}/x`);
      Deno.mkdirSync(`${folder}/x`);
      Deno.writeTextFileSync(`${folder}/x/inside`, "new");
    });
    assertEquals(removal(folder, calls), undefined);
    assertEquals(contents(folder), { x: '{"inside":"new"}' });
  });
});

testNeeding("removeExactly() loses no file when a third one comes", ON_LINUX, () => {
  withFolder((folder) => {
    const exchange = () => {
      Deno.removeSync(`${folder}/x`);
      Deno.writeTextFileSync(`${folder}/x`, "new");
    };
    const third = () => Deno.writeTextFileSync(`${folder}/x`, "third");
    const problem = removal(folder, exchanging(exchange, third));
    assert(problem !== undefined && problem.message.includes("EEXIST"));
    const { x, ...others } = contents(folder);
    assertEquals(x, "third");
    assert(Object.values(others).some((text) => text.includes("new")));
  });
});

testNeeding("removeExactly() is content when the file vanishes", ON_LINUX, () => {
  withFolder((folder) => {
    assertEquals(removal(folder, exchanging(() => Deno.removeSync(`${folder}/x`))), undefined);
    assertEquals(contents(folder), {});
  });
});

testNeeding(
  "removeExactly() uses no folder that another has put in the place of its own",
  ON_LINUX,
  () => {
    withFolder((folder) => {
      const calls: FolderCalls = {
        ...FOLDERS,
        makePrivateFolder: (parent, name) => {
          Deno.mkdirSync(`${folder}/${name}`, { mode: 0o777 });
          return FOLDERS.makePrivateFolder(parent, name);
        },
      };
      // The file was looked at: it is removed in its place.
      assertEquals(removal(folder, calls), undefined);
      assertEquals(Object.keys(contents(folder)).filter((name) => name === "x"), []);
    });
  },
);
