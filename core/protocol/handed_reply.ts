/** Replies that stay within one program, where they need not become bytes. */
import { plainDetails } from "./details.ts";
import { listedName } from "./reply_fields.ts";
import { REPLIES, type Reply } from "./replies.ts";
import { reportedStatus } from "./status_block.ts";

/**
 * A reply as it comes out of its bytes; undefined: it is to be written and read. Those that come in
 * hundreds are here, and those that have nothing which their bytes could change.
 */
export function handedReply(reply: Reply): Reply | undefined {
  switch (reply.kind) {
    case "service-info": {
      const { kind, name, form, status } = reply;
      if (form === 1) return undefined;
      return { kind, name: listedName(name), form, status: reportedStatus(status, form) };
    }
    case "status": {
      const { kind, existed, form, status } = reply;
      if (form === 1) return undefined;
      return { kind, existed, form, status: reportedStatus(status, form) };
    }
    case "service-record":
      return reply;
    case "description-directory":
      return reply.directory.isWellFormed() ? reply : undefined;
    case "details": {
      const details = plainDetails(reply.details);
      return details && { kind: "details", details };
    }
    default:
      return REPLIES[reply.kind].fields.length === 0 ? reply : undefined;
  }
}
