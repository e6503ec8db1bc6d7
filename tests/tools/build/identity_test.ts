import { identify, IDENTITY_PLACEHOLDER, writeIdentity } from "../../../tools/build/identity.ts";
import { assertEquals, assertMatch } from "../../assert.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function file(name: string, text: string) {
  return { name, bytes: encoder.encode(text) };
}

Deno.test("identify() tells each file the hash of all of them", async () => {
  const program = [
    file("a.js", `tell("${IDENTITY_PLACEHOLDER}", "(")`),
    file("b.js", `${IDENTITY_PLACEHOLDER}${IDENTITY_PLACEHOLDER} (build`),
  ];
  const { identity, files } = await identify(program);
  assertMatch(identity, /^[0-9a-f]{16}$/);
  assertEquals(files.map(({ name, bytes }) => [name, decoder.decode(bytes)]), [
    ["a.js", `tell("${identity}", "(")`],
    ["b.js", `${identity}${identity} (build`],
  ]);
});

Deno.test("identify() tells programs apart by any byte and by the names of files", async () => {
  const identityOf = async (...files: Parameters<typeof identify>[0]) =>
    (await identify(files)).identity;
  const first = await identityOf(file("a.js", "1"), file("b.js", "2"));
  assertEquals(await identityOf(file("a.js", "1"), file("b.js", "2")), first);
  const others = [
    await identityOf(file("a.js", "1"), file("b.js", "3")),
    await identityOf(file("a.js", "1"), file("c.js", "2")),
    await identityOf(file("a.js", "12"), file("b.js", "")),
  ];
  assertEquals(new Set([first, ...others]).size, 4);
});

Deno.test("writeIdentity() changes the image's end and nothing behind it", async () => {
  const path = await Deno.makeTempFile({ prefix: "dinit-test-" });
  try {
    const image = `${"x".repeat(100)}${IDENTITY_PLACEHOLDER} code`;
    await Deno.writeTextFile(path, `${image}${IDENTITY_PLACEHOLDER}`);
    await writeIdentity(path, "0123456789abcdef", image.length);
    assertEquals(
      await Deno.readTextFile(path),
      `${"x".repeat(100)}0123456789abcdef code${IDENTITY_PLACEHOLDER}`,
    );
  } finally {
    await Deno.remove(path);
  }
});
