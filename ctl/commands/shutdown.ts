/** `shutdown`: stop all services and end the manager. A system manager halts the machine then. */
import type { Command } from "./context.ts";

export const shutdown: Command = function* ({ session }) {
  session.expect({ kind: "shutdown", type: "halt" }, "ack");
  yield { kind: "progress", text: "Shutting down dinit..." };
  session.waitForEnd();
  yield { kind: "progress", text: "Connection closed." };
  return 0;
};
