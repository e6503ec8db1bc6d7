import { assertEquals } from "../../../assert.ts";
import { cpioParts, writeCpio } from "../../../../tools/vm/images/cpio.ts";
import { copy, directory, link, text } from "../../../../tools/vm/images/image_file.ts";

interface Read {
  readonly name: string;
  readonly mode: string;
  readonly owner: string;
  readonly data: string;
}

/** Reads an archive by the kernel's description of the format, to its end mark. */
function readCpio(bytes: Uint8Array): Read[] {
  const decoder = new TextDecoder();
  const members: Read[] = [];
  for (let at = 0;;) {
    const field = (index: number) => {
      const start = at + 6 + 8 * index;
      return parseInt(decoder.decode(bytes.subarray(start, start + 8)), 16);
    };
    assertEquals(decoder.decode(bytes.subarray(at, at + 6)), "070701");
    const [mode, uid, gid, size, nameSize] = [field(1), field(2), field(3), field(6), field(11)];
    const name = decoder.decode(bytes.subarray(at + 110, at + 110 + nameSize - 1));
    const dataAt = at + Math.ceil((110 + nameSize) / 4) * 4;
    const data = decoder.decode(bytes.subarray(dataAt, dataAt + size));
    at = dataAt + Math.ceil(size / 4) * 4;
    if (name === "TRAILER!!!") {
      assertEquals(at, bytes.length);
      return members;
    }
    members.push({ name, mode: mode.toString(8), owner: `${uid}:${gid}`, data });
  }
}

async function archive(parts: Iterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Blob([...parts] as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

Deno.test("cpioParts() gives type, permissions, owner and data of each kind of file", async () => {
  const parts = cpioParts([
    directory("/etc"),
    text("/etc/a", "five5", 0o600),
    link("/etc/link", "a"),
  ]);
  assertEquals(readCpio(await archive(parts)), [
    { name: "etc", mode: "40755", owner: "0:0", data: "" },
    { name: "etc/a", mode: "100600", owner: "0:0", data: "five5" },
    { name: "etc/link", mode: "120777", owner: "0:0", data: "a" },
  ]);
});

Deno.test("writeCpio() copies host files and replaces what was there", async () => {
  const folder = await Deno.makeTempDir();
  try {
    Deno.writeTextFileSync(`${folder}/source`, "text of the host");
    Deno.writeTextFileSync(`${folder}/image`, "older and longer ".repeat(100));
    writeCpio(`${folder}/image`, [copy("/program", `${folder}/source`)]);
    assertEquals(readCpio(Deno.readFileSync(`${folder}/image`)), [
      { name: "program", mode: "100755", owner: "0:0", data: "text of the host" },
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
