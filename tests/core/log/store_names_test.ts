import { crc32 } from "../../../core/checksum.ts";
import {
  MANAGER_FOLDER,
  readSegmentFile,
  segmentFile,
  serviceFolder,
} from "../../../core/log/store_names.ts";
import { assert, assertEquals } from "../../assert.ts";
import * as property from "../../property.ts";

const folder = (service: string) => serviceFolder(service, crc32);

Deno.test("serviceFolder() keeps usual names, and no other is a way out of the store", () => {
  assertEquals(folder("web"), "web");
  assertEquals(folder("getty@tty1"), "getty@tty1");
  assertEquals(folder("mount@/var/log"), "mount@%2fvar%2flog");
  assertEquals(folder(".."), "%2e.");
  assertEquals(folder("+manager"), "%2bmanager");
  assertEquals(folder("ä\udc80 "), "%c3%a4%80%20");
});

Deno.test("serviceFolder() is another one for each service, never the manager's, and no longer than a name may be", () => {
  const names = property.tuple(
    property.string({ maxLength: 12 }),
    property.string({ maxLength: 12 }),
  );
  property.holds(names, ([one, other]) => {
    const [first, second] = [folder(one), folder(other)];
    assertEquals(first === second, one.toWellFormed() === other.toWellFormed());
    for (const name of [first, second]) {
      assert(!name.includes("/") && !name.startsWith(".") && name !== MANAGER_FOLDER, name);
    }
  });
  const long = folder(`a@${"ä".repeat(200)}`);
  assert(long.length <= 255 && long !== folder(`a@${"ä".repeat(201)}`));
});

Deno.test("readSegmentFile() gives what segmentFile() wrote, and takes no other name", () => {
  const name = { run: 12, number: 3, begunMs: 1_700_000_000_123 };
  const file = segmentFile(name);
  assertEquals(file, "00000012-00000003-018bcfe5687b.log");
  assertEquals(readSegmentFile(file), name);
  for (const other of ["", "x", `${file}.gz`, `.${file}`, "1-2-3.log", file.toUpperCase()]) {
    assertEquals(readSegmentFile(other), undefined, other);
  }
});
