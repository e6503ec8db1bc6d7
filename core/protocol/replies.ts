/**
 * The replies: a row each. Their types, a server's writing and a client's reading follow from the
 * rows. Odd ones bring a layout of their own: `reply_fields.ts`.
 */
import { detailsOf, detailTexts } from "./details.ts";
import { choice, field, HANDLE, spare, U16, U8 } from "./layout/fields.ts";
import { STATE_NUMBERS, TARGET_NUMBERS } from "./numbers.ts";
import { packetBytes, PacketWriter } from "./layout/packet_bytes.ts";
import {
  type MessageOf,
  packetFinder,
  type PacketRow,
  writePacket,
} from "./layout/packet_table.ts";
import { LIST_ENTRY, LOAD_PATHS, STATUS_ANSWER } from "./reply_fields.ts";
import { REMARKS } from "./remarks.ts";
import { SUMMARIES } from "./texts/summaries.ts";
import { planOf, planText } from "./texts/plan_text.ts";
import { REQUESTS } from "./requests.ts";
import { startsOf, startsText } from "./texts/starts_text.ts";
import { managerUsageOf, serviceUsageOf, usageText } from "./texts/usage_text.ts";
import {
  BLOCK,
  ENDED_TEXTS_16,
  ENDED_TEXTS_64,
  HANDLES,
  mappedText,
  mappedTexts,
  TEXT_16,
  TEXT_32,
} from "./layout/text_fields.ts";

interface ReplyRow extends PacketRow {
  /** It is not the last reply to its request. */
  readonly moreFollow?: boolean;
}

/** All replies, in the order of their codes. */
export const REPLIES = {
  "ack": { code: 50, fields: [] },
  "nak": { code: 51, fields: [] },
  "bad-request": { code: 52, fields: [] },
  "out-of-memory": { code: 53, fields: [] },
  "version": { code: 58, fields: [field("minimum", U16), field("current", U16)] },
  "service-record": {
    code: 59,
    fields: [
      field("state", choice(STATE_NUMBERS)),
      field("handle", HANDLE),
      field("target", choice(TARGET_NUMBERS)),
    ],
  },
  "no-service": { code: 60, fields: [] },
  "already": { code: 61, fields: [] },
  /** One entry of a list; `list-done` ends it. */
  "service-info": { code: 62, fields: [LIST_ENTRY], moreFollow: true },
  "list-done": { code: 63, fields: [] },
  /** Mechanism 1: descriptions are files in directories. There is no other. */
  "load-mechanism": { code: 64, fields: [field("mechanism", U8), LOAD_PATHS] },
  /** New handles, one for each dependent. */
  "dependents": { code: 65, fields: [field("handles", HANDLES)] },
  "service-name": { code: 66, fields: [spare("taken"), field("name", TEXT_16)] },
  "details": {
    code: 66,
    mark: REQUESTS["query-details"].mark,
    fields: [field("details", mappedTexts(detailTexts, detailsOf))],
  },
  /** Of those services that say what they are; in several packets, and `list-done` ends them. */
  "summaries": {
    code: 66,
    mark: REQUESTS["query-summaries"].mark,
    fields: [field("summaries", SUMMARIES)],
    moreFollow: true,
  },
  /** Of those services that there is something to say of; likewise. */
  "remarks": {
    code: 66,
    mark: REQUESTS["query-remarks"].mark,
    fields: [field("remarks", REMARKS)],
    moreFollow: true,
  },
  /**
   * Why the last request on this connection was refused, a fault each, perhaps of several lines;
   * none: not known.
   */
  "cause": {
    code: 66,
    mark: REQUESTS["query-cause"].mark,
    fields: [field("faults", ENDED_TEXTS_16)],
  },
  "plan": {
    code: 66,
    mark: REQUESTS["plan"].mark,
    fields: [field("plan", mappedText(planText, planOf))],
  },
  "report": {
    code: 66,
    mark: REQUESTS["report"].mark,
    fields: [field("text", TEXT_32)],
  },
  "starts": {
    code: 66,
    mark: REQUESTS["query-starts"].mark,
    fields: [field("report", mappedText(startsText, startsOf))],
  },
  "manager": {
    code: 66,
    mark: REQUESTS["query-manager"].mark,
    fields: [field("usage", mappedText(usageText, managerUsageOf))],
  },
  /** `no-service`: there is none of that name. */
  "usage": {
    code: 66,
    mark: REQUESTS["query-usage"].mark,
    fields: [field("usage", mappedText(usageText, serviceUsageOf))],
  },
  "pinned-stopped": { code: 67, fields: [] },
  "pinned-started": { code: 68, fields: [] },
  "shutting-down": { code: 69, fields: [] },
  "status": { code: 70, fields: [STATUS_ANSWER] },
  "description-error": { code: 71, fields: [] },
  "load-error": { code: 72, fields: [] },
  "log": { code: 73, fields: [spare("taken"), field("bytes", BLOCK)] },
  "signal-no-process": { code: 74, fields: [] },
  "signal-bad-number": { code: 75, fields: [] },
  "signal-failed": { code: 76, fields: [] },
  "description-directory": { code: 77, fields: [field("directory", TEXT_32)] },
  /** `NAME=VALUE` each. */
  "environment": { code: 78, fields: [field("entries", ENDED_TEXTS_64)] },
  "preack": { code: 79, fields: [], moreFollow: true },
} as const satisfies Readonly<Record<string, ReplyRow>>;

export type Reply = MessageOf<typeof REPLIES>;

/** Whether a reply is the last one to its request. */
export function isFinal(kind: Reply["kind"]): boolean {
  const row: ReplyRow = REPLIES[kind];
  return row.moreFollow !== true;
}

/**
 * A reply as bytes, to be written whole.
 *
 * @throws {RangeError} As {@link writeReply}.
 */
export function encodeReply(reply: Reply): Uint8Array {
  return packetBytes((packet) => writeReply(packet, reply));
}

/**
 * Appends a reply to other bytes.
 *
 * @throws {RangeError} For an exec stage that is not assigned.
 */
export function writeReply(packet: PacketWriter, reply: Reply): void {
  writePacket(packet, REPLIES[reply.kind], reply);
}

/**
 * Replies that belong together, in blocks of whole packets of about the given size: the list of a
 * thousand services in seven writes, each of which would wake its client up.
 *
 * @throws {RangeError} As {@link encodeReply}.
 */
export function* encodeReplies(
  replies: Iterable<Reply>,
  blockBytes: number,
): Generator<Uint8Array> {
  const packets = new PacketWriter();
  for (const reply of replies) {
    writeReply(packets, reply);
    if (packets.length < blockBytes) continue;
    yield packets.finish();
    packets.clear();
  }
  if (packets.length > 0) yield packets.finish();
}

/** Which reply begins with the bytes; undefined: none that is known. */
export const replyAt = packetFinder(REPLIES);
