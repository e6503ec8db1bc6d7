import { startNamed } from "../../../daemon/start/named_services.ts";
import { assertEquals } from "../../assert.ts";

const ADVICE =
  'Words of the command line are services to start; "dinit ctl" is for orders to a manager';

function start(names: readonly string[], options: { isSystemManager?: boolean } = {}) {
  const started: string[] = [];
  const errors: string[] = [];
  startNamed(names, (name) => {
    started.push(name);
    return name === "web";
  }, {
    isSystemManager: options.isSystemManager ?? false,
    log: { error: (text: string) => errors.push(text) },
  });
  return { started, errors };
}

Deno.test("startNamed() tells one who gave an order what the words are", () => {
  assertEquals(start(["start", "web"]), { started: ["start", "web"], errors: [ADVICE] });
  assertEquals(start(["status"]).errors, [ADVICE]);
});

Deno.test("startNamed() has no such advice for boot, nor at a machine's boot", () => {
  assertEquals(start(["web"]), { started: ["web"], errors: [] });
  assertEquals(start(["boot"]), { started: ["boot"], errors: [] });
  assertEquals(start(["single"], { isSystemManager: true }).errors, []);
});
