import { NO_USAGE } from "../../../../core/figures/usage.ts";
import { type MetricsReport, metricsText } from "../../../../ctl/render/figures/metrics_text.ts";
import { assertEquals } from "../../../assert.ts";
import { withFolder } from "../../../folder.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { BOOT } from "../../boot_example.ts";
import { serviceStatus, startedStatus } from "../../turns.ts";

const NAMES = ["web", 'tick@a"b\\c\nd', "日本", "\x1b[2J", "boot"];

const REPORT: MetricsReport = {
  manager: {
    ...{ ...NO_USAGE, cpuMs: 0.5, memoryBytes: 1e9, tasks: 1 },
    ...{ version: '1.0-"x"', pid: 1, descriptors: 20, atMs: 10_000 },
  },
  starts: BOOT,
  services: NAMES.map((name, index) => ({
    name,
    status: index === 2
      ? serviceStatus({ reason: "terminated", exit: { kind: "exited", code: 1 } })
      : startedStatus(),
    usage: {
      ...{ cpuMs: 1234.567, memoryBytes: 1 << 20, tasks: 2, readBytes: 0, writtenBytes: 2 ** 40 },
      ...{ source: "cgroup", isPartial: false, atMs: 10_000, inStateMs: 1500 },
      ...{ restarts: 1, starts: 2, startFailures: 0 },
      ...{ state: "started", waitsFor: [], usualStartMs: undefined, usualStopMs: undefined },
    },
  })),
};

function text(format: "openmetrics" | "prometheus"): string {
  return [...metricsText(REPORT, format)].join("");
}

async function promtool(
  args: readonly string[],
  input: string,
): Promise<readonly [number, string]> {
  const child = new Deno.Command("promtool", {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  return [code, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr)];
}

Deno.test("metricsText() says when a service came to its state, by the clock on the wall", () => {
  const line = text("openmetrics").split("\n")
    .find((one) => one.startsWith('dinit_service_state_since_seconds{service="web"}'));
  assertEquals(Number(line?.split(" ")[1]), BOOT.begunAt / 1000 + 8.5);
});

Deno.test("metricsText() says whether a service is well, of those alone that are asked", () => {
  const services = REPORT.services.map((service, index) => ({
    ...service,
    usage: { ...service.usage, ...index < 2 && { isHealthy: index === 1 } },
  }));
  const lines = [...metricsText({ ...REPORT, services }, "openmetrics")].join("").split("\n");
  const values = lines.filter((line) => line.startsWith("dinit_service_healthy{"))
    .map((line) => line.split(" ").at(-1));
  assertEquals(values, ["0", "1"]);
});

Deno.test("metricsText() names a family once, its samples right behind it", () => {
  for (const format of ["openmetrics", "prometheus"] as const) {
    const families = [...text(format).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    assertEquals(families.length, new Set(families).size);
    let family = "";
    for (const line of text(format).split("\n")) {
      if (line.startsWith("# TYPE ")) family = line.split(" ")[2] ?? "";
      if (line === "" || line.startsWith("#")) continue;
      const name = line.replace(/[{ ].*/, "");
      const suffix = name.slice(family.length);
      const isIts = name.startsWith(family) && ["", "_total", "_info"].includes(suffix);
      assertEquals([line, family, isIts], [line, family, true]);
    }
  }
});

testNeeding("promtool finds nothing to complain of in the text form", [
  tool("promtool"),
], async () => {
  assertEquals(await promtool(["check", "metrics"], text("prometheus")), [0, ""]);
});

testNeeding("promtool reads the OpenMetrics form, and every name comes out as it was", [
  tool("promtool"),
], () =>
  withFolder(async (folder) => {
    // It imports samples that say when they were taken.
    const dated = text("openmetrics").replace(/^([^#\n].*)$/gm, "$1 1700000000");
    await Deno.writeTextFile(`${folder}/metrics`, dated);
    const imported = await promtool([
      ...["tsdb", "create-blocks-from", "openmetrics", `${folder}/metrics`, `${folder}/blocks`],
    ], "");
    assertEquals(imported[0], 0, imported[1]);
    // It reads a database that takes new samples, too.
    await Deno.mkdir(`${folder}/blocks/wal`);
    const [code, dump] = await promtool(["tsdb", "dump", `${folder}/blocks`], "");
    assertEquals(code, 0, dump);
    const shown = NAMES.map((name) => name.replaceAll("\x1b", "\ufffd"));
    for (const name of shown) {
      const label = JSON.stringify(name);
      const isThere = dump.includes(`__name__="dinit_service_memory_bytes", service=${label}}`);
      assertEquals([name, isThere], [name, true], dump.slice(0, 2000));
    }
  }));
