/** Services that tell about themselves and end at once, again and again. */
import { assert, assertIncludes } from "../../../assert.ts";
import { until } from "../../../wait.ts";
import { talker } from "./notify_service.ts";
import { withManager } from "../../manager.ts";

const KEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\n';
const TIMES = 60;

Deno.test("a service that says it is stopping and ends at once does not confuse the manager", async () => {
  const restarting = "restart = true\nrestart-delay = 0.01\nrestart-limit-count = 0\n";
  const words = ["READY=1", "STOPPING=1", "end", "0"];
  const services = { one: talker(words, restarting), two: talker(words, restarting), keep: KEEP };
  await withManager({ services, start: ["one", "two", "keep"] }, async (manager) => {
    await until("the restarts", () => manager.output.split("[  OK  ] one").length > TIMES);
    await manager.ctlOk("stop", "one", "two");
    assertIncludes(manager.log(), "service two started.");
    assert(!manager.log().includes("Internal error"), manager.log());
  });
});
