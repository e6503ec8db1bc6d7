import {
  BOOLEAN,
  Fault,
  field,
  flags,
  spare,
  U16,
} from "../../../../core/protocol/layout/fields.ts";
import { PacketReader, PacketWriter } from "../../../../core/protocol/layout/packet_bytes.ts";
import {
  type MessageOf,
  packetFinder,
  packetLength,
  readPacket,
  writePacket,
} from "../../../../core/protocol/layout/packet_table.ts";
import { NO_STATUS_READING } from "../../../../core/protocol/status_block.ts";
import { TEXT_16 } from "../../../../core/protocol/layout/text_fields.ts";
import { assertEquals } from "../../../assert.ts";
import { fromHex, toHex } from "../../../transcripts/transcripts.ts";

const TABLE = {
  "mixed": {
    code: 1,
    fields: [flags({ loud: 1, late: 8 }), field("name", TEXT_16), field("count", U16)],
  },
  "plain": { code: 2, fields: [spare("refused")] },
  "marked": { code: 2, mark: 0x44, fields: [field("on", BOOLEAN)] },
  "same-1": { code: 3, kind: "same", fields: [] },
} as const;

/** That a row's fields are the properties of its message is the compiler's to check. */
const MESSAGES: readonly (readonly [MessageOf<typeof TABLE>, keyof typeof TABLE, string])[] = [
  [
    { kind: "mixed", loud: false, late: true, name: "ab", count: 258 },
    "mixed",
    "01080200616202" + "01",
  ],
  [{ kind: "plain" }, "plain", "0200"],
  [{ kind: "marked", on: true }, "marked", "024401"],
  [{ kind: "same" }, "same-1", "03"],
];

const find = packetFinder(TABLE);

function found(bytes: Uint8Array) {
  const packet = find(bytes);
  if (packet === undefined || packet === "need-more") throw new Error(`Found: ${packet}`);
  return packet;
}

Deno.test("a row writes, measures and reads its packet by its fields", () => {
  for (const [message, name, digits] of MESSAGES) {
    const packet = new PacketWriter();
    writePacket(packet, TABLE[name], message);
    assertEquals(toHex(packet.finish()), digits);

    const bytes = fromHex(digits);
    const known = found(fromHex(digits + "ff"));
    assertEquals(packetLength(known, bytes, NO_STATUS_READING), bytes.length);
    assertEquals(readPacket(new PacketReader(bytes), known, NO_STATUS_READING), message);
  }
});

Deno.test("packetLength() asks for more until the bytes tell a text's length", () => {
  const bytes = fromHex("01080200616202");
  const lengths = [1, 2, 3, 4].map((length) =>
    packetLength(found(bytes), bytes.subarray(0, length), NO_STATUS_READING)
  );
  assertEquals(lengths, ["need-more", "need-more", "need-more", 8]);
});

Deno.test("packetFinder() tells rows of one code by the second byte, and waits for it", () => {
  assertEquals(find(fromHex("02")), "need-more");
  assertEquals(found(fromHex("0244")).kind, "marked");
  assertEquals(found(fromHex("0245")).kind, "plain");
  assertEquals(find(fromHex("04")), undefined);
  assertEquals(find(fromHex("")), "need-more");
});

Deno.test("readPacket() gives the fault of a field", () => {
  const bytes = fromHex("0201");
  assertEquals(
    readPacket(new PacketReader(bytes), found(bytes), NO_STATUS_READING),
    new Fault("Spare byte is not 0", "refused"),
  );
});
