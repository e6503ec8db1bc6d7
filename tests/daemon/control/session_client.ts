/** A client without a socket: sends requests to a session and reads what it answers. */
import {
  encodeRequest,
  type Reply,
  ReplyReader,
  type Request,
  type ServerPacket,
} from "../../../core/protocol/mod.ts";
import type { ControlHost } from "../../../daemon/control/host.ts";
import { ControlHub } from "../../../daemon/control/hub.ts";
import { ControlSession, type SessionOptions } from "../../../daemon/control/session.ts";
import { toHex } from "../../transcripts/transcripts.ts";

export class SessionClient {
  readonly session: ControlSession;
  readonly #hub: ControlHub;
  readonly #reader = new ReplyReader();

  constructor(
    host: ControlHost,
    hub: ControlHub = new ControlHub(),
    who: Pick<SessionOptions, "peer" | "noteOrder" | "noteRefusal"> = {},
  ) {
    this.#hub = hub;
    this.session = new ControlSession({ host, hub, onOutput: () => {}, ...who });
    hub.add(this.session);
  }

  /** Sends a request, and takes nothing of what waits. */
  send(request: Request): void {
    this.#reader.expect(request);
    this.session.receive(encodeRequest(request));
  }

  /** Sends requests and gives the kinds of all packets that are waiting then. */
  ask(...requests: readonly Request[]): string[] {
    for (const request of requests) this.send(request);
    return this.kinds();
  }

  /** Sends a request and gives the replies that are waiting then. */
  replies(request: Request): Reply[] {
    this.send(request);
    return this.packets().flatMap((packet) => packet.kind === "reply" ? [packet.reply] : []);
  }

  /** Kinds of the packets that wait: of events, their event with the handle. */
  kinds(): string[] {
    return this.packets().map(kindOf);
  }

  packets(): ServerPacket[] {
    for (const packet of this.raw()) this.#reader.push(packet);
    const packets: ServerPacket[] = [];
    for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) {
      packets.push(next);
    }
    return packets;
  }

  /** Takes all packets that wait, as the socket would get them: one write each. */
  raw(): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (let next = this.session.nextOutput(); next; next = this.session.nextOutput()) {
      packets.push(next.slice());
      this.session.outputWritten(next.length);
    }
    return packets;
  }

  /** Sends bytes and gives the answer's bytes. */
  exchange(bytes: Uint8Array): string {
    this.session.receive(bytes);
    return this.raw().map((packet) => toHex(packet)).join(" ");
  }

  disconnect(): void {
    this.#hub.remove(this.session);
  }
}

function kindOf(packet: ServerPacket): string {
  if (packet.kind === "malformed") return `malformed: ${packet.why}`;
  if (packet.kind === "reply") return packet.reply.kind;
  const { information } = packet;
  if (information.kind === "environment-event") return `environment ${information.text}`;
  if (information.kind === "health-event") {
    return `${information.state} ${information.handle} ${information.why}`.trimEnd();
  }
  return `${information.event} ${information.handle} form ${information.form}`;
}
