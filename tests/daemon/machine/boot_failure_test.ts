/** The question at the console, on a terminal that comes and goes. */
import { type Fd, fd } from "../../../core/types.ts";
import { BootFailurePrompt } from "../../../daemon/machine/boot_failure.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

/** What descriptor 0 is, and what was done with it. */
class Terminal {
  isThere = true;
  /** Whether it can be opened anew. */
  comesBack = true;
  other: string | undefined;
  shown = "";
  input: string[] = [];
  readonly done: string[] = [];
  readonly prompt = new BootFailurePrompt(
    {
      descriptorKind: () => this.isThere ? "terminal" : "other",
      setTerminalInput: () => undefined,
      read: (_: Fd, buffer: Uint8Array) => {
        const text = this.input.shift() ?? "";
        if (text === "") this.isThere = false;
        return new TextEncoder().encodeInto(text, buffer).written;
      },
      poller: {
        watch: () => void this.done.push("watch"),
        unwatch: () => void this.done.push("unwatch"),
      },
    } as unknown as Platform,
    {
      show: (text) => {
        this.shown += text;
        if (text.includes("All services have stopped")) this.done.push("ask");
      },
      choose: (choice) => void this.done.push(choice),
      otherInit: () => this.other,
      restore: () => {
        this.done.push("restore");
        if (this.comesBack) this.isThere = true;
      },
    },
  );
}

Deno.test("BootFailurePrompt opens a console that was lost, and asks", () => {
  const terminal = new Terminal();
  terminal.isThere = false;
  terminal.input = ["r"];
  assertEquals(terminal.prompt.open(["boot: failed"]), true);
  assertEquals(terminal.prompt.handleDescriptor(fd(0)), true);
  assertEquals(terminal.done, ["restore", "watch", "ask", "unwatch", "reboot"]);
});

Deno.test("BootFailurePrompt cannot ask where there is no terminal", () => {
  const terminal = new Terminal();
  terminal.isThere = false;
  terminal.comesBack = false;
  assertEquals(terminal.prompt.open([]), false);
  assertEquals([terminal.prompt.isOpen, terminal.done], [false, ["restore"]]);
});

Deno.test("BootFailurePrompt asks again on a terminal that is taken away, but not without end", () => {
  const terminal = new Terminal();
  terminal.prompt.open([]);
  // An end of input, twice.
  terminal.prompt.handleDescriptor(fd(0));
  assertEquals(terminal.prompt.isOpen, true);
  terminal.prompt.handleDescriptor(fd(0));
  const question = ["restore", "watch", "ask", "unwatch"];
  assertEquals(terminal.done, [...question, ...question, "poweroff"]);
});

Deno.test("BootFailurePrompt asks again after each loss, if somebody was there in between", () => {
  const terminal = new Terminal();
  terminal.input = ["x", "", "x", "", "p"];
  terminal.prompt.open([]);
  for (let event = 0; event < 5; event++) terminal.prompt.handleDescriptor(fd(0));
  assertEquals(terminal.done.filter((what) => what === "ask").length, 3);
  assertEquals(terminal.done.at(-1), "poweroff");
});

Deno.test("BootFailurePrompt offers another init where there is one, and only there", () => {
  const without = new Terminal();
  without.input = ["o", "p"];
  without.prompt.open([]);
  without.prompt.handleDescriptor(fd(0));
  without.prompt.handleDescriptor(fd(0));
  assertEquals(without.shown.includes("(o)ther init"), false);
  assertEquals(without.done.at(-1), "poweroff");
  const terminal = new Terminal();
  terminal.other = "/lib/systemd/systemd";
  terminal.input = ["o"];
  terminal.prompt.open([]);
  terminal.prompt.handleDescriptor(fd(0));
  assertEquals(terminal.shown.includes("start the (o)ther init, (p)ower off"), true);
  assertEquals(terminal.done.at(-1), "other-init");
});
