import type { Fd } from "../../../../core/types.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, tool } from "../../../skip.ts";
import { start, waitForEnd, waitReadable } from "../../linux/children.ts";
import { testSystems } from "../systems.ts";

const NEEDS = [surroundings("root", Deno.uid() === 0), tool("setpriv"), tool("python3")];

/** Connects, and stays until the other end has closed. */
const CONNECT = "import socket; s = socket.socket(socket.AF_UNIX); s.connect('s'); s.recv(1)";

// Fewer and more than fit at the first try.
for (const count of [1, 3, 200]) {
  testSystems(`peerGroups() names ${count} groups of the other end`, ({ platform }, folder) => {
    const made = platform.listenUnix(`${folder}/s`, {
      ...{ mode: 0o600, uid: undefined, gid: undefined, backlog: 1 },
    });
    assert(made.kind === "socket");
    const groups = Array.from({ length: count }, (_, index) => 7000 + index);
    const pid = start({
      command: ["setpriv", `--groups=${groups.join(",")}`, "--", "python3", "-c", CONNECT],
      workingDirectory: folder,
    });
    waitReadable(made.fd);
    const connection = platform.accept(made.fd) as Fd;
    assertEquals<unknown>(platform.peerGroups(connection), groups);
    platform.close(connection);
    waitForEnd(pid);
    platform.close(made.fd);
  }, NEEDS);
}

testSystems("peerGroups() says what is no socket", ({ platform }) => {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const wrong = platform.peerGroups(pipe.readEnd);
  const ENOTSOCK = 88;
  assert("kind" in wrong && wrong.errno === ENOTSOCK);
  for (const end of [pipe.readEnd, pipe.writeEnd]) platform.close(end);
});
