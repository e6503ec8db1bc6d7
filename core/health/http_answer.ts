/**
 * The beginning of an answer to an HTTP request, as it comes in: whether it has the status and the
 * text that are wanted. Nothing is kept but what is asked for, and no more than the bounds.
 *
 * Source: RFC 9112, sections 4 (status line), 5 (fields), 6.3 (length of a body), 7.1 (chunks).
 */
import type { WantedAnswer } from "../description/contract/description.ts";

/** Status line and fields. */
export const HEAD_LIMIT_BYTES = 16 * 1024;
/** Of the body, as far as it is looked at. */
export const BODY_LIMIT_BYTES = 64 * 1024;
/** With the sizes of its chunks. */
const CHUNKED_LIMIT_BYTES = 2 * BODY_LIMIT_BYTES;
/** So long a body is looked at whenever something comes. */
const SHORT_BYTES = 4096;
/** A longer one only so often: each look is one at all of it. */
const MOST_LOOKS = 200;

/** `why`: a sentence without its end. */
export type HttpVerdict =
  | { readonly kind: "more" }
  | { readonly kind: "good" }
  | { readonly kind: "bad"; readonly why: string };

const MORE: HttpVerdict = { kind: "more" };
const GOOD: HttpVerdict = { kind: "good" };

/** The request, and what is wanted of the answer. @param hostText As in the URL, with the port. */
export function httpRequest(path: string, hostText: string): Uint8Array {
  return new TextEncoder().encode(
    `GET ${path} HTTP/1.1\r\nHost: ${hostText}\r\nUser-Agent: dinit-probe\r\n` +
      "Accept: */*\r\nConnection: close\r\n\r\n",
  );
}

export class HttpAnswer {
  readonly #wanted: WantedAnswer;
  #bytes = new Uint8Array(4096);
  #length = 0;
  #head: Head | undefined;
  #looks = 0;

  constructor(wanted: WantedAnswer) {
    this.#wanted = wanted;
  }

  /** Bytes have come in. */
  take(bytes: Uint8Array): HttpVerdict {
    this.#add(bytes);
    return this.#judge(false);
  }

  /** Nothing more will come. */
  end(): HttpVerdict {
    const verdict = this.#judge(true);
    return verdict.kind === "more" ? bad("the answer breaks off") : verdict;
  }

  #add(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  #judge(isEnd: boolean): HttpVerdict {
    while (this.#head === undefined) {
      const head = readHead(this.#bytes.subarray(0, this.#length));
      if (head.kind !== "head") return head;
      if (head.status >= 200) {
        this.#head = head;
        break;
      }
      // Something comes before the answer (100, 103): the answer is behind it.
      this.#bytes = this.#bytes.slice(head.length, Math.max(this.#length, head.length + 1));
      this.#length -= head.length;
    }
    const { status, location } = this.#head;
    const { statuses, contains } = this.#wanted;
    if (!statuses.some(([from, to]) => status >= from && status <= to)) {
      return bad(`the status is ${status}${location === undefined ? "" : ` (to ${location})`}`);
    }
    return contains === undefined ? GOOD : this.#judgeBody(this.#head, contains, isEnd);
  }

  #judgeBody(head: Head, contains: string, isEnd: boolean): HttpVerdict {
    const raw = this.#bytes.subarray(head.length, this.#length);
    if (raw.length > SHORT_BYTES && ++this.#looks > MOST_LOOKS) {
      return bad("the body comes in too small pieces");
    }
    const body = bodyOf(raw, head, isEnd);
    if (body === undefined) return bad("the body is not divided as HTTP says");
    const seen = body.bytes.subarray(0, BODY_LIMIT_BYTES);
    if (indexOf(seen, new TextEncoder().encode(contains)) >= 0) return GOOD;
    const shown = JSON.stringify(contains);
    if (body.isWhole && body.bytes.length <= BODY_LIMIT_BYTES) {
      return bad(`the body does not contain ${shown}`);
    }
    const isTooLong = body.bytes.length >= BODY_LIMIT_BYTES || raw.length > CHUNKED_LIMIT_BYTES;
    if (!isTooLong) return MORE;
    return bad(`the first ${BODY_LIMIT_BYTES / 1024} kB of the body do not contain ${shown}`);
  }
}

interface Head {
  readonly kind: "head";
  readonly status: number;
  /** With the empty line behind it. */
  readonly length: number;
  /** Where a redirection leads, which is not followed. */
  readonly location: string | undefined;
  /** `until-close`: the end of the connection is that of the body. */
  readonly framing: "chunked" | "until-close" | number;
}

function readHead(bytes: Uint8Array): Head | HttpVerdict {
  const end = headEnd(bytes);
  if (end === undefined) {
    if (bytes.length >= 5 && !isHttp(bytes)) return bad("the answer is not HTTP");
    if (bytes.length <= HEAD_LIMIT_BYTES) return MORE;
    return bad(`its header is longer than ${HEAD_LIMIT_BYTES / 1024} kB`);
  }
  if (end > HEAD_LIMIT_BYTES) {
    return bad(`its header is longer than ${HEAD_LIMIT_BYTES / 1024} kB`);
  }
  // Bytes beyond ASCII stand for themselves: nothing that is understood has any.
  const text = Array.from(bytes.subarray(0, end), (byte) => String.fromCharCode(byte)).join("");
  const [line = "", ...fields] = text.split(/\r?\n/);
  const status = /^HTTP\/1\.[0-9] ([1-5][0-9]{2})(?: |$)/.exec(line)?.[1];
  if (status === undefined) return bad("the answer is not HTTP");
  const values = new Map<string, string>();
  for (const field of fields) {
    const colon = field.indexOf(":");
    if (colon > 0) values.set(field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim());
  }
  const location = values.get("location");
  return {
    kind: "head",
    status: Number(status),
    length: end,
    location: location === undefined ? undefined : printable(location.slice(0, 200)),
    framing: framingOf(Number(status), values),
  };
}

function isHttp(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 5)) === "HTTP/";
}

/** Behind the empty line; undefined: it has not come. */
function headEnd(bytes: Uint8Array): number | undefined {
  const limit = Math.min(bytes.length, HEAD_LIMIT_BYTES + 4);
  for (let at = 0; at < limit; at++) {
    if (bytes[at] !== 10) continue;
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return undefined;
}

function framingOf(status: number, values: ReadonlyMap<string, string>): Head["framing"] {
  if (status === 204 || status === 304) return 0;
  if (/(^|,)\s*chunked$/i.test(values.get("transfer-encoding") ?? "")) return "chunked";
  const length = values.get("content-length");
  return length !== undefined && /^[0-9]{1,15}$/.test(length) ? Number(length) : "until-close";
}

interface Body {
  readonly bytes: Uint8Array;
  /** All of it is there. */
  readonly isWhole: boolean;
}

/** Undefined: its chunks are none. */
function bodyOf(raw: Uint8Array, { framing }: Head, isEnd: boolean): Body | undefined {
  if (framing === "chunked") return dechunked(raw, isEnd);
  if (framing === "until-close") return { bytes: raw, isWhole: isEnd };
  return { bytes: raw.subarray(0, framing), isWhole: raw.length >= framing || isEnd };
}

function dechunked(raw: Uint8Array, isEnd: boolean): Body | undefined {
  const bytes = new Uint8Array(Math.min(raw.length, BODY_LIMIT_BYTES + 1));
  let length = 0;
  let at = 0;
  const found = (isWhole: boolean): Body => ({ bytes: bytes.subarray(0, length), isWhole });
  while (length < bytes.length) {
    const end = raw.indexOf(10, at);
    if (end < 0) {
      return raw.length - at > LONGEST_SIZE_BYTES ? undefined : found(isEnd);
    }
    const line = String.fromCharCode(...raw.subarray(at, Math.min(end, at + 32)));
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:[;\r]|$)/.exec(line)?.[1];
    if (size === undefined) return undefined;
    const chunkBytes = parseInt(size, 16);
    if (chunkBytes === 0) return found(true);
    const room = Math.min(chunkBytes, bytes.length - length);
    const chunk = raw.subarray(end + 1, end + 1 + room);
    bytes.set(chunk, length);
    length += chunk.length;
    at = end + 1 + chunkBytes + 2;
    if (at > raw.length) break;
  }
  return found(isEnd);
}

/** Of a chunk's size, with its extensions. */
const LONGEST_SIZE_BYTES = 4096;

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  const [first = -1] = wanted;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + wanted.length > bytes.length) return -1;
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

function bad(why: string): HttpVerdict {
  return { kind: "bad", why };
}

/** It is shown on terminals. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\xff]/g, "?");
}
