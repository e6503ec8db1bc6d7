/** How it is said that a program could not be executed. */
import { execFailureText, type NamedCommand } from "../../../../core/service/types/exec_failure.ts";
import { EXEC_STAGE } from "../../../../core/types.ts";
import { assertEquals } from "../../../assert.ts";
import { buildDescription } from "../../../builders.ts";

const SERVICE = buildDescription("web", {
  type: "process",
  command: ["/usr/bin/web"],
  stopCommand: ["/usr/bin/stop-web"],
  workingDirectory: "/srv/web",
  log: {
    kind: "file",
    path: "/var/log/web/web.log",
    mode: 0o600,
    uid: undefined,
    gid: undefined,
    rotation: undefined,
    timestamps: false,
  },
});

const ENOENT = 2;
const EMFILE = 24;

const COMMANDS: Readonly<Record<"start" | "stop", NamedCommand>> = {
  start: { what: "command", words: SERVICE.command },
  stop: { what: "stop command", words: SERVICE.stopCommand },
};

function said(stage: (typeof EXEC_STAGE)[keyof typeof EXEC_STAGE], role: "start" | "stop"): string {
  return execFailureText(SERVICE, COMMANDS[role], {
    stage,
    errno: ENOENT,
    error: "no such file or directory (ENOENT)",
  });
}

Deno.test("execFailureText() names the file that is missing", () => {
  const error = "failed: no such file or directory (ENOENT)";
  assertEquals(
    said(EXEC_STAGE.logFile, "start"),
    `Cannot run the command: opening the log file "/var/log/web/web.log" ${error}`,
  );
  assertEquals(
    said(EXEC_STAGE.workingDirectory, "start"),
    `Cannot run the command: changing to the working directory "/srv/web" ${error}`,
  );
  assertEquals(
    said(EXEC_STAGE.execute, "start"),
    `Cannot run the command: executing "/usr/bin/web" ${error}`,
  );
  assertEquals(
    said(EXEC_STAGE.execute, "stop"),
    `Cannot run the stop command: executing "/usr/bin/stop-web" ${error}`,
  );
  assertEquals(
    said(EXEC_STAGE.credentials, "stop"),
    `Cannot run the stop command: changing user and group ${error}`,
  );
});

Deno.test("execFailureText() names /dev/null where that is what could not be opened", () => {
  const text = said(EXEC_STAGE.standardDescriptors, "start");
  const beginning =
    'Cannot run the command: opening "/dev/null" failed: no such file or directory ';
  assertEquals(text.slice(0, beginning.length), beginning);
  const failure = { stage: EXEC_STAGE.standardDescriptors, errno: EMFILE, error: "EMFILE" };
  assertEquals(
    execFailureText(SERVICE, COMMANDS.start, failure),
    "Cannot run the command: setting up the standard descriptors failed: EMFILE",
  );
});

Deno.test("execFailureText() tells where a log file of a relative path would be", () => {
  const { log } = SERVICE;
  if (log.kind !== "file") throw new Error("log");
  const text = execFailureText({ ...SERVICE, log: { ...log, path: "logs/a" } }, COMMANDS.start, {
    stage: EXEC_STAGE.logFile,
    errno: ENOENT,
    error: "no such file",
  });
  assertEquals(
    text,
    'Cannot run the command: opening the log file "/srv/web/logs/a" failed: no such file',
  );
});
