import { FileUserDatabase } from "../../daemon/user_database.ts";
import { assertEquals } from "../assert.ts";

/** A platform whose files a test can change; `reads` counts. */
function fakePlatform(files: Record<string, string>) {
  const state = { files, seconds: 1, reads: 0 };
  const readFile = (path: string) => {
    state.reads++;
    const text = state.files[path];
    if (text === undefined) {
      const failure = { kind: "failure", call: "openat", errno: 2, message: "none" } as const;
      return failure;
    }
    return {
      kind: "contents",
      bytes: new TextEncoder().encode(text),
      modifiedSeconds: state.seconds,
      modifiedNanoseconds: 0,
    } as const;
  };
  return { state, readFile };
}

const PASSWD =
  "root:x:0:0::/root:/bin/sh\nbroken\n#x:x:9:9::/:\nbob:x:7:8::/home/bob:\nbob:x:70:8::/:\n";

Deno.test("FileUserDatabase finds users by name and number, the first line winning", () => {
  const { readFile } = fakePlatform({
    "/etc/passwd": PASSWD,
    "/etc/group": "g:x:9:bob\nh:x:8:bob\n",
  });
  const users = new FileUserDatabase({ readFile });
  const bob = { name: "bob", uid: 7, gid: 8, home: "/home/bob", shell: "/bin/sh" };
  assertEquals(users.byName("bob"), bob);
  assertEquals(users.byUid(7), bob);
  assertEquals(users.byName("#x"), undefined);
  assertEquals(users.groupByName("g"), 9);
  assertEquals(users.groupsOf(bob), [8, 9]);
  assertEquals([...users.names()], ["root", "bob"]);
});

Deno.test("FileUserDatabase reads anew only when refreshed and changed", () => {
  const { state, readFile } = fakePlatform({ "/etc/passwd": PASSWD, "/etc/group": "" });
  const users = new FileUserDatabase({ readFile });
  users.byName("bob");
  users.byName("eve");
  assertEquals(state.reads, 2);
  state.files = { ...state.files, "/etc/passwd": PASSWD + "eve:x:5:5::/:\n" };
  assertEquals(users.byName("eve"), undefined);
  users.refresh();
  assertEquals(state.reads, 2, "Nobody has asked");
  assertEquals(users.byName("eve")?.uid, 5);
  users.refresh();
  users.byName("eve");
  users.byName("bob");
  assertEquals(state.reads, 6, "A refresh looks at both files once");
});

Deno.test("FileUserDatabase without files knows nobody", () => {
  const { readFile } = fakePlatform({});
  assertEquals(new FileUserDatabase({ readFile }).byUid(0), undefined);
});
