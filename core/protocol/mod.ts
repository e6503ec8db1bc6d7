/**
 * The control protocol, versions 1 to 7: how clients order a manager about over a Unix socket.
 *
 * Pure: values to bytes and back, for both sides. A client writes with `encodeRequest` and reads
 * with a `ReplyReader`; a server reads with `readRequest` and writes with `encodeReply` and
 * `encodeInformation`. Upstream's `dinitctl` and daemon understand these bytes.
 */
export type { ReportedDetails, ReportedHealth } from "./details.ts";
export { handedReply } from "./handed_reply.ts";
export { type Handle, handle } from "./handle.ts";
export { encodeInformation, healthEvent, type Information } from "./information.ts";
export type { AskedOrder, Plan } from "../planned.ts";
export { encodeReplies, encodeReply, type Reply, writeReply } from "./replies.ts";
export { REPLY_LIMIT_BYTES, ReplyReader, type ServerPacket } from "./reply_reader.ts";
export {
  type DependencyEnds,
  encodeRequest,
  OWN_PROGRAM,
  readRequest,
  type Request,
  type RequestReading,
  requestSince,
} from "./requests.ts";
export {
  ALL_RIGHTS,
  missingRightText,
  neededRight,
  NOT_ALLOWED,
  PASSED_RIGHTS,
  type Right,
  type Rights,
  type Role,
  ROLE_RIGHTS,
} from "./rights.ts";
export type { Remark, Remarks } from "./remarks.ts";
export type { Summaries } from "./texts/summaries.ts";
export type { FileTime, ReportedExit, ReportedStatus, StatusForm } from "./status_block.ts";
export { decodeText, encodeText } from "../text/byte_text.ts";
export { REQUEST_LIMIT_BYTES, TEXT_LIMIT_BYTES } from "./layout/text_fields.ts";
export {
  checkVersion,
  CURRENT_VERSION,
  MINIMUM_VERSION,
  VERSION_OF_DESCRIPTION_TIME,
  VERSION_OF_EXIT_DETAILS,
  type VersionCheck,
} from "./version.ts";
