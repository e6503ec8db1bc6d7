/**
 * What goes into the scheduler, as bytes that are written while it goes in: events of which there
 * are many are a row of numbers, what else there is is text as a report has it.
 *
 *     0  when    8  what it is; role, status    12  service    16  number    20  length of the text
 *    24  the text, and spaces
 *
 * What a description is part of is left out: it is too much to be written at once.
 */
import type { Event } from "../event.ts";
import type { Input } from "../schedule/input_watch.ts";
import { fromPlain, toPlain } from "../state/plain_json.ts";
import type { ExitStatus, Instant, Pid, ServiceId } from "../types.ts";

const ROW_BYTES = 24;
/** More than any order or event that is told in words. */
const LONGEST_TEXT_BYTES = 2048;

/** Those that are rows. The places are their numbers: newer versions read them. */
const ROWS = [
  ...["text", "left-out", "spawned", "exec-succeeded", "launch-deferred", "exited", "ready"],
  ...["readiness-closed", "stopping", "main-pid", "watchdog-expired", "listening", "console-busy"],
  ...["console-idle", "all-killed", "deadline"],
] as const;
const TEXT = 0;
const LEFT_OUT = 1;
const CODES: ReadonlyMap<string, number> = new Map(ROWS.map((kind, code) => [kind, code]));
const STATUSES: readonly ExitStatus["kind"][] = ["none", "exited", "signalled"];
const STOP = 1 << 8;
const DUMPED = 1 << 9;
const STATUS_SHIFT = 10;

/** Something that went in; of what was left out is known what it was. */
export type RecordedInput =
  | { readonly at: Instant; readonly input: Input }
  | { readonly at: Instant; readonly leftOut: string };

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** Whether only its name is written, so that what comes after it follows from a later state. */
export function isLeftOut(input: Input): boolean {
  return !("kind" in input) || input.kind === "reload" || input.kind === "reload-together" ||
    input.kind === "unload";
}

/** Writes records one behind the other. */
export class InputRecords {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  length = 0;

  /** @param bytes Where to; begins at a multiple of eight in its buffer. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    this.#doubles = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3);
  }

  /** @returns False when there is no room for it, or when it is too long and left out. */
  append(input: Input, now: Instant): boolean {
    if (this.length + ROW_BYTES > this.#bytes.length) return false;
    if (isLeftOut(input)) return this.#appendText(LEFT_OUT, nameOf(input), now);
    const event = input as Event;
    const code = CODES.get(event.kind);
    if (code === undefined || "pidFile" in event) {
      return this.#appendText(TEXT, JSON.stringify(toPlain(input)), now);
    }
    const word = this.length >> 2;
    const words = this.#words;
    this.#doubles[this.length >> 3] = now;
    let flags = code;
    let number = 0;
    if ("role" in event && event.role === "stop") flags |= STOP;
    if ("pid" in event) number = event.pid;
    if (event.kind === "exited") {
      const { status } = event;
      flags |= STATUSES.indexOf(status.kind) << STATUS_SHIFT;
      if (status.kind === "exited") number = status.code;
      else if (status.kind === "signalled") {
        number = status.signal;
        if (status.dumpedCore) flags |= DUMPED;
      }
    }
    words[word + 2] = flags;
    words[word + 3] = "service" in event ? event.service : 0;
    words[word + 4] = number;
    words[word + 5] = 0;
    this.length += ROW_BYTES;
    return true;
  }

  #appendText(code: number, text: string, now: Instant): boolean {
    const encoded = ENCODER.encode(text);
    const isLong = encoded.length > LONGEST_TEXT_BYTES;
    const bytes = isLong ? encoded.subarray(0, LONGEST_TEXT_BYTES) : encoded;
    const end = (this.length + ROW_BYTES + bytes.length + 7) & ~7;
    if (end > this.#bytes.length) return false;
    const word = this.length >> 2;
    this.#doubles[this.length >> 3] = now;
    this.#words[word + 2] = isLong ? LEFT_OUT : code;
    this.#words[word + 3] = 0;
    this.#words[word + 4] = 0;
    this.#words[word + 5] = bytes.length;
    this.#bytes.set(bytes, this.length + ROW_BYTES);
    this.length = end;
    return !isLong;
  }
}

function nameOf(input: Input): string {
  return "kind" in input
    ? input.kind
    : `load ${input.descriptions.map(({ name }) => name).join(" ")}`;
}

/** Reads them; what cannot be one ends it. */
export function readRecords(bytes: Uint8Array): readonly RecordedInput[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: RecordedInput[] = [];
  for (let from = 0; from + ROW_BYTES <= bytes.length;) {
    const at = view.getFloat64(from, true) as Instant;
    const flags = view.getInt32(from + 8, true);
    const length = view.getInt32(from + 20, true);
    const end = (from + ROW_BYTES + length + 7) & ~7;
    if (length < 0 || end > bytes.length) break;
    const text = DECODER.decode(bytes.subarray(from + ROW_BYTES, from + ROW_BYTES + length));
    const code = flags & 0xff;
    if (code === LEFT_OUT) found.push({ at, leftOut: text });
    else {
      const service = view.getInt32(from + 12, true) as ServiceId;
      const number = view.getInt32(from + 16, true);
      const input = code === TEXT ? parsed(text) : eventOf(flags, service, number);
      if (input === undefined) break;
      found.push({ at, input });
    }
    from = end;
  }
  return found;
}

function parsed(text: string): Input | undefined {
  try {
    return fromPlain(JSON.parse(text)) as Input;
  } catch {
    return undefined;
  }
}

function eventOf(flags: number, service: ServiceId, number: number): Event | undefined {
  const kind = ROWS[flags & 0xff];
  const role = (flags & STOP) === 0 ? "start" : "stop";
  switch (kind) {
    case "spawned":
      return { kind, service, role, pid: number as Pid };
    case "exec-succeeded":
    case "launch-deferred":
      return { kind, service, role };
    case "exited":
      return { kind, service, role, status: statusOf(flags, number) };
    case "main-pid":
      return { kind, service, pid: number as Pid };
    case "console-busy":
    case "console-idle":
    case "deadline":
      return { kind };
    case "ready":
    case "readiness-closed":
    case "stopping":
    case "watchdog-expired":
    case "listening":
    case "all-killed":
      return { kind, service };
    default:
      return undefined;
  }
}

function statusOf(flags: number, number: number): ExitStatus {
  switch (STATUSES[flags >> STATUS_SHIFT]) {
    case "exited":
      return { kind: "exited", code: number };
    case "signalled":
      return { kind: "signalled", signal: number, dumpedCore: (flags & DUMPED) !== 0 };
    default:
      return { kind: "none" };
  }
}
