import { meantService } from "../../../../core/description/load/missing_service.ts";
import { assertEquals } from "../../../assert.ts";
import { type FileMap, memoryFiles } from "../descriptions.ts";

const FILES: FileMap = { "/d/web.toml": "", "/d/worker": "", "/d/boot.d": [], "/d/b\ufffd": "" };

function meant(name: string, files: FileMap = FILES) {
  return meantService(name, ["/d", "/none"], memoryFiles(files));
}

Deno.test("meantService() knows slips, endings and beginnings, also before an argument", () => {
  for (const name of ["wbe", "WEB", "web.toml", "web.service", "wbe@x", "web.service@x"]) {
    assertEquals([name, meant(name)], [name, { kind: "service", name: "web" }]);
  }
  assertEquals(meant("work"), { kind: "service", name: "worker" });
  assertEquals(meant("boots"), undefined);
  assertEquals(meant("other"), undefined);
});

Deno.test("meantService() suggests nothing that looks like the name itself", () => {
  assertEquals(meant("b\udce9"), undefined);
});

Deno.test("meantService() tells a link that leads nowhere", () => {
  const files = { "/d": ["gone.toml", "wbe"], "/d/wbe": "" };
  assertEquals(meant("gone", files), {
    kind: "file",
    fault: "/d/gone.toml is a link that leads nowhere",
  });
  assertEquals(meant("gone@x", files)?.kind, "file");
  assertEquals(meant("web", files), { kind: "service", name: "wbe" });
});

Deno.test("meantService() tells what the description of a template is called here", () => {
  for (const [entry, name] of [["tick@.toml", "tick.toml"], ["tick@", "tick"]] as const) {
    const fault = `/d/${entry} has to be called ${name}: it serves every argument`;
    assertEquals(meant("tick@1", { [`/d/${entry}`]: "" }), { kind: "file", fault });
    assertEquals(meant("tick", { [`/d/${entry}`]: "" }), { kind: "file", fault });
  }
});
