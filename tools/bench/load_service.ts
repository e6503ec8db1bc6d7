/** Has a manager load a service and what that needs: `load_service.ts SOCKET NAME`. */
import { AskingClient } from "./asking_client.ts";

if (import.meta.main) {
  const [socket = "", name = ""] = Deno.args;
  const client = new AskingClient(socket, 0);
  client.ask({ kind: "query-version" });
  const answer = client.ask({ kind: "load", name });
  if (answer.kind !== "service-record") throw new Error(`"${name}" was not loaded: ${answer.kind}`);
}
