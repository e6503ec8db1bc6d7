/**
 * Where the output of services is, and what is in it: buffers that the manager keeps, and files
 * with those that were put aside.
 */
import { joinPath } from "../../../core/paths.ts";
import type { Handle } from "../../../core/protocol/mod.ts";
import type { Session } from "../../connection/session.ts";
import type { ClientIo } from "../../interface/io.ts";
import { PAUSE, type Waiting } from "../../interface/waits.ts";
import { descriptionDirectory, type ManagerPaths } from "../lookup/description_file.ts";
import { type ReadingContext, readService } from "../lookup/read_service.ts";
import { findService } from "../lookup/service_lookup.ts";
import { newBytes } from "./new_output.ts";
import { joinedBytes } from "../../../core/text/joined_bytes.ts";

/** The output of one service, to be read again and again. */
export interface LogSource {
  readonly service: string;
  /** It is only of this boot. */
  readonly isBuffer: boolean;
  /** What has come since the last look; at the first one all that is kept. */
  read(): Waiting<Uint8Array>;
}

/** Of files no more than this is shown, the newest of it: nobody reads more. */
export const MOST_FILE_BYTES = 16 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * The output of a loaded service; undefined: it has none that is kept, or runs nothing.
 *
 * @param reading For its description, which tells where the file is.
 */
export function* logSource(
  service: string,
  { session, io, paths, reading }: {
    readonly session: Session;
    readonly io: ClientIo;
    readonly paths: ManagerPaths;
    readonly reading: ReadingContext;
  },
): Waiting<LogSource | undefined> {
  const first = yield* readBuffer(session, service);
  if (first === "not-loaded") return undefined;
  if (first !== "no-buffer") return bufferSource(service, first, session);
  if (!session.knows("query-description-directory")) return undefined;
  const found = yield* findService(session, service);
  if (found === undefined) return undefined;
  const directory = yield* descriptionDirectory(paths, found.handle);
  yield* release(session, found.handle);
  const read = yield* readService(service, [directory], reading);
  if (read.kind !== "read") return undefined;
  const { type, log, workingDirectory } = read.draft.body;
  if (log.kind !== "file" || type === "internal" || type === "triggered") return undefined;
  return fileSource(service, joinPath(workingDirectory, log.path), log.rotation?.count ?? 0, io);
}

function bufferSource(service: string, first: Uint8Array, session: Session): LogSource {
  let seen = NOTHING as Uint8Array;
  let next: Uint8Array | undefined = first;
  return {
    service,
    isBuffer: true,
    *read() {
      const now: Uint8Array | "not-loaded" | "no-buffer" = next ??
        (yield* readBuffer(session, service));
      next = undefined;
      // It is not loaded now, or has another description; that may change again.
      if (typeof now === "string") return NOTHING;
      const added = newBytes(seen, now);
      seen = now;
      return added;
    },
  };
}

/** @param oldCount How many files are kept that were put aside. */
function fileSource(service: string, path: string, oldCount: number, io: ClientIo): LogSource {
  /** Of the file that was read last, and how far. */
  let file: string | undefined;
  let readUpTo = 0;
  return {
    service,
    isBuffer: false,
    *read() {
      if (file === undefined) {
        const parts: Uint8Array[] = [];
        let room = MOST_FILE_BYTES;
        for (let number = 0; number <= oldCount && room > 0; number++) {
          yield PAUSE;
          const part = io.files.readEnd(number === 0 ? path : `${path}.${number}`, room);
          if (number === 0 && part !== undefined) {
            file = part.identity;
            readUpTo = part.sizeBytes;
          }
          if (part === undefined) continue;
          room -= part.bytes.length;
          parts.unshift(part.bytes);
        }
        return joinedBytes(parts);
      }
      const now = io.files.readEnd(path, MOST_FILE_BYTES, { identity: file, from: readUpTo });
      if (now === undefined) return NOTHING;
      if (now.identity === file) {
        readUpTo = now.sizeBytes;
        return now.bytes;
      }
      // It was put aside: what came last into the old one, then the new one.
      const old = io.files.readEnd(`${path}.1`, MOST_FILE_BYTES, {
        identity: file,
        from: readUpTo,
      });
      const isOld = old?.identity === file;
      file = now.identity;
      readUpTo = now.sizeBytes;
      return isOld ? joinedBytes([old.bytes, now.bytes]) : now.bytes;
    },
  };
}

function* readBuffer(
  session: Session,
  name: string,
): Waiting<Uint8Array | "not-loaded" | "no-buffer"> {
  const service = yield* findService(session, name);
  if (service === undefined) return "not-loaded";
  const { handle } = service;
  const reply = yield* session.expect({ kind: "read-log", handle, clear: false }, "log", "nak");
  yield* release(session, handle);
  return reply.kind === "log" ? reply.bytes : "no-buffer";
}

/** It would keep others from a reload. Managers before version 4 cannot be told. */
function* release(session: Session, handle: Handle): Waiting<void> {
  if (session.knows("close-handle")) yield* session.expect({ kind: "close-handle", handle }, "ack");
}
