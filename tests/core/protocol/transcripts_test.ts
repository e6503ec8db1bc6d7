import {
  encodeInformation,
  encodeReply,
  encodeRequest,
  readRequest,
  ReplyReader,
} from "../../../core/protocol/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { readTranscripts, toHex, type Transcript } from "../../transcripts/transcripts.ts";

const TRANSCRIPTS = [...readTranscripts("daemon"), ...readTranscripts("client")];

for (const transcript of TRANSCRIPTS) {
  Deno.test(`codec keeps every byte of the recording ${transcript.name}`, () => {
    for (const connection of new Set(transcript.steps.map((step) => step.connection))) {
      checkConnection(transcript, connection);
    }
  });
}

/** Reads what was recorded, each packet in its turn, and writes it again. */
function checkConnection(transcript: Transcript, connection: string): void {
  const reader = new ReplyReader();
  let received: number[] = [];
  for (const step of transcript.steps.filter((each) => each.connection === connection)) {
    if (step.kind === "request") {
      received.push(...step.bytes);
      received = takeRequests(received, reader);
    }
    if (step.kind === "packet" && !step.isOptional) {
      reader.push(step.bytes);
      const packet = reader.next();
      assert(
        packet !== undefined && packet.kind !== "malformed",
        `${step.line}: ${JSON.stringify(packet)}`,
      );
      const again = packet.kind === "reply"
        ? encodeReply(packet.reply)
        : encodeInformation(packet.information);
      assertEquals(toHex(again), toHex(step.bytes), step.line);
      assertEquals(reader.next(), undefined);
    }
  }
}

function takeRequests(received: number[], reader: ReplyReader): number[] {
  let rest = received;
  for (;;) {
    const reading = readRequest(Uint8Array.from(rest));
    if (reading.kind !== "request") return rest;
    const bytes = rest.slice(0, reading.length);
    assertEquals([...encodeRequest(reading.request)], bytes);
    reader.expect(reading.request);
    rest = rest.slice(reading.length);
  }
}
