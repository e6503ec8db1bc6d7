import { FileUserDatabase } from "../../../daemon/descriptions/user_database.ts";
import { assertEquals } from "../../assert.ts";

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

Deno.test("FileUserDatabase forgives in its files what the C library forgives", () => {
  const { readFile } = fakePlatform({
    "/etc/passwd": "  bob:x: 7:+0008:: /home/bob:/bin/sh\r\n\t# eve:x:1:1::/:\n+eve:x:2:2::/:\n" +
      "-ann:x:3:3::/:\n:x:4:4::/:\nten:x:10:10\nfar:x:-1:5::/:\nnot:x:1 2:5::/:\n",
    "/etc/group": "# g:x:1:bob\n g:x: 20:ann, bob\nh:x:21:\tbob ,,ann\r\ni:x:22:bob\r\nj:x:23\n" +
      "k:x:24:bobby, bo b\n",
  });
  const users = new FileUserDatabase({ readFile });
  const bob = { name: "bob", uid: 7, gid: 8, home: " /home/bob", shell: "/bin/sh" };
  assertEquals(users.byName("bob"), bob);
  assertEquals([...users.names()], ["bob", "ten"]);
  assertEquals(users.byName("ten")?.home, "/");
  assertEquals(users.groupsOf(bob), [8, 20, 21, 22]);
  assertEquals(users.groupByName("j"), 23);
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
