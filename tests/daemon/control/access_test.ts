import { type Role, ROLE_RIGHTS } from "../../../core/protocol/mod.ts";
import type { Fd } from "../../../core/types.ts";
import { ControlAccess } from "../../../daemon/control/access.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FakeSockets } from "./fake_sockets.ts";

const GROUPS: Readonly<Record<string, number>> = { adm: 4, wheel: 10, ops: 11 };

function setUp(...groups: readonly (readonly [Role, string])[]) {
  const sockets = new FakeSockets();
  const warnings: string[] = [];
  const access = new ControlAccess({
    platform: sockets,
    groups: groups.map(([role, group]) => ({ role, group })),
    groupByName: (name) => GROUPS[name],
    warn: (message) => warnings.push(message),
  });
  access.findGroups();
  /** Rights of a user in these groups; a text: why he is not let in. */
  function rights(uid: number, ...of: readonly number[]): readonly string[] | string {
    sockets.groups.set(uid, of);
    sockets.connect(uid);
    const peer = access.identify(sockets.accept() as Fd);
    return typeof peer === "string" ? peer : [...peer.rights].sort();
  }
  return { access, warnings, rights };
}

Deno.test("ControlAccess lets nobody else in without groups, and the file is private", () => {
  const { access, rights } = setUp();
  assertEquals(access.socketFile, { mode: 0o600, gid: undefined });
  assertEquals(
    rights(1001, 4),
    "process 1 is of user 1001; allowed are root and user 1000",
  );
  assertEquals(rights(0).length, 6);
});

Deno.test("ControlAccess gives the file to the one group that there is", () => {
  const { access, rights } = setUp(["read", "adm"], ["power", "4"]);
  assertEquals(access.socketFile, { mode: 0o660, gid: 4 });
  assertEquals(rights(1001, 4), ["look", "power"]);
});

Deno.test("ControlAccess adds up the rights of all groups that somebody is in", () => {
  const { access, rights } = setUp(["log", "adm"], ["power", "wheel"], ["control", "ops"]);
  assertEquals(access.socketFile, { mode: 0o666, gid: undefined });
  assertEquals(rights(1001, 99, 4, 10), ["look", "output", "power"]);
  assertEquals(rights(1002, 11), [...ROLE_RIGHTS.control].sort());
  assertEquals(rights(1000, 4).length, 6, "the own user has all rights, whatever his groups");
  assertEquals(
    rights(1003, 99),
    "process 1 is of user 1003; allowed are root and user 1000 and members of the groups that are let in",
  );
});

Deno.test("ControlAccess tells a group that nobody knows, and goes on with the others", () => {
  const { access, warnings } = setUp(["read", "amd"], ["power", "wheel"]);
  assertEquals(warnings, ['No group "amd" is known: --read-group lets nobody in']);
  assertEquals(access.socketFile, { mode: 0o660, gid: 10 });
});

Deno.test("ControlAccess leaves no right to a connection of one who is not let in any more", () => {
  const { access } = setUp();
  const sockets = new FakeSockets();
  const connection = sockets.connect(1001);
  sockets.accept();
  const peer = access.again(connection.fd, 1001);
  assert(peer.isGuest);
  assertEquals([...peer.rights], []);
});

Deno.test("no role lets its members set the environment or name a program", () => {
  for (const rights of Object.values(ROLE_RIGHTS)) {
    assert(rights.has("look"));
    assert(!rights.has("environment") && !rights.has("program"));
  }
});
