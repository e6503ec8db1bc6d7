/**
 * Plants faults in a copy of the scheduler, one at a time, and sees whether the scenarios or the
 * simulator notice: `npm run mutate`, or `npm run mutate -- PART-OF-A-NAME`. With
 * `--simulator-only` the scenarios and tests are not asked.
 *
 * The status is 1 when a fault went unnoticed or could not be planted, because its place in the
 * sources is not there exactly once any more.
 */
import { limitPassed } from "./limit.ts";
import { type Mutation, MUTATIONS } from "./mutation/mutations.ts";

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** What a copy must hold for the tests of the scheduler to run. */
const COPIED = [
  "core",
  "tools",
  "tests/scenarios",
  "tests/core",
  "tests/builders.ts",
  "tests/assert.ts",
];

const SIMULATED_RUNS = 20_000;

/**
 * A fault may make a program go round for ever, which is noticed, too. A sound run takes some
 * seconds.
 */
const RUN_LIMIT_MS = 60_000;

async function copyProject(folder: string): Promise<void> {
  for (const path of COPIED) {
    const parent = `${folder}/${path.split("/").slice(0, -1).join("/")}`;
    await Deno.mkdir(parent, { recursive: true });
    await run("cp", ["-r", `${ROOT}/${path}`, `${folder}/${path}`], folder);
  }
  await Deno.writeTextFile(`${folder}/deno.json`, "{}");
}

/** @returns Whether the program ended with status 0; one that does not end is killed. */
async function run(command: string, args: readonly string[], cwd: string): Promise<boolean> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const ended = new AbortController();
  limitPassed(RUN_LIMIT_MS, ended.signal).then(() => child.kill("SIGKILL"));
  const { success } = await child.status;
  ended.abort();
  return success;
}

/** @returns The text with the fault in it; undefined when the place is not there exactly once. */
function plant(text: string, mutation: Mutation): string | undefined {
  const parts = text.split(mutation.from);
  return parts.length === 2 ? parts.join(mutation.to) : undefined;
}

/** Who notices the fault that is in the copy; undefined: nobody. */
async function findNoticer(
  folder: string,
  options: { readonly simulatorOnly: boolean },
): Promise<string | undefined> {
  const test = [
    "test",
    "-A",
    "--no-check",
    "--fail-fast",
    "tests/scenarios",
    "tests/core/schedule",
  ];
  if (!options.simulatorOnly && !await run(Deno.execPath(), test, folder)) {
    return "scenarios and tests";
  }
  const simulate = ["run", "-A", "--no-check", "tools/simulate.ts", "--whole"];
  const runs = ["--runs", String(SIMULATED_RUNS)];
  if (!await run(Deno.execPath(), [...simulate, ...runs], folder)) return "simulator";
  return undefined;
}

async function main(args: readonly string[]): Promise<number> {
  const simulatorOnly = args.includes("--simulator-only");
  const part = args.find((arg) => !arg.startsWith("--")) ?? "";
  const chosen = MUTATIONS.filter(({ name }) => name.includes(part));
  const folder = await Deno.makeTempDir({ prefix: "dinit-mutate-" });
  let missed = 0;
  try {
    await copyProject(folder);
    const sound = await findNoticer(folder, { simulatorOnly });
    if (sound !== undefined) {
      console.error(`Without any fault the ${sound} fail: repair that first`);
      return 1;
    }
    for (const mutation of chosen) {
      const path = `${folder}/${mutation.file}`;
      const text = await Deno.readTextFile(path);
      const faulty = plant(text, mutation);
      if (faulty === undefined) {
        console.log(
          `CANNOT PLANT  ${mutation.name}: mend its text of ${mutation.file} in tools/mutation`,
        );
        missed++;
        continue;
      }
      await Deno.writeTextFile(path, faulty);
      const noticer = await findNoticer(folder, { simulatorOnly });
      await Deno.writeTextFile(path, text);
      if (noticer === undefined) missed++;
      console.log(
        `${noticer === undefined ? "NOT NOTICED" : "noticed"}  ${mutation.name}` +
          (noticer === undefined ? "" : ` (${noticer})`),
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  console.log(`mutate: ${chosen.length - missed} faults noticed, ${missed} not`);
  return missed === 0 ? 0 : 1;
}

if (import.meta.main) {
  Deno.exit(await main(Deno.args));
}
