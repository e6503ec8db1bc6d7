/** A client over a manager's platform, as on FreeBSD and macOS; here over this system's own. */
import { bsdClient } from "../../../platform/bsd/client.ts";
import { SIGNALS } from "../../../platform/linux/kernel/abi.ts";
import { assert, assertEquals } from "../../assert.ts";
import { platform } from "../linux/children.ts";

const client = bsdClient(SIGNALS, () => platform);

Deno.test("bsdClient() opens the platform at the first use, once", () => {
  let opened = 0;
  const lazy = bsdClient(SIGNALS, () => {
    opened++;
    return platform;
  });
  assertEquals(opened, 0);
  assertEquals(lazy.processId(), Deno.pid as ReturnType<typeof lazy.processId>);
  assertEquals(lazy.userId(), Deno.uid() ?? -1);
  assertEquals(opened, 1);
});

Deno.test("bsdClient() runs a program to its end, or says why not", () => {
  const environment = ["PATH=/usr/bin:/bin"];
  assertEquals(client.runProgram(["sh", "-c", "exit 3"], environment), {
    kind: "exited",
    code: 3,
  });
  const missing = client.runProgram(["/nonexistent"], environment);
  assert(missing.kind === "failure" && missing.message.includes("ENOENT"));
});

Deno.test("bsdClient() connects with a socket that blocks", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  const options = { mode: 0o600, uid: undefined, gid: undefined, backlog: 1 } as const;
  const made = platform.listenUnix(path, options);
  assert(made.kind === "socket");
  const listener = made.fd;
  const near = client.connectUnix(path, 1000);
  assert(typeof near === "number");
  const far = platform.accept(listener);
  assert(typeof far === "number");
  platform.write(far, new Uint8Array([7]));
  const buffer = new Uint8Array(1);
  assertEquals([client.read(near, buffer), buffer[0]], [1, 7]);
  for (const fd of [near, far, listener]) platform.close(fd);
  const refused = client.connectUnix(`${folder}/none`, 1000);
  assert(typeof refused === "object" && refused.errno === 2);
  await Deno.remove(folder, { recursive: true });
});
