/** Listening sockets at a path, on every system. */
import { testSystems } from "../systems.ts";
import { LISTENING_CASES } from "./listening_suite.ts";

for (const { name, run } of LISTENING_CASES) {
  testSystems(`listenUnix(): ${name}`, ({ platform }, folder) => run(platform, folder));
}
