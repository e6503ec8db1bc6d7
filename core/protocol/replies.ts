/**
 * Replies and information packets as bytes: the server's side. The client's is `reply_reader.ts`.
 */
import { unreachable } from "../types.ts";
import type { Information, Reply } from "./messages.ts";
import { detailTexts } from "./details.ts";
import {
  EVENT_HEADER_BYTES,
  EVENT_NUMBERS,
  EXTENSION_FLAG,
  INFO_CODE,
  LISTED_NAME_LIMIT_BYTES,
  REPLY_CODE,
  STATE_NUMBERS,
} from "./numbers.ts";
import { PacketWriter } from "./packet_bytes.ts";
import { STATUS_SIZE, writeStatus } from "./status_block.ts";
import { encodeText } from "./text.ts";

/** Length byte of an environment event: its header only, unlike all other information. */
const ENVIRONMENT_HEADER_BYTES = 5;

/**
 * A reply as bytes, to be written whole.
 *
 * @throws {RangeError} For an exec stage that is not assigned.
 */
export function encodeReply(reply: Reply): Uint8Array {
  const packet = new PacketWriter();
  writeReply(packet, reply);
  return packet.finish();
}

/**
 * Replies that belong together, in blocks of whole packets of about the given size: the list of a thousand
 * services in seven writes, each of which would wake its client up.
 *
 * @throws {RangeError} As {@link encodeReply}.
 */
export function* encodeReplies(
  replies: Iterable<Reply>,
  blockBytes: number,
): Generator<Uint8Array> {
  let packets = new PacketWriter();
  for (const reply of replies) {
    writeReply(packets, reply);
    if (packets.length < blockBytes) continue;
    yield packets.finish();
    packets = new PacketWriter();
  }
  if (packets.length > 0) yield packets.finish();
}

function writeReply(packet: PacketWriter, reply: Reply): void {
  packet.u8(REPLY_CODE[reply.kind]);
  switch (reply.kind) {
    case "version":
      packet.u16(reply.minimum).u16(reply.current);
      break;
    case "service-record":
      packet.u8(STATE_NUMBERS.indexOf(reply.state))
        .u32(reply.handle)
        .u8(STATE_NUMBERS.indexOf(reply.target));
      break;
    case "service-info": {
      const name = cutName(encodeText(reply.name));
      packet.u8(name.length);
      writeStatus(packet, reply.status, reply.form);
      packet.block(name);
      break;
    }
    case "load-mechanism":
      writeLoadMechanism(packet, reply);
      break;
    case "dependents":
      packet.i64(reply.handles.length);
      for (const handle of reply.handles) packet.u32(handle);
      break;
    case "service-name": {
      const name = encodeText(reply.name);
      packet.u8(0).u16(name.length).block(name);
      break;
    }
    case "details":
      writeTexts(packet, EXTENSION_FLAG.details, detailTexts(reply.details));
      break;
    case "cause":
      writeTexts(packet, EXTENSION_FLAG.cause, reply.faults);
      break;
    case "status":
      packet.u8(reply.existed ? 1 : 0);
      writeStatus(packet, reply.status, reply.form);
      break;
    case "log":
      packet.u8(0).u32(reply.bytes.length).block(reply.bytes);
      break;
    case "description-directory": {
      const directory = encodeText(reply.directory);
      packet.u32(directory.length).block(directory);
      break;
    }
    case "environment": {
      const entries = encodeText(reply.entries.map((entry) => entry + "\0").join(""));
      packet.i64(entries.length).block(entries);
      break;
    }
    case "ack":
    case "nak":
    case "bad-request":
    case "out-of-memory":
    case "no-service":
    case "already":
    case "list-done":
    case "pinned-stopped":
    case "pinned-started":
    case "shutting-down":
    case "description-error":
    case "load-error":
    case "signal-no-process":
    case "signal-bad-number":
    case "signal-failed":
    case "preack":
      break;
    default:
      unreachable(reply);
  }
}

/** An information packet as bytes, to be written whole. */
export function encodeInformation(information: Information): Uint8Array {
  switch (information.kind) {
    case "service-event": {
      const { form, status } = information;
      const statusSize = status === undefined ? 0 : STATUS_SIZE[form];
      const packet = new PacketWriter()
        .u8(form === 5 ? INFO_CODE["service-event-5"] : INFO_CODE["service-event-1"])
        .u8(EVENT_HEADER_BYTES + statusSize)
        .u32(information.handle)
        .u8(EVENT_NUMBERS.indexOf(information.event));
      if (status !== undefined) writeStatus(packet, status, form);
      return packet.finish();
    }
    case "environment-event": {
      const text = encodeText(information.text);
      return new PacketWriter()
        .u8(INFO_CODE["environment-event"])
        .u8(ENVIRONMENT_HEADER_BYTES)
        .u8(information.hadValue ? 1 : 0)
        .u16(text.length + 1)
        .block(text)
        .u8(0)
        .finish();
    }
    default:
      return unreachable(information);
  }
}

/** Longest block whose length has two bytes. */
const LONGEST_TEXTS_BYTES = 0xffff;

/** Each ends with a NUL; those that do not fit are left out. */
function writeTexts(packet: PacketWriter, flag: number, texts: readonly string[]): void {
  const blocks: Uint8Array[] = [];
  let length = 0;
  for (const text of texts) {
    const block = encodeText(text.replaceAll("\0", "\ufffd") + "\0");
    if (length + block.length > LONGEST_TEXTS_BYTES) continue;
    blocks.push(block);
    length += block.length;
  }
  packet.u8(flag).u16(length);
  for (const block of blocks) packet.block(block);
}

/** The length counts the whole packet, its first six bytes too; it is known only at the end. */
function writeLoadMechanism(
  packet: PacketWriter,
  reply: Extract<Reply, { kind: "load-mechanism" }>,
): void {
  const workingDirectory = encodeText(reply.workingDirectory);
  const directories = reply.directories.map(encodeText);
  let total = 14 + workingDirectory.length;
  for (const directory of directories) total += 4 + directory.length;
  packet.u8(reply.mechanism)
    .u32(total)
    .u32(directories.length)
    .u32(workingDirectory.length)
    .block(workingDirectory);
  for (const directory of directories) packet.u32(directory.length).block(directory);
}

/** Cuts at the last whole UTF-8 sequence that fits: a longer name would ruin the list for clients. */
function cutName(name: Uint8Array): Uint8Array {
  if (name.length <= LISTED_NAME_LIMIT_BYTES) return name;
  let end = LISTED_NAME_LIMIT_BYTES;
  while (end > 0 && isContinuation(name[end])) end -= 1;
  return name.subarray(0, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
