/**
 * The requests: a row each. Their types, a client's writing and a server's reading follow from the
 * rows.
 *
 * To add one: a row here; then the compiler asks for its answer in
 * `daemon/control/answers/requests.ts`.
 *
 * Every request says by its first bytes how long it is, so a stream of them needs no framing.
 */
import {
  BOOLEAN,
  choice,
  Fault,
  field,
  flags,
  HANDLE,
  I32,
  spare,
  unusedHandle,
} from "./layout/fields.ts";
import { type Handle, NO_HANDLE } from "./handle.ts";
import { DEPENDENCY_NUMBERS, PLANNED_VERB_NUMBERS, SHUTDOWN_NUMBERS } from "./numbers.ts";
import { packetBytes, PacketReader } from "./layout/packet_bytes.ts";
import {
  type MessageOf,
  packetFinder,
  packetLength,
  type PacketRow,
  readPacket,
  writePacket,
} from "./layout/packet_table.ts";
import type { RuntimeDependencyKind } from "../types.ts";
import { NO_STATUS_READING, type StatusForm } from "./status_block.ts";
import { REQUEST_LIMIT_BYTES, requestText } from "./layout/text_fields.ts";

interface RequestRow extends PacketRow {
  /**
   * The first protocol version that has it. A server takes every request at any time; clients must
   * not send what an older server does not know (it would close the connection).
   */
  readonly since: number;
  /** Form of the statuses in its answer, which do not say it themselves. */
  readonly statusForm?: StatusForm;
}

const SERVICE = field("handle", HANDLE);

/** 1 to 1021 bytes. */
const SERVICE_NAME = field(
  "name",
  requestText((name) =>
    name.startsWith(".") || name.startsWith("@")
      ? `Service name begins with "${name[0]}"`
      : undefined
  ),
);

/** `pin`: pin the service. `preack`: reply 79 is wanted before anything is done. */
const ORDER_BITS = { pin: 1, preack: 128 };
const ORDER = [flags(ORDER_BITS), SERVICE] as const;

/** `from` depends on `to`. */
const DEPENDENCY = [
  field(
    "dependency",
    choice(DEPENDENCY_NUMBERS, (type) => `Dependency type ${type} is not for requests`),
  ),
  field("from", HANDLE),
  field("to", HANDLE),
] as const;

const SHUTDOWN = choice(SHUTDOWN_NUMBERS, (type) => `Unknown shutdown type ${type}`);

/** `NAME=VALUE` to set, `NAME` to unset; 1 to 1021 bytes. */
const ENVIRONMENT_TEXT = field(
  "text",
  requestText((text) => {
    if (text.startsWith("=")) return "Environment text has no name";
    // Such a variable could not be passed to any program.
    return text.includes("\0") ? "Environment text has a NUL byte" : undefined;
  }),
);

/** In place of a path: the program that the manager is, or what is in its place by now. */
export const OWN_PROGRAM = "-";

/** Absolute path or {@linkcode OWN_PROGRAM}; 1 to 1021 bytes. */
const PROGRAM = field(
  "program",
  requestText((path) =>
    path === OWN_PROGRAM || (path.startsWith("/") && !path.includes("\0"))
      ? undefined
      : "The program is no absolute path"
  ),
);

/**
 * All requests, in the order of their codes.
 *
 * Those with a mark are ours: in request 15, the byte after the code asks for something else than
 * the service's name, and reply 66 with the same mark gives it. Upstream takes no notice of the one
 * and sends 0 as the other, so its managers answer our clients with the name (or, for no service,
 * with nak), and its clients never see it.
 */
export const REQUESTS = {
  "query-version": { code: 0, since: 1, fields: [] },
  "find": { code: 1, since: 1, fields: [SERVICE_NAME] },
  "load": { code: 2, since: 1, fields: [SERVICE_NAME] },
  "start": { code: 3, since: 1, fields: ORDER },
  /**
   * `gentle`: refused if dependents hold it. `restart`: start again afterwards; `pin` is ignored
   * then.
   */
  "stop": { code: 4, since: 1, fields: [flags({ ...ORDER_BITS, gentle: 2, restart: 4 }), SERVICE] },
  "wake": { code: 5, since: 1, fields: ORDER },
  "release": { code: 6, since: 1, fields: ORDER },
  "unpin": { code: 7, since: 1, fields: [SERVICE] },
  "list": { code: 8, since: 1, fields: [], statusForm: 1 },
  "unload": { code: 9, since: 1, fields: [SERVICE] },
  "shutdown": { code: 10, since: 1, fields: [field("type", SHUTDOWN)] },
  "add-dependency": { code: 11, since: 1, fields: DEPENDENCY },
  "remove-dependency": { code: 12, since: 1, fields: DEPENDENCY },
  "query-load-mechanism": { code: 13, since: 1, fields: [] },
  "enable": { code: 14, since: 1, fields: DEPENDENCY },
  "query-name": { code: 15, since: 1, fields: [spare("taken"), SERVICE] },
  /** What `details.ts` tells of the service. */
  "query-details": { code: 15, mark: 0x44, since: 1, fields: [SERVICE] },
  /** What the loaded services are, in their own words. */
  "query-summaries": { code: 15, mark: 0x41, since: 1, fields: [unusedHandle(NO_HANDLE)] },
  /**
   * What is to be said of loaded services beside their status. From then on health events of
   * services with a handle come on this connection, which nobody else is sent.
   */
  "query-remarks": { code: 15, mark: 0x48, since: 1, fields: [unusedHandle(NO_HANDLE)] },
  /**
   * Has a started service read its own configuration again; answered when it has, as far as that is
   * known, or by nak.
   */
  "refresh": { code: 15, mark: 0x52, since: 1, fields: [SERVICE] },
  /** Why the last request on this connection was refused. */
  "query-cause": { code: 15, mark: 0x43, since: 1, fields: [unusedHandle(NO_HANDLE)] },
  /**
   * What would come of the orders that were asked about on this connection since the last such
   * request, were they given one after the other now. Of none: nothing, but who answers with a plan
   * knows the three requests that follow, of which a manager that does not may not be sent any.
   */
  "plan": { code: 15, mark: 0x50, since: 1, fields: [unusedHandle(NO_HANDLE)] },
  /** `force`: dependents go down as well. */
  "plan-order": {
    code: 15,
    mark: 0x4f,
    since: 1,
    fields: [
      field("verb", choice(PLANNED_VERB_NUMBERS)),
      flags({ pin: 1, force: 2 }),
      SERVICE_NAME,
    ],
  },
  /** A reload of all loaded services whose files are others now. */
  "plan-reload": { code: 15, mark: 0x46, since: 1, fields: [] },
  "plan-shutdown": { code: 15, mark: 0x53, since: 1, fields: [field("type", SHUTDOWN)] },
  /**
   * Carries out what the same requests ask about that `plan` would answer, all in one step; they
   * have to be reloads. Services that are not loaded are loaded.
   */
  "reload-together": { code: 15, mark: 0x4c, since: 1, fields: [unusedHandle(NO_HANDLE)] },
  /** What the scheduler was given last: a text of `core/report/`. */
  "report": { code: 15, mark: 0x54, since: 1, fields: [unusedHandle(NO_HANDLE)] },
  /** When services were started, and what they wait for. */
  "query-starts": { code: 15, mark: 0x42, since: 1, fields: [unusedHandle(NO_HANDLE)] },
  /** What the manager takes of the machine; who answers this knows the next one, too. */
  "query-manager": { code: 15, mark: 0x4d, since: 1, fields: [unusedHandle(NO_HANDLE)] },
  /** What a service takes. By its name: a handle would keep others from a reload. */
  "query-usage": { code: 15, mark: 0x55, since: 1, fields: [SERVICE_NAME] },
  "reload": { code: 16, since: 1, fields: [SERVICE] },
  "set-environment": { code: 17, since: 1, fields: [ENVIRONMENT_TEXT] },
  "status": { code: 18, since: 1, fields: [SERVICE], statusForm: 1 },
  "set-trigger": { code: 19, since: 2, fields: [SERVICE, field("on", BOOLEAN)] },
  "read-log": { code: 20, since: 2, fields: [flags({ clear: 1 }), SERVICE] },
  /** The signal's number as the server's kernel has it. */
  "signal": { code: 21, since: 2, fields: [field("signal", I32), SERVICE] },
  "query-description-directory": { code: 22, since: 3, fields: [spare("refused"), SERVICE] },
  "close-handle": { code: 23, since: 4, fields: [SERVICE] },
  "list-environment": { code: 24, since: 4, fields: [spare("bad")] },
  "list-5": { code: 25, since: 5, fields: [], statusForm: 5 },
  "status-5": { code: 26, since: 5, fields: [SERVICE], statusForm: 5 },
  "listen-environment": { code: 27, since: 5, fields: [] },
  "status-6": { code: 28, since: 6, fields: [SERVICE], statusForm: 6 },
  "enable-7": { code: 29, since: 7, fields: DEPENDENCY, statusForm: 6 },
  /**
   * Has another program take the manager's place; answered when it is there, or by nak. Ours, and
   * too long for a mark: a manager must have said that it is ours before (`query-cause`).
   */
  "reexec": { code: 201, since: 1, fields: [PROGRAM] },
} as const satisfies Readonly<Record<string, RequestRow>>;

export type Request = MessageOf<typeof REQUESTS>;

/** The two ends of a dependency: `from` depends on `to`. */
export interface DependencyEnds {
  readonly dependency: RuntimeDependencyKind;
  readonly from: Handle;
  readonly to: Handle;
}

/** The first protocol version that has a request of this kind. */
export function requestSince(kind: Request["kind"]): number {
  return REQUESTS[kind].since;
}

/** The form of statuses in the answer to a request; undefined: it has none. */
export function statusFormOf(kind: Request["kind"]): StatusForm | undefined {
  const row: RequestRow = REQUESTS[kind];
  return row.statusForm;
}

/**
 * A request as bytes, to be sent in one write.
 *
 * @throws {RangeError} When a name or text is empty or longer than 1021 bytes, and when the whole
 *   is longer than the server can take.
 */
export function encodeRequest(request: Request): Uint8Array {
  const bytes = packetBytes((packet) => writePacket(packet, REQUESTS[request.kind], request));
  if (bytes.length > REQUEST_LIMIT_BYTES) throw new RangeError(lengthFault(bytes.length));
  return bytes;
}

/** The server could wait for the rest of it for ever: it has no room for more. */
function lengthFault(length: number): string {
  return `Request of ${length} bytes: allowed are ${REQUEST_LIMIT_BYTES}`;
}

/** What the server finds at the beginning of the bytes it has received so far. */
export type RequestReading =
  /** A request that takes the first `length` bytes. */
  | { readonly kind: "request"; readonly request: Request; readonly length: number }
  /** A request to be answered with reply 51 (nak): a spare byte is set. The connection goes on. */
  | { readonly kind: "refused"; readonly length: number }
  /** It is not complete. */
  | { readonly kind: "need-more" }
  /** To be answered with reply 52; nothing after it may be read. */
  | { readonly kind: "bad"; readonly why: string };

const NEED_MORE: RequestReading = { kind: "need-more" };

/** One for all requests: making it takes longer than reading most of them. */
const READER = new PacketReader(new Uint8Array(0));

const requestAt = packetFinder(REQUESTS);

/** Reads the request at the beginning of the bytes; never throws. */
export function readRequest(bytes: Uint8Array): RequestReading {
  const known = requestAt(bytes);
  if (known === "need-more") return NEED_MORE;
  if (known === undefined) return { kind: "bad", why: `Unknown request ${bytes[0]}` };
  const length = packetLength(known, bytes, NO_STATUS_READING);
  if (length instanceof Fault) return { kind: "bad", why: length.why };
  if (length === "need-more") return NEED_MORE;
  if (length > REQUEST_LIMIT_BYTES) return { kind: "bad", why: lengthFault(length) };
  if (bytes.length < length) return NEED_MORE;
  const request = readPacket(READER.restart(bytes, length), known, NO_STATUS_READING);
  if (!(request instanceof Fault)) return { kind: "request", request, length };
  return request.kind === "refused"
    ? { kind: "refused", length }
    : { kind: "bad", why: request.why };
}
