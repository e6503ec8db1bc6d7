/** The terminal: its session and foreground group, on a pseudo-terminal of script(1). */
import { assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { run } from "./children.ts";

const PLATFORM = new URL("../../../platform/mod.ts", import.meta.url).href;
const SETTINGS = new URL("../child_settings.ts", import.meta.url).href;

/**
 * Runs a command in a session of its own, on a terminal that belongs to no session: as PID 1 has
 * it.
 */
const ON_FREE_TERMINAL = `
import os, subprocess, sys
master, slave = os.openpty()
subprocess.run(sys.argv[1:], stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
os.close(slave)
while True:
    try:
        data = os.read(master, 4096)
    except OSError:
        break
    sys.stdout.buffer.write(data)
`;

/** Runs a program text on a new terminal and gives what appears there, line by line. */
function runOnTerminal(body: string, terminal: "own" | "free"): string[] {
  const folder = Deno.makeTempDirSync({ prefix: "dinit-console-" });
  try {
    const program = `${folder}/program.ts`;
    Deno.writeTextFileSync(
      program,
      `import { openPlatform } from "${PLATFORM}";
       import { buildSettings } from "${SETTINGS}";
       const platform = openPlatform();
       const inherit = { kind: "inherit" };
       /**
        * Session, group, foreground group and own PID of a child, by name relative to the manager.
        */
       const runChild = (console, command) => {
         const result = platform.launch(buildSettings({
           command, console, standardInput: inherit, standardOutput: inherit,
         }));
         while (platform.hasChildren()) platform.reap();
         return result;
       };
       ${body}`,
    );
    const command = [Deno.execPath(), "run", "-A", "--no-check", program];
    const { output } = run({
      command: terminal === "own"
        ? ["script", "-qec", `exec ${command.join(" ")}`, "/dev/null"]
        : ["python3", "-c", ON_FREE_TERMINAL, ...command],
      environment: Object.entries(Deno.env.toObject()).map(([name, value]) => `${name}=${value}`),
    });
    return output.trim().split(/\r?\n/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Prints whether own group, foreground group and session are the process itself. */
const REPORT = `["/bin/sh", "-c", "set -- $(cut -d' ' -f1,5,6,8 /proc/$$/stat); ` +
  `echo group=$(($1==$2)) session=$(($1==$3)) foreground=$(($1==$4))"]`;

testNeeding("spawn() in the foreground of the manager's terminal owns it", [tool("script")], () => {
  const lines = runOnTerminal(
    `
    runChild("foreground", ${REPORT});
    platform.reclaimConsole();
    runChild("shares", ${REPORT});
    const own = Deno.readTextFileSync("/proc/self/stat").split(" ");
    console.log("manager foreground=" + (own[4] === own[7]));
  `,
    "own",
  );
  assertEquals(lines, [
    "group=1 session=0 foreground=1",
    "group=1 session=0 foreground=0",
    "manager foreground=true",
  ]);
});

testNeeding(
  "spawn() takes a terminal that no session has, but to share it",
  [tool("python3")],
  () => {
    const lines = runOnTerminal(
      `runChild("shares", ${REPORT}); runChild("foreground", ${REPORT}); runChild("shares", ${REPORT});`,
      "free",
    );
    // Who only shares it has a session without a terminal, and leaves this one to who is to own it.
    const sharing = "group=1 session=1 foreground=0";
    assertEquals(lines, [sharing, "group=1 session=1 foreground=1", sharing]);
  },
);

testNeeding("openConsole() reads on 0 and reads and writes on 1 and 2", [tool("python3")], () => {
  const lines = runOnTerminal(
    `
    const terminal = Deno.readLinkSync("/proc/self/fd/0");
    const failure = platform.openConsole(terminal);
    console.log(String(failure));
    const flags = (fd) => /flags:\\s+(\\d+)/.exec(Deno.readTextFileSync("/proc/self/fdinfo/" + fd))[1];
    console.log([0, 1, 2].map((fd) => parseInt(flags(fd), 8) & 0o2004003).join(" "));
    console.log(String([0, 1, 2].every((fd) => Deno.readLinkSync("/proc/self/fd/" + fd) === terminal)));
    console.log(platform.openConsole("/nowhere").message);
    console.log(platform.descriptorKind(0));
    runChild("foreground", ${REPORT});
  `,
    "free",
  );
  assertEquals(lines, [
    "undefined",
    "0 2 2",
    "true",
    "no such file or directory (ENOENT)",
    "terminal",
    "group=1 session=1 foreground=1",
  ]);
});
