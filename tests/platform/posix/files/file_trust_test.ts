/** Whom the manager believes about a folder, and which files it appends to. */
import { folderTrust, whyNotAppendable } from "../../../../platform/posix/files/file_trust.ts";
import { assertEquals } from "../../../assert.ts";

const TRUSTED = new Set([0, 1000]);

Deno.test("folderTrust() believes folders that only trusted users can write", () => {
  const trust = (uid: number, mode: number) => folderTrust({ uid, mode }, TRUSTED);
  assertEquals([trust(0, 0o755), trust(1000, 0o700), trust(0, 0o555)], ["own", "own", "own"]);
  assertEquals([trust(7, 0o755), trust(7, 0o1777)], ["shared", "shared"]);
  assertEquals([trust(0, 0o775), trust(0, 0o757), trust(1000, 0o2777)], [
    "shared",
    "shared",
    "shared",
  ]);
  assertEquals([trust(0, 0o1777), trust(0, 0o1775)], ["sticky", "sticky"]);
  assertEquals(trust(0, 0o1755), "own");
});

Deno.test("whyNotAppendable() takes regular files and FIFOs of the writers, with one name", () => {
  const why = (parts: object) =>
    whyNotAppendable({ type: "regular", uid: 7, links: 1, ...parts }, [0, 7]);
  assertEquals([why({}), why({ uid: 0 }), why({ type: "fifo" })], [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(why({ uid: 8 }), "it belongs to user 8 and not to user 0 or 7");
  assertEquals(why({ links: 3 }), "it has 3 names (hard links)");
  assertEquals(why({ type: "other" }), "it is no regular file");
  assertEquals(why({ type: "link" }), "it is a symbolic link");
});
