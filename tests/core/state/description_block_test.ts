import type { ServiceDescription } from "../../../core/description/contract/description.ts";
import { settingKeys } from "../../../core/description/settings/settings.ts";
import { placeholderDescription } from "../../../core/schedule/placeholder.ts";
import { LOADED, makeRecord, NAMED, type Presence } from "../../../core/service/record/record.ts";
import {
  mergedDescription,
  putDescription,
  putDescriptions,
  readDescription,
  readDescriptions,
  USUAL,
  type WrittenDescription,
} from "../../../core/state/description_block.ts";
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { KIND } from "../../../core/state/kinds.ts";
import { serviceId } from "../../../core/types.ts";
import { EXAMPLES as MANUAL } from "../../../tools/manual/setting_examples.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { buildDescription, serviceName } from "../../builders.ts";
import { describe, load, only } from "../description/descriptions.ts";
import { OTHERS, PAIRS, whole } from "../description/setting_pairs.ts";
import { EXAMPLES } from "../description/toml_examples.ts";

function bytesOf(description: ServiceDescription, presence: Presence = LOADED): Uint8Array {
  const blocks = new KeptBlocks(new Uint8Array(65_536));
  putDescription(blocks, { ...makeRecord(serviceId(1), description), presence });
  const read = readKept(blocks.sealed());
  if (read.kind === "fault") fail(read.why);
  return read.kept.get(KIND.description)?.get(1) ?? fail("nothing was put");
}

function readBack(description: ServiceDescription, presence: Presence = LOADED) {
  return readDescription(bytesOf(description, presence), USUAL);
}

function checkSame(description: ServiceDescription): void {
  const { name } = description;
  const written = { name, presence: LOADED, description };
  assertEquals(readBack(description), written);
  // Likewise beside another, in whose place nearly all is usual.
  const other = buildDescription("other", { type: "internal" });
  const together = readTogether([other, description]);
  assertEquals(together.get(2), written);
  assertEquals(together.get(1)?.description, other);
  assertEquals(readTogether([description, other]).get(1), written);
}

function readTogether(descriptions: readonly ServiceDescription[]) {
  const blocks = new KeptBlocks(new Uint8Array(131_072));
  const services = descriptions.map((one, index) => makeRecord(serviceId(index + 1), one));
  assert(putDescriptions(blocks, services.map((one) => ({ ...one, presence: LOADED }))));
  const read = readKept(blocks.sealed());
  if (read.kind === "fault") fail(read.why);
  const all = new Map<number, WrittenDescription>();
  for (const contents of read.kept.get(KIND.descriptions)?.values() ?? []) {
    assert(readDescriptions(contents, USUAL, all));
  }
  return all;
}

for (const key of settingKeys()) {
  Deno.test(`a description with ${key} is read as it was written`, () => {
    for (const { text } of EXAMPLES[key]) checkSame(describe(text, { name: "s@x" }));
  });
}

Deno.test("descriptions of both formats are read as they were written", () => {
  for (const [toml, native] of Object.values(PAIRS).flat()) {
    const type = /^socket|^pid-file/.test(toml) ? "process" : "bgprocess";
    for (const file of [{ "/d/s.toml": whole(toml, `type = "${type}"\n`) }, { "/d/s": native }]) {
      const result = load("s", { ...file, ...OTHERS });
      if (result.kind === "loaded") checkSame(only(result));
    }
  }
});

Deno.test("the manual's examples are read as they were written", () => {
  const files = {
    "/d/network.toml": "",
    "/d/noisy.toml": 'type = "process"\ncommand = "/bin/noisy"\nlog-type = "pipe"\n',
    "/d/boot.d": ["web"],
    ...Object.fromEntries(MANUAL.map(({ file, text }) => [`/d/${file}`, text])),
  };
  for (const { file } of MANUAL) {
    const base = file.replace(".toml", "");
    const result = load(base === "getty" ? "getty@tty1" : base, files);
    assert(result.kind === "loaded", base);
    for (const description of result.descriptions) checkSame(description);
  }
});

Deno.test("a description keeps bytes that are no text, numbers without bound and what is not set", () => {
  const name = serviceName("s");
  checkSame({
    ...placeholderDescription(name),
    command: ["/bin/\udc80", "", "ä €"],
    pidFile: "null",
    cgroup: [{ file: "x".repeat(20_000), text: "ä".repeat(3000) }],
    environment: { clear: true, keep: ["A"], unset: [], set: new Map([["B", "\udcff"]]) },
    attributes: {
      ...USUAL.attributes,
      nice: 0,
      limits: [{ resource: "nofile", soft: 2n ** 64n - 1n, hard: "unlimited" }],
    },
  });
});

Deno.test("a plain process takes few bytes", () => {
  const text = 'type = "process"\ncommand = "/usr/sbin/web --no-daemon"';
  const directories = ["/etc/dinit.d"];
  const description = only(load("web", { "/etc/dinit.d/web.toml": text }, { directories }));
  assert(bytesOf(description).length < 200);
});

Deno.test("what is only named or broken is read as such", () => {
  const name = serviceName("gone");
  const description = placeholderDescription(name);
  assertEquals(readBack(description, NAMED), { name, presence: NAMED, description });
  const problem = {
    severity: "error",
    message: "no",
    file: undefined,
    line: 3,
    column: undefined,
    lineText: undefined,
    hint: undefined,
  } as const;
  const fault = { name, source: description.source, problems: [problem] };
  const presence = { kind: "broken", fault } as const;
  assertEquals(readBack(description, presence), { name, presence, description });
});

Deno.test("a description differs from what its writer took for usual", () => {
  const description = buildDescription("s", { type: "process" });
  const bytes = bytesOf(description);
  const usual = mergedDescription(USUAL, { stopTimeoutMs: 1234, attributes: { nice: 3 } });
  const read = readDescription(bytes, usual)?.description;
  assertEquals([read?.stopTimeoutMs, read?.attributes.nice], [1234, 3]);
});

Deno.test("a description of which a byte was changed is none", () => {
  const description = buildDescription("s", { type: "process" });
  const bytes = bytesOf(description);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    assertEquals(readDescription(damaged, USUAL), undefined);
  }
  assertEquals(readDescription(bytes.subarray(0, 5), USUAL), undefined);
  assertEquals(readDescription(new Uint8Array(0), USUAL), undefined);
});
