/**
 * What upstream's daemon answered, byte for byte, against our session, our loader and our
 * scheduler.
 */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { CURRENT_VERSION } from "../../../core/protocol/mod.ts";
import { ControlHub } from "../../../daemon/control/hub.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import {
  DESCRIPTION_TIME,
  readTranscripts,
  toHex,
  type Transcript,
  type TranscriptStep,
} from "../../transcripts/transcripts.ts";
import { SessionClient } from "./session_client.ts";
import { SimulatedHost } from "./simulated_host.ts";

/** Time from the daemon's start to the first request, in the recordings. */
const SETTLE_MS = 400;

for (const transcript of readTranscripts("daemon")) {
  if (transcript.version !== CURRENT_VERSION) continue;
  Deno.test(`session answers as recorded in ${transcript.name}`, () =>
    new Replay(transcript).run());
}

/** One recording, replayed. */
class Replay {
  readonly #transcript: Transcript;
  readonly #host: SimulatedHost;
  readonly #hub = new ControlHub();
  readonly #clients = new Map<string, SessionClient>();
  readonly #received = new Map<string, Uint8Array[]>();

  constructor(transcript: Transcript) {
    this.#transcript = transcript;
    const descriptions: Record<string, string> = {};
    for (const [name, text] of Object.entries(transcript.services)) {
      if (text !== null) descriptions[name] = text;
    }
    this.#host = new SimulatedHost({
      scheduler: new Scheduler(),
      descriptions,
      directory: "/tmp/cpt/sd",
      workingDirectory: "/tmp/cpt",
      descriptionTime: DESCRIPTION_TIME,
      environment: transcript.environment ?? {},
    });
    this.#host.listeners = this.#hub;
  }

  run(): void {
    for (const name of this.#transcript.start) this.#host.start(name);
    this.#host.pass(SETTLE_MS);
    for (const step of this.#transcript.steps) this.#step(step);
    for (const [connection, packets] of this.#received) {
      assertEquals(packets.map((packet) => toHex(packet)), [], `left on ${connection}`);
    }
  }

  #step(step: TranscriptStep): void {
    switch (step.kind) {
      case "request":
        if (step.pauseMs > 0) this.#host.pass(step.pauseMs);
        this.#client(step).session.receive(step.bytes);
        return this.#collect();
      case "packet":
        if (step.isOptional) return;
        return this.#expectPacket(step);
      case "end":
        return this.#expectEnd(step);
    }
  }

  #client({ connection }: TranscriptStep): SessionClient {
    const client = this.#clients.get(connection) ?? new SessionClient(this.#host, this.#hub);
    this.#clients.set(connection, client);
    return client;
  }

  /** Takes what has been written to each connection. */
  #collect(): void {
    for (const [connection, client] of this.#clients) {
      const packets = this.#received.get(connection) ?? [];
      packets.push(...client.raw());
      this.#received.set(connection, packets);
    }
  }

  #expectPacket(step: TranscriptStep): void {
    const packets = this.#received.get(step.connection) ?? [];
    while (packets.length === 0 && step.isAsync && this.#host.advance()) this.#collect();
    const written = packets.shift() ?? fail(`Nothing came; expected ${step.line}`);
    // Entries of a list come several in one write.
    const packet = written.subarray(0, step.bytes.length);
    if (written.length > packet.length) packets.unshift(written.subarray(packet.length));
    assertEquals(toHex(packet, step.varies), toHex(step.bytes, step.varies), step.line);
  }

  #expectEnd(step: TranscriptStep): void {
    if (this.#client(step).session.phase === "closed") return;
    while (!this.#host.hasEnded && this.#host.advance());
    assert(this.#host.hasEnded, "Neither the connection nor the manager has ended");
  }
}
