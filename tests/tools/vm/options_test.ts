import { assertEquals, assertMatch } from "../../assert.ts";
import { type Options, readOptions } from "../../../tools/vm/options.ts";

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
  const outcome = readOptions(args);
  return outcome.kind === "fault" ? outcome.message : outcome.kind;
}

Deno.test("readOptions() takes a system alone", () => {
  assertEquals(readOptions(["debian"]), DEFAULTS);
  assertEquals(readOptions(["--", "debian"]), DEFAULTS);
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
  assertEquals(readOptions(args), {
    ...DEFAULTS,
    memoryMiB: 512,
    sshPort: 2200,
    kernelWords: ["single", "-t", "recovery"],
  });
});

Deno.test("readOptions() takes the first word after alpine for its tarball", () => {
  assertEquals(readOptions(["alpine", "root.tar.gz", "single"]), {
    ...DEFAULTS,
    system: "alpine",
    tarball: "root.tar.gz",
    kernelWords: ["single"],
  });
});

Deno.test("readOptions() asks for a picture or a window", () => {
  assertEquals(readOptions(["debian", "--graphic"]), { ...DEFAULTS, screen: "window" });
  assertEquals(readOptions(["debian", "--screenshot", "a.png"]), {
    ...DEFAULTS,
    screen: { screenshot: "a.png" },
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
