import { chartSvg } from "../../../../ctl/render/starts/chart_svg.ts";
import type { StartReport } from "../../../../core/figures/start_times.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { bigBoot } from "../../big_boot.ts";
import { BOOT } from "../../boot_example.ts";

function drawn(report: StartReport): string {
  return [...chartSvg(report)].join("");
}

Deno.test("chartSvg() needs nothing beside it, and runs nothing", () => {
  const svg = drawn(bigBoot(40));
  // The one address in it is the name of the language.
  assertEquals(svg.match(/https?:[^"]*/g), ["http://www.w3.org/2000/svg"]);
  assertEquals(/<script|<image|<foreignObject|@import|url\(| on[a-z]+=/.test(svg), false);
  assert(svg.includes("@media (prefers-color-scheme: dark)"));
});

Deno.test("chartSvg() is as high as it has rows, and tells the scale among many", () => {
  const heights = [5, 300].map((count) =>
    Number(/ height="(\d+)"/.exec(drawn(bigBoot(count)))?.[1])
  );
  assertEquals(heights, [96 + 8 * 20 + 36, 96 + (303 + 7) * 20 + 36]);
  const scaleTexts = (count: number) =>
    [...drawn(bigBoot(count)).matchAll(/class="grey middle" x="\S+" y="\S+">0 ms</g)].length +
    [...drawn(bigBoot(count)).matchAll(/class="grey middle" x="\S+" y="\S+">0\.0 s</g)].length;
  assertEquals([scaleTexts(5), scaleTexts(300)], [2, 9]);
});

Deno.test("chartSvg() marks the chain, and leads from each of it to the next", () => {
  const svg = drawn(BOOT);
  const critical = [...svg.matchAll(/class="end critical"[^>]*>([^<]*)</g)].map(([, name]) => name);
  assertEquals(critical, ["net", "db", "web", "boot"]);
  assertEquals(/<path class="chain" d="([^"]*)"/.exec(svg)?.[1]?.split("M").length, 4);
});

Deno.test("chartSvg() of a boot that goes on says so, and draws up to now", () => {
  const services = BOOT.services.filter(({ name }) => name === "net").map((net) => ({
    ...net,
    starts: net.starts && {
      ...net.starts,
      first: { ...net.starts.first, endedMs: undefined, outcome: "under-way" as const },
    },
  }));
  const svg = drawn({ ...BOOT, nowMs: 5000, services });
  assert(svg.includes(">The boot has not ended yet<"));
  assert(svg.includes(">5 s so far<"));
  assert(drawn({ ...BOOT, services: [] }).endsWith("</svg>\n"));
});

testNeeding(
  "chartSvg() is well-formed, whatever services are called",
  [tool("xmllint")],
  async () => {
    const odd = {
      ...BOOT,
      services: BOOT.services.map((service) => ({
        ...service,
        name: service.name === "boot" ? "boot" : `]]>&<\x00\ufffe\ud800\x1b"'${service.name}`,
      })),
    };
    for (const report of [odd, bigBoot(5), bigBoot(300), { ...BOOT, services: [] }]) {
      const child = new Deno.Command("xmllint", {
        args: ["--noout", "--nonet", "-"],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(drawn(report)));
      await writer.close();
      const { code, stderr } = await child.output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    }
  },
);
