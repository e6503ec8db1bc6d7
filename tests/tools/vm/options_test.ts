import { assertEquals, assertMatch } from "../../assert.ts";
import { type Options, readOptions } from "../../../tools/vm/options.ts";

/** Where the user is. */
const FOLDER = "/where";
const DEFAULTS: Options = {
  kind: "options",
  system: "debian",
  tarball: undefined,
  kernelWords: [],
  disk: undefined,
  sshPort: undefined,
  memoryMiB: 1024,
  kernel: undefined,
  screen: "none",
  useKvm: false,
};

/** The message of a command line that is refused. */
function faultOf(...args: string[]): string {
  const outcome = readOptions(args, FOLDER);
  return outcome.kind === "fault" ? outcome.message : outcome.kind;
}

Deno.test("readOptions() takes a system alone", () => {
  assertEquals(readOptions(["debian"], FOLDER), DEFAULTS);
  assertEquals(readOptions(["--", "debian"], FOLDER), DEFAULTS);
});

Deno.test("readOptions() tells options from kernel words", () => {
  const args = [
    "--memory",
    "512",
    "debian",
    "single",
    "--ssh-port",
    "2200",
    "--",
    "-t",
    "recovery",
  ];
  assertEquals(readOptions(args, FOLDER), {
    ...DEFAULTS,
    memoryMiB: 512,
    sshPort: 2200,
    kernelWords: ["single", "-t", "recovery"],
  });
});

Deno.test("readOptions() takes the first word after alpine for its tarball", () => {
  assertEquals(readOptions(["alpine", "root.tar.gz", "single"], FOLDER), {
    ...DEFAULTS,
    system: "alpine",
    tarball: "/where/root.tar.gz",
    kernelWords: ["single"],
  });
});

Deno.test("readOptions() takes relative paths from where the user is", () => {
  const args = ["debian", "--disk", "my.disk", "--kernel", "/boot/vmlinuz"];
  const expected = { ...DEFAULTS, disk: "/where/my.disk", kernel: "/boot/vmlinuz" };
  assertEquals(readOptions(args, FOLDER), expected);
});

Deno.test("readOptions() asks for a picture or a window", () => {
  assertEquals(readOptions(["debian", "--graphic"], FOLDER), { ...DEFAULTS, screen: "window" });
  assertEquals(readOptions(["debian", "--screenshot", "a.png"], FOLDER), {
    ...DEFAULTS,
    screen: { screenshot: "/where/a.png" },
  });
});

Deno.test("readOptions() says what is wrong and what is allowed", () => {
  assertEquals(faultOf("--help"), "help");
  assertEquals(faultOf(), "Missing the system's name: allowed are busybox, debian, alpine");
  assertEquals(faultOf("arch"), 'Unknown system "arch": allowed are busybox, debian, alpine');
  assertEquals(
    faultOf("debian", "--ssh-port", "0"),
    'Cannot use --ssh-port "0": allowed are 1 to 65535',
  );
  assertMatch(faultOf("debian", "--memory", "1G"), /--memory "1G"/);
  assertMatch(faultOf("debian", "--unknown"), /--unknown/);
  assertMatch(faultOf("busybox", "--disk", "a"), /no disk/);
  assertMatch(faultOf("alpine", "--ssh-port", "1"), /no sshd/);
  assertMatch(faultOf("debian", "--disk", "a", "--screenshot", "b"), /not shut down/);
});
