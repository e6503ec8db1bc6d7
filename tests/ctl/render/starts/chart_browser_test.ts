/**
 * The picture of a boot in a real browser: Debian's chromium, where it is installed. It is 100 MB
 * to fetch and nothing else wants it, so CI does without, and has the form checked by xmllint.
 */
import { chartSvg } from "../../../../ctl/render/starts/chart_svg.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";
import { withFolder } from "../../../folder.ts";
import { bigBoot } from "../../big_boot.ts";

const BROWSER = surroundings("chromium", tool("chromium").isMet);

/** What a page finds out about the picture in it. */
interface Seen {
  readonly paper: string;
  readonly ink: string;
  readonly width: number;
  readonly height: number;
  /** Texts that reach out of the picture. */
  readonly outside: readonly string[];
  /** Pairs of texts that lie over each other. */
  readonly overlapping: readonly string[];
  readonly texts: number;
}

const LOOK = `
const svg = document.querySelector("svg");
const frame = svg.getBoundingClientRect();
const texts = [...svg.querySelectorAll("text")].map((element) => {
  const box = element.getBoundingClientRect();
  return { text: element.textContent, left: box.left, right: box.right, top: box.top + 3,
    bottom: box.bottom - 3 };
});
const outside = texts.filter((one) => one.left < frame.left || one.right > frame.right ||
  one.top < frame.top || one.bottom > frame.bottom).map((one) => one.text);
const overlapping = [];
const sorted = [...texts].sort((one, other) => one.top - other.top);
for (let at = 0; at < sorted.length; at++) {
  for (let next = at + 1; next < sorted.length && sorted[next].top < sorted[at].bottom; next++) {
    const [one, other] = [sorted[at], sorted[next]];
    if (one.left < other.right && other.left < one.right) {
      overlapping.push(one.text + " / " + other.text);
    }
  }
}
const seen = {
  paper: getComputedStyle(svg.querySelector(".paper")).fill,
  ink: getComputedStyle(svg.querySelector("text")).fill,
  width: frame.width, height: frame.height, outside, overlapping, texts: texts.length,
};
document.body.innerHTML = "<pre>" + JSON.stringify(seen).replaceAll("<", "\\\\u003c") + "</pre>";
`;

/** @param scheme 0: dark, 1: light; as Blink numbers them. */
async function lookAt(svg: string, scheme: 0 | 1, folder: string): Promise<Seen> {
  const page = `${folder}/chart.html`;
  await Deno.writeTextFile(
    page,
    `<!doctype html><meta charset="utf-8"><body style="margin:0">${svg}<script>${LOOK}</script>`,
  );
  const { stdout } = await new Deno.Command("chromium", {
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ...[`--user-data-dir=${folder}/profile`, `--blink-settings=preferredColorScheme=${scheme}`],
      ...["--dump-dom", `file://${page}`],
    ],
    stdout: "piped",
    stderr: "null",
  }).output();
  const dom = new TextDecoder().decode(stdout);
  const json = /<pre>(.*)<\/pre>/s.exec(dom)?.[1];
  assert(json !== undefined, dom.slice(0, 500));
  return JSON.parse(
    json.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  );
}

testNeeding("a browser shows the boot in light and dark, and all that can be read", [
  BROWSER,
], () =>
  withFolder(async (folder) => {
    for (const count of [5, 300]) {
      const svg = [...chartSvg(bigBoot(count))].join("");
      const light = await lookAt(svg, 1, folder);
      assertEquals([light.paper, light.ink], ["rgb(255, 255, 255)", "rgb(31, 35, 40)"]);
      assertEquals([light.outside, light.overlapping], [[], []]);
      assertEquals(light.height, 96 + (count + 3 + Math.floor((count + 2) / 40)) * 20 + 36);
      assert(light.texts > 2 * count);
      const dark = await lookAt(svg, 0, folder);
      assertEquals([dark.paper, dark.ink], ["rgb(13, 17, 23)", "rgb(230, 237, 243)"]);
    }
  }));
