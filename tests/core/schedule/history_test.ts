import { instant } from "../../../core/types.ts";
import { assertEquals } from "../../assert.ts";
import { Driver, EXITED_1 } from "./driver.ts";

Deno.test("history() counts automatic restarts, tells the limit and begins anew with an order", () => {
  const driver = new Driver();
  driver.load({
    srv: { type: "process", restart: "always", restartDelayMs: 0, restartLimitCount: 2 },
  });
  const history = () => driver.scheduler.history(driver.id("srv"));
  assertEquals([history().stateSince, history().lastEndAt], [undefined, undefined]);
  driver.run("srv");
  for (let times = 0; times < 2; times++) {
    driver.exited("srv", EXITED_1);
    driver.spawned("srv");
    driver.executed("srv");
  }
  assertEquals([history().restarts, history().isLimitReached], [2, false]);
  driver.exited("srv", EXITED_1);
  assertEquals([history().restarts, history().isLimitReached], [2, true]);
  assertEquals(history().lastEndAt, instant(driver.now));
  driver.start("srv");
  assertEquals([history().restarts, history().isLimitReached], [0, false]);
});

Deno.test("history() blames the first dependency of the chain, while that is the reason", () => {
  const driver = new Driver();
  driver.load({
    db: { type: "process" },
    app: { links: { need: ["db"] } },
    web: { links: { need: ["app"] } },
  });
  const blamed = (name: string) => driver.scheduler.history(driver.id(name)).failedDependency;
  driver.start("web");
  driver.spawned("db");
  driver.notExecuted("db");
  assertEquals([blamed("web"), blamed("app"), blamed("db")], ["db", "db", undefined]);
  driver.start("app");
  driver.spawned("db");
  driver.executed("db");
  driver.order({ kind: "stop", service: driver.id("db"), pin: false, force: true });
  assertEquals([blamed("app"), blamed("web")], ["db", "db"]);
});
