import { Pass } from "../../../core/schedule/pass.ts";
import { type Frame, readStack } from "../../../tools/state_table/stack.ts";
import { assertEquals } from "../../assert.ts";
import { Driver, EXITED_1 } from "../schedule/driver.ts";

const ROOT = new URL("../../../", import.meta.url);
const PAGE = "docs/design/0001-state-model.md";
const MOST_FILES = 8;

/** The rows of the trace: a file, and functions in it. */
function rows(): readonly { readonly file: string; readonly functions: readonly string[] }[] {
  const page = Deno.readTextFileSync(new URL(PAGE, ROOT));
  const [, section = ""] = page.split("## From a death to the restart\n");
  const [text = ""] = section.split("\n## ");
  return [...text.matchAll(/^\| `([^`]+\.ts)` +\| ([^|]+)\|/gm)].map((
    [, file = "", cell = ""],
  ) => ({
    file,
    functions: [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
  }));
}

/** The calls that lead to the effects of a death and of the restart after it. */
function framesOfRestart(): readonly Frame[] {
  const driver = new Driver();
  driver.load({ web: { type: "process", command: ["/bin/web"], restart: "always" } });
  driver.run("web");
  const frames: Frame[] = [];
  const { enter, emit, arm } = Pass.prototype;
  Pass.prototype.enter = function (...args) {
    frames.push(...readStack());
    return enter.apply(this, args);
  };
  Pass.prototype.emit = function (command) {
    // What is said in the log leads nowhere.
    if (command.kind !== "log") frames.push(...readStack());
    return emit.call(this, command);
  };
  Pass.prototype.arm = function (...args) {
    frames.push(...readStack());
    return arm.apply(this, args);
  };
  try {
    driver.exited("web", EXITED_1);
    assertEquals(driver.advance(60_000), ["web spawn start"]);
  } finally {
    Object.assign(Pass.prototype, { enter, emit, arm });
  }
  return frames.filter(({ file }) => file.startsWith("core/"));
}

Deno.test("the trace from a death to the restart takes eight files, and its functions are there", () => {
  const trace = rows();
  assertEquals(new Set(trace.map(({ file }) => file)).size, MOST_FILES);
  for (const { file, functions } of trace) {
    const text = Deno.readTextFileSync(new URL(file, ROOT));
    const missing = functions.filter((name) =>
      !new RegExp(`(function |^  #?)${name}\\(`, "m").test(text)
    );
    assertEquals([file, missing], [file, []]);
  }
});

Deno.test("a restart leads through no other files than its trace says", () => {
  const told = new Set(["core/schedule/pass.ts", ...rows().map(({ file }) => file)]);
  const others = framesOfRestart().filter(({ file }) => !told.has(file));
  assertEquals([...new Set(others.map(({ file, name }) => `${file}: ${name}`))], []);
});
