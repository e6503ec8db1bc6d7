/** What clients have in a form of their own. */
import { connectUnix as connectBlocking } from "../../../platform/client.ts";
import { assert } from "../../assert.ts";
import { platform } from "./children.ts";
import { withFolder } from "./folder.ts";

Deno.test("a client's connectUnix() does not wait for ever for a listener that takes nobody", () => {
  withFolder((folder) => {
    const path = `${folder}/s`;
    const options = { mode: 0o600, uid: undefined, gid: undefined, backlog: 0 } as const;
    const made = platform.listenUnix(path, options);
    assert(made.kind === "socket");
    const listener = made.fd;
    const first = connectBlocking(path, 1000);
    assert(typeof first === "number");
    const second = connectBlocking(path, 1000);
    const EAGAIN = 11;
    assert(typeof second === "object" && second.errno === EAGAIN, JSON.stringify(second));
    [first, listener].forEach((fd) => platform.close(fd));
  });
});
