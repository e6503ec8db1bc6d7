import { namedProgram } from "../../../core/program/program_names.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("namedProgram() goes by the name, then by the first word", () => {
  assertEquals(namedProgram(["/usr/bin/dinitctl", "list"]), {
    ...{ personality: "ctl", name: "dinitctl", args: ["list"] },
  });
  assertEquals(namedProgram(["dinit", "ctl", "list", "-s"]), {
    ...{ personality: "ctl", name: "dinit ctl", args: ["list", "-s"] },
  });
  assertEquals(namedProgram(["/sbin/dinit-soft-reboot"]), {
    ...{ personality: "shutdown", name: "dinit-soft-reboot", args: [] },
  });
  assertEquals(namedProgram(["a/dinit-check", "ctl"])?.personality, "check");
});

Deno.test("namedProgram() takes everything else for the manager", () => {
  const others = [[], ["dinit"], ["dinit", "-s", "ctl"], ["dinit", "shutdown"], ["dinitctl/x"]];
  for (const words of [...others, ["dinit", "toString"], ["constructor"], ["/"]]) {
    assertEquals(namedProgram(words), undefined);
  }
});
