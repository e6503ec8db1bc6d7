/**
 * Fields that only one reply has: what is in a list's entry, a status, and where descriptions are.
 */
import { Fault, type Field } from "./layout/fields.ts";
import {
  readStatus,
  type ReportedStatus,
  STATUS_SIZE,
  type StatusForm,
  writeStatus,
} from "./status_block.ts";
import { lengthAt } from "./layout/text_fields.ts";
import { decodeText, encodeText } from "../text/byte_text.ts";

/** Longest name in a list entry, in bytes: its length is one byte. */
const LISTED_NAME_LIMIT_BYTES = 255;

const NOT_ASKED = new Fault("No status was asked for");
const UNKNOWN_STATUS = new Fault("Status has a number without a meaning");

/**
 * Length of the name, status, name. A name of more than 255 bytes comes cut. By hand, as they come
 * in thousands.
 */
export const LIST_ENTRY: Field<{
  readonly name: string;
  readonly form: 1 | 5;
  readonly status: ReportedStatus;
}> = {
  size(bytes, at, { form }) {
    if (form === undefined) return NOT_ASKED;
    const nameLength = bytes[at];
    return nameLength === undefined ? "need-more" : 1 + STATUS_SIZE[form] + nameLength;
  },
  write(packet, message) {
    const name = cutName(encodeText(message.name));
    packet.u8(name.length);
    writeStatus(packet, message.status, message.form);
    packet.block(name);
  },
  read(packet, message, reading) {
    const nameLength = packet.u8();
    const form = reading.form === 1 ? 1 : 5;
    const status = readStatus(packet, form, reading.formOneExit);
    if (status === undefined) return UNKNOWN_STATUS;
    message.form = form;
    message.status = status;
    message.name = packet.text(nameLength);
    return undefined;
  },
};

/**
 * Whether it existed, status of the form that was asked for. By hand, as watchers ask again and
 * again.
 */
export const STATUS_ANSWER: Field<{
  /** Answer to `enable-7`: an equal dependency was there before. Otherwise false. */
  readonly existed: boolean;
  readonly form: StatusForm;
  readonly status: ReportedStatus;
}> = {
  size: (_bytes, _at, { form }) => form === undefined ? NOT_ASKED : 1 + STATUS_SIZE[form],
  write(packet, { existed, status, form }) {
    packet.u8(existed ? 1 : 0);
    writeStatus(packet, status, form);
  },
  read(packet, message, { form = 1, formOneExit }) {
    message.existed = packet.u8() !== 0;
    const status = readStatus(packet, form, formOneExit);
    if (status === undefined) return UNKNOWN_STATUS;
    message.form = form;
    message.status = status;
    return undefined;
  },
};

/** Bytes of reply 64 before the working directory. */
const LOAD_HEADER_BYTES = 14;

/** The length at their beginning counts the whole packet, so its first bytes, too. */
export const LOAD_PATHS: Field<{
  /** Empty when unknown. */
  readonly workingDirectory: string;
  /** In the order of search, as configured, perhaps relative to the working directory. */
  readonly directories: readonly string[];
}> = {
  size(bytes, at) {
    const total = lengthAt(bytes, at, 4);
    return typeof total === "number" ? total - at : total;
  },
  write(packet, message) {
    const workingDirectory = encodeText(message.workingDirectory);
    const directories = message.directories.map(encodeText);
    let total = LOAD_HEADER_BYTES + workingDirectory.length;
    for (const directory of directories) total += 4 + directory.length;
    packet.u32(total)
      .u32(directories.length)
      .u32(workingDirectory.length)
      .block(workingDirectory);
    for (const directory of directories) packet.u32(directory.length).block(directory);
  },
  read(packet, message) {
    packet.u32();
    const count = packet.u32();
    message.workingDirectory = packet.text(packet.u32());
    const directories: string[] = [];
    while (directories.length < count) directories.push(packet.text(packet.u32()));
    message.directories = directories;
    return undefined;
  },
};

/** A name as it comes out of a list's entry. */
export function listedName(name: string): string {
  // As UTF-8, a character takes three bytes at most.
  if (3 * name.length <= LISTED_NAME_LIMIT_BYTES) return name;
  return decodeText(cutName(encodeText(name)));
}

/**
 * Cuts at the last whole UTF-8 sequence that fits: a longer name would ruin the list for clients.
 */
function cutName(name: Uint8Array): Uint8Array {
  if (name.length <= LISTED_NAME_LIMIT_BYTES) return name;
  let end = LISTED_NAME_LIMIT_BYTES;
  while (end > 0 && isContinuation(name[end])) end -= 1;
  return name.subarray(0, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
