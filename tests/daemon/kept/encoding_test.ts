import { decodeKept, encodeKept } from "../../../daemon/kept/encoding.ts";
import { KEPT_VERSION } from "../../../daemon/kept/version.ts";
import { assert, assertEquals } from "../../assert.ts";
import {
  array,
  bigInt,
  boolean,
  constant,
  dictionary,
  double,
  holds,
  integer,
  letrec,
  oneof,
  string,
  tuple,
  uint8Array,
} from "../../property.ts";

/** Plain data of any depth. */
const { data } = letrec<{ data: unknown }>((tie) => ({
  data: oneof(
    { maxDepth: 4 },
    string({ unit: "binary" }),
    double(),
    bigInt(),
    boolean(),
    constant(null),
    constant(undefined),
    uint8Array(),
    array(tie("data")),
    dictionary(string().filter((key) => key !== "$" && key !== "__proto__"), tie("data")),
    array(tuple(oneof(string(), integer()), tie("data"))).map((entries) => new Map(entries)),
    array(oneof(string(), integer())).map((values) => new Set(values)),
  ),
}));

/** As it comes back: without properties that are undefined; -0 is 0 in JSON. */
function asRead(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (value instanceof Set) return value;
  if (value instanceof Map) {
    return new Map([...value].map(([key, one]) => [asRead(key), asRead(one)]));
  }
  if (Array.isArray(value)) return value.map(asRead);
  const present = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(present.map(([key, one]) => [key, asRead(one)]));
}

Deno.test("what is written is read again, whatever plain data it is", () => {
  holds(data, (one) => {
    const reading = decodeKept(encodeKept({ one }));
    assert(reading.kind === "kept");
    assertEquals(reading.data, asRead({ one }));
  });
});

Deno.test("bytes that were read do not hold the whole file", () => {
  const reading = decodeKept(encodeKept({ text: Uint8Array.of(1, 2, 3) }));
  assert(reading.kind === "kept");
  assertEquals((reading.data as { text: Uint8Array }).text.buffer.byteLength, 3);
});

Deno.test("a state that is not whole is refused, wherever it was cut or changed", () => {
  const file = encodeKept({ name: "web", bytes: Uint8Array.of(7, 8, 9) });
  for (let length = 0; length < file.length; length++) {
    assertEquals(decodeKept(file.subarray(0, length)).kind, "refused");
  }
  // The bytes at the end are checked by those who have kept them.
  for (let at = 0; at < file.length - 3; at++) {
    const changed = file.slice();
    changed[at] = (changed[at] as number) ^ 1;
    assertEquals(decodeKept(changed).kind, "refused", `byte ${at}`);
  }
});

Deno.test("a newer state is refused, with both versions", () => {
  const file = encodeKept({});
  new DataView(file.buffer).setUint32(8, KEPT_VERSION + 1, true);
  assertEquals(decodeKept(file), {
    kind: "refused",
    why: `its version is ${KEPT_VERSION + 1}, and this program reads ${KEPT_VERSION}`,
  });
});
