/** Programs whose standard output cannot be written say so: half an answer is none. */
import { assertEquals, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { PROGRAM, withManager } from "../manager.ts";

const KEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
const LOST = /^[^:]+: Cannot write to standard output: no space left on device/im;

async function shell(script: string, socket: string) {
  const { code, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, PROGRAM, socket],
    stdin: "null",
    stdout: "null",
  }).output();
  return { code, err: new TextDecoder().decode(stderr) };
}

Deno.test("what cannot be written to a full device is an error of every program", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/old`, "type = internal\n");
    await withManager({ services: { boot: KEEP } }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const commands = [
        'ctl -p "$1" list',
        'ctl -p "$1" status boot',
        "ctl --help",
        `check -d ${folder} old`,
        `convert ${folder}/old`,
        "--help",
        "--version",
      ];
      for (const command of commands) {
        const { code, err } = await shell(`exec "$0" ${command} >/dev/full`, manager.socket);
        assertEquals([command, code], [command, 1]);
        assertMatch(err, LOST);
      }
    });
  });
});

Deno.test("a reader that has seen enough is no fault", async () => {
  await withManager({ services: { boot: KEEP } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const script = '( trap "" PIPE; "$0" ctl -p "$1" list; echo "status $?" >&2 ) | true';
    const { err } = await shell(script, manager.socket);
    assertEquals(err, "status 0\n");
  });
});
