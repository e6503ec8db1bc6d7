import { missingPaths, unlistedNotes } from "../../tools/named_paths.ts";
import { assertEquals } from "../assert.ts";

const PATHS = ["core/types.ts", "core/text/printable.ts", "docs/design/0001-state-model.md"];

/** Put in by name: the check reads this file, too. */
const GONE = "core/printable.ts";

Deno.test("missingPaths() finds what is named and not there, with its line", () => {
  const text = `See \`core/types.ts\`,\n\`core/text/\` and \`${GONE}\`; \`ctl/\` is gone.`;
  assertEquals(missingPaths([{ path: "core/a.ts", text }], PATHS), [
    { path: "core/a.ts", line: 2, name: GONE },
    { path: "core/a.ts", line: 2, name: "ctl" },
  ]);
});

Deno.test("missingPaths() takes the number of a design note for its name", () => {
  const text = "Why: `docs/design/0001`, and `docs/" + "design/9999`.";
  const missing = missingPaths([{ path: "CONTRIBUTING.md", text }], PATHS);
  assertEquals(missing.map(({ name }) => name), ["docs/design/9999"]);
});

Deno.test("missingPaths() follows the links of pages from where they are", () => {
  const text = "[1](design/0001-state-model.md#words) [2](0001-state-model.md) [3](https://a.b/c)";
  const missing = (path: string) => missingPaths([{ path, text }], PATHS).map(({ name }) => name);
  assertEquals(missing("docs/logs.md"), ["docs/0001-state-model.md"]);
  assertEquals(missing("docs/logs.ts"), [], "no page");
});

Deno.test("unlistedNotes() names design notes that the index does not link to", () => {
  const paths = ["docs/design/README.md", "docs/design/0001-a.md", "docs/design/0002-b.md"];
  assertEquals(unlistedNotes("- [A](0001-a.md)", paths), ["docs/design/0002-b.md"]);
});
