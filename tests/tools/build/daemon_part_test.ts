/** What every start of a manager reads: `docs/design/0047`. */
import { build, stop } from "../../../tools/build/esbuild.ts";
import { assert, assertEquals } from "../../assert.ts";

const ROOT = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

/** Other programs, other systems, and what has a part of its own or is loaded when it is needed. */
const ELSEWHERE = [
  ...["ctl/", "tools/", "tests/", "native/programs/client/", "node_modules/yaml/"],
  ...[
    "core/convert/",
    "core/migrate/",
    "core/description/check/",
    "core/timetable/",
    "core/health/",
  ],
  ...["core/description/formats/convert", "core/description/settings/schema.ts"],
  ...["platform/bsd/", "platform/freebsd/", "platform/darwin/", "platform/kqueue/"],
  ...["daemon/clients/part.ts", "daemon/output/store/part.ts", "daemon/timetable/part.ts"],
  ...["daemon/health/part.ts", "daemon/conditions/part.ts"],
];

/**
 * With some room. Who needs more: is it needed at each start? A part that is loaded when it is
 * (`main.ts`) costs nothing before; a table in `once()` costs its text.
 */
const MOST_BYTES = 1_200_000;

Deno.test({
  name: "the manager's part has what a start needs, and a bound",
  // esbuild's own process ends a moment after its `stop`, which nobody can wait for.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: [`${ROOT}/daemon/run_daemon.ts`],
      bundle: true,
      write: false,
      metafile: true,
      platform: "neutral",
      mainFields: ["module", "main"],
      target: "esnext",
      format: "cjs",
      minifySyntax: true,
      minifyWhitespace: true,
      define: { "Deno.build.os": '"linux"', DINIT_FOR_TESTS: "false" },
      logLevel: "silent",
    });
    await stop();
    const [output] = Object.values(metafile.outputs);
    const inputs = Object.entries(output?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
    assertEquals(inputs.filter((path) => ELSEWHERE.some((one) => path.startsWith(one))), []);
    assert(inputs.includes("daemon/daemon.ts"));
    const bytes = output?.bytes ?? 0;
    assert(bytes < MOST_BYTES, `${bytes} bytes, at most ${MOST_BYTES} are allowed`);
  },
});
