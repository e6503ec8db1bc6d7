import { assertEquals } from "../assert.ts";
import { replayReport, toldOf } from "./replay_report.ts";

const FOLDER = new URL(".", import.meta.url).pathname;

Deno.test("a service that ignores its stop command is killed, and starts again for its dependent", () => {
  const told = toldOf(replayReport(`${FOLDER}stop_by_force.report`));
  assertEquals(told.slice(told.indexOf("stop db: accepted")), [
    "stop db: accepted",
    "  web TERM",
    "exited web",
    "  web stopped",
    "  db spawn stop",
    "spawned db",
    "exec-succeeded db",
    "exited db",
    "start web: accepted",
    "deadline",
    "  db KILL",
    "exited db",
    "  db stopped",
    "  db spawn start",
    "spawned db",
    "exec-succeeded db",
    "  db started",
    "  web spawn start",
    "spawned web",
    "exec-succeeded web",
    "  web started",
  ]);
});

Deno.test("a restart that is limited is seen in a report with its times", () => {
  const { steps } = replayReport(`${FOLDER}stop_by_force.report`);
  const limits = steps.filter(({ commands }) =>
    commands.some((command) => command.kind === "log" && command.text.includes("Restart limit"))
  );
  assertEquals(limits.map(({ at }) => at), [744.919621]);
});
