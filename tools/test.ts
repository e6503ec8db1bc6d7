/**
 * Runs the tests: `npm test`, or `npm test -- tests/core` for a part of them.
 *
 * Builds the executable (and the one for tests), runs most tests side by side and those of
 * `SERIAL_FOLDERS` one after the other, some of these once more with kqueue as the event interface;
 * lists what was skipped and why. `npm test -- --kqueue` runs tests/system (or what is named) on
 * kqueue only; with `--long` what is repeated for the sake of chance is repeated more often, and
 * what takes minutes is run as well; with `--write-platforms` tests write what they see of the
 * machines into docs/platforms.md, where it is looked up otherwise. The last line is
 * `N passed, N failed`; the status is 1 if any failed.
 */
import { type LimitPassed, limitPassed } from "./limit.ts";
import { TextLineStream } from "./line_stream.ts";
import { readSkips, reportLines, sum } from "./test/report.ts";
import { kqueueEnvironment } from "./test/kqueue.ts";
import { KQUEUE_FILES, selectTests, SERIAL_FOLDERS } from "./test/selection.ts";
import { NOTHING, readLine, type Summary } from "./test/summary.ts";

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** A run that says nothing for so long hangs: the longest test, a boot in QEMU, takes a minute. */
const SILENCE_LIMIT_MS = 5 * 60_000;

/** Options that tests are told by a variable of the environment. */
const TOLD_OPTIONS: Readonly<Record<string, string>> = {
  // Who repeats something for the sake of chance does it more often.
  "--long": "DINIT_LONG_TESTS",
  // Machines are written into docs/platforms.md.
  "--write-platforms": "DINIT_WRITE_PLATFORMS",
};

// deno-lint-ignore no-control-regex -- colours are written with control characters
const COLOUR = /\x1b\[[0-9;]*m/g;

/** Builds; prints the build's output only if it fails. */
async function build(...options: readonly string[]): Promise<boolean> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tools/compile.ts", ...options],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout).trim();
  if (success) {
    console.log(said.split("\n").at(-1));
    return true;
  }
  console.log(`${said}\n${new TextDecoder().decode(stderr).trim()}`);
  console.log("The build failed: tests that need the executable are left out.");
  return false;
}

/** One run of `deno test`, its output passed on line by line. */
async function runTests(
  args: readonly string[],
  skipFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Summary> {
  const child = new Deno.Command(Deno.execPath(), {
    // Types are checked by `npm run check`, once and not again for each run.
    args: ["test", "-A", "--no-check", "--permit-no-files", ...args],
    cwd: ROOT,
    env: { ...env, DINIT_TEST_SKIPS: skipFile },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const stop = ({ afterMs }: LimitPassed) => {
    console.log(`No test has said anything for ${afterMs / 1000} s: giving up`);
    child.kill("SIGKILL");
  };
  const keepsColour = Deno.stdout.isTerminal();
  let silence = new AbortController();
  limitPassed(SILENCE_LIMIT_MS, silence.signal).then(stop);
  let summary = NOTHING;
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    silence.abort();
    silence = new AbortController();
    limitPassed(SILENCE_LIMIT_MS, silence.signal).then(stop);
    const plain = line.replaceAll(COLOUR, "");
    console.log(keepsColour ? line : plain);
    summary = readLine(summary, plain);
  }
  silence.abort();
  const { success } = await child.status;
  if (success || (summary.isComplete && summary.failed > 0)) return summary;
  console.log("The run broke off before all tests were done.");
  return { ...summary, failed: summary.failed + 1 };
}

async function main(words: readonly string[]): Promise<number> {
  const isOnKqueue = words.includes("--kqueue");
  for (const [option, variable] of Object.entries(TOLD_OPTIONS)) {
    if (words.includes(option)) Deno.env.set(variable, "1");
  }
  const named = words.filter((word) => word !== "--kqueue" && TOLD_OPTIONS[word] === undefined)
    .map(relative);
  const paths = isOnKqueue && named.length === 0 ? ["tests/system"] : named;
  const selection = selectTests(paths);
  if (isOnKqueue && selection.parallel.length > 0) {
    console.error(
      `test: Cannot run "${selection.parallel[0]}" on kqueue: only tests of the executable`,
    );
    return 2;
  }
  // Tests of the executable run a release, and a few the build whose environment chooses what a
  // release does not let it.
  const isBuilt = await build() && (selection.serial.length === 0 || await build("--for-tests"));

  const skipFile = await Deno.makeTempFile({ prefix: "dinit-skips-" });
  const summaries: Summary[] = [];
  if (selection.parallel.length > 0) {
    const leaveOut = `--ignore=${SERIAL_FOLDERS.join(",")}`;
    summaries.push(await runTests(["--parallel", leaveOut, ...selection.parallel], skipFile));
  }
  const serial = selection.serial.filter(exists);
  if (isBuilt && serial.length > 0 && !isOnKqueue) {
    summaries.push(await runTests(serial, skipFile));
  }
  const onKqueue = isOnKqueue ? serial : paths.length === 0 ? KQUEUE_FILES : [];
  let isKqueueMissing = false;
  if (isBuilt && onKqueue.length > 0) {
    using kqueue = await kqueueEnvironment();
    if (kqueue.kind === "environment") {
      console.log(`Managers wait by kqueue, from ${kqueue.library}:`);
      summaries.push(await runTests(onKqueue, skipFile, kqueue.variables));
    } else {
      console.log(`Not run on kqueue: ${kqueue.why}`);
      isKqueueMissing = isOnKqueue || Deno.env.get("CI") === "true";
    }
  }

  const skips = readSkips(await Deno.readTextFile(skipFile));
  await Deno.remove(skipFile);
  const otherFailures = Number(!isBuilt) + Number(isKqueueMissing);
  for (const line of reportLines(summaries, skips, otherFailures)) console.log(line);
  return otherFailures + sum(summaries, "failed") === 0 ? 0 : 1;
}

/** Path as seen from the repository: `./tests/core/` → `tests/core`. */
function relative(path: string): string {
  const absolute = new URL(path, `file://${Deno.cwd()}/`).pathname.replace(/\/$/, "");
  if (!exists(absolute) || !absolute.startsWith(`${ROOT}/`)) {
    console.error(`test: Cannot find "${path}" in this repository`);
    Deno.exit(2);
  }
  return absolute.slice(ROOT.length + 1);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, `file://${ROOT}/`));
    return true;
  } catch {
    return false;
  }
}

// `deno task test -- PATH` hands the "--" on, `npm test` does not.
if (import.meta.main) Deno.exit(await main(Deno.args.filter((word) => word !== "--")));
