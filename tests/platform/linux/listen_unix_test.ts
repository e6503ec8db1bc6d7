/** Listening sockets at a path, on Linux. */
import { LISTENING_CASES } from "../posix/sockets/listening_suite.ts";
import { platform } from "./children.ts";
import { withFolder } from "./folder.ts";

for (const { name, run } of LISTENING_CASES) {
  Deno.test(`listenUnix(): ${name}`, () => withFolder((folder) => run(platform, folder)));
}
