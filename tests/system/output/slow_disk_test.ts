/** A disk that answers no write: a file system of the test's own, stopped by fsfreeze(8). */
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, withManager } from "../manager.ts";
import { until } from "../../wait.ts";

const NEEDS = [
  surroundings("root", Deno.uid() === 0),
  surroundings("a free loop device", hasLoopDevice()),
  tool("mkfs.ext4"),
  tool("fsfreeze"),
];

function hasLoopDevice(): boolean {
  try {
    const { success, stdout } = new Deno.Command("losetup", { args: ["-f"] }).outputSync();
    return success && new TextDecoder().decode(stdout).startsWith("/dev/loop");
  } catch {
    return false;
  }
}

function run(program: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(program, { args }).outputSync();
  assert(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

interface Disk {
  readonly path: string;
  stop(): void;
  goOn(): void;
}

async function withDisk(body: (disk: Disk) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-disk-" });
  const image = `${folder}/image`;
  const path = `${folder}/disk`;
  await Deno.mkdir(path);
  await Deno.writeFile(image, new Uint8Array());
  await Deno.truncate(image, 4 * 1024 * 1024);
  run("mkfs.ext4", "-q", image);
  run("mount", "-o", "loop", image, path);
  let stands = false;
  const goOn = () => {
    if (stands) run("fsfreeze", "-u", path);
    stands = false;
  };
  const stop = () => {
    run("fsfreeze", "-f", path);
    stands = true;
  };
  try {
    await body({ path, stop, goOn });
  } finally {
    goOn();
    run("umount", path);
    await Deno.remove(folder, { recursive: true });
  }
}

const WRITER = 'type = "process"\nrestart = false\ncommand = ' +
  JSON.stringify(["/bin/sh", "-c", "n=0; while :; do n=$$((n+1)); echo $$n; sleep 0.01; done"]) +
  "\n";
const OTHER = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** Runs the body with a service that logs to the disk, has begun to, and another one. */
async function withWriter(
  settings: string,
  body: (manager: Manager, disk: Disk, log: string) => Promise<void>,
): Promise<void> {
  await withDisk(async (disk) => {
    const log = `${disk.path}/log`;
    const writer = `${WRITER}logfile = "${log}"\n${settings}`;
    const services = { writer, other: OTHER };
    await withManager({ services, start: ["writer"] }, async (manager) => {
      try {
        await until("the first lines", () => read(log).split("\n").length > 3);
        await body(manager, disk, log);
      } finally {
        disk.goOn();
      }
    });
  });
}

testNeeding(
  "a disk that stands still holds the service that writes to it, nobody else",
  NEEDS,
  async () => {
    await withWriter("", async (manager, disk) => {
      disk.stop();
      const pid = await manager.servicePid("writer");
      await until("the service to stand", () => /^State:\tD/m.test(read(`/proc/${pid}/status`)));
      await manager.ctlOk("start", "other");
      await manager.ctlOk("stop", "other");
      assertMatch(await manager.ctlOk("status", "writer"), /STARTED/);
      disk.goOn();
      await manager.ctlOk("stop", "writer");
    });
  },
);

testNeeding(
  "what the manager itself writes to such a disk waits, and none of it is lost",
  NEEDS,
  async () => {
    await withWriter("log-timestamps = true\n", async (manager, disk, log) => {
      disk.stop();
      await until(
        "the manager to stand",
        () => /^State:\tD/m.test(read(`/proc/${manager.pid}/status`)),
      );
      const seen = read(log).trimEnd().split("\n").length;
      disk.goOn();
      await manager.ctlOk("start", "other");
      await until("more lines", () => read(log).split("\n").length > seen + 50);
      await manager.ctlOk("stop", "writer");
      const numbers = read(log).trimEnd().split("\n").map((line) => Number(line.split(" ")[1]));
      assertEquals(numbers, numbers.map((_, index) => index + 1), "each line, once, in order");
    });
  },
);
