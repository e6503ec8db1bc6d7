import { fillCommand, splitCommand } from "../../../ctl/monitor/command_template.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("splitCommand() splits at white space and keeps quoted text together", () => {
  assertEquals(splitCommand('  notify  "a b"c \t"" end'), ["notify", "a bc", "", "end"]);
  assertEquals(splitCommand('open "until the end'), ["open", "until the end"]);
  assertEquals(splitCommand("back\\ slash"), ["back\\", "slash"]);
  assertEquals(splitCommand("   "), []);
});

Deno.test("fillCommand() puts values in and leaves unknown signs as they are", () => {
  const happening = { name: "web", status: "started", value: "a %n b" };
  assertEquals(fillCommand(["%n", "%s!", "100%%", "%v", "%x", "%", "%%n"], happening), [
    "web",
    "started!",
    "100%",
    "a %n b",
    "%x",
    "%",
    "%n",
  ]);
});
