/**
 * Names, paths and texts of the protocol, which are bytes without a character set, as strings and
 * back.
 *
 * UTF-8 becomes what it says. A byte that is not part of valid UTF-8 becomes the lone surrogate
 * U+DC00 + byte, which no valid text contains, so that decoding and encoding give the same bytes
 * again, whatever they were. `text.isWellFormed()` tells whether all of it was UTF-8.
 */

const ESCAPE_BASE = 0xdc00;
const FIRST_ESCAPE = ESCAPE_BASE + 0x80;
const LAST_ESCAPE = ESCAPE_BASE + 0xff;

const LAST_ASCII = 0x7f;

const STRICT_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();

/**
 * Up to this length ASCII is dealt with here: a call of the system's decoder or encoder takes
 * longer.
 */
const SHORT_LENGTH = 64;

/**
 * Bytes to text, losing nothing: see the module's comment.
 *
 * @param start The part from here up to `end`; default: all.
 */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const short = end - start <= SHORT_LENGTH ? decodeAscii(bytes, start, end) : undefined;
  if (short !== undefined) return short;
  const part = bytes.subarray(start, end);
  try {
    return STRICT_DECODER.decode(part);
  } catch {
    return decodeInvalid(part);
  }
}

/** Text to bytes; the inverse of {@link decodeText}. Any other lone surrogate becomes U+FFFD. */
export function encodeText(text: string): Uint8Array {
  const short = text.length <= SHORT_LENGTH ? encodeAscii(text) : undefined;
  if (short !== undefined) return short;
  if (text.isWellFormed()) return ENCODER.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= FIRST_ESCAPE && code <= LAST_ESCAPE) bytes.push(code - ESCAPE_BASE);
    else bytes.push(...ENCODER.encode(character));
  }
  return Uint8Array.from(bytes);
}

/**
 * Undefined when a byte is not ASCII. Four at a time: of a list's names, half of the time is saved.
 */
function decodeAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let index = start;
  for (; index + 4 <= end; index += 4) {
    const first = bytes[index] ?? 0;
    const second = bytes[index + 1] ?? 0;
    const third = bytes[index + 2] ?? 0;
    const fourth = bytes[index + 3] ?? 0;
    if ((first | second | third | fourth) > LAST_ASCII) return undefined;
    text += String.fromCharCode(first, second, third, fourth);
  }
  for (; index < end; index++) {
    const byte = bytes[index] ?? 0;
    if (byte > LAST_ASCII) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Undefined when a character is not ASCII. */
function encodeAscii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > LAST_ASCII) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

function decodeInvalid(bytes: Uint8Array): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(ESCAPE_BASE + (bytes[at] ?? 0));
      at += 1;
    } else {
      text += STRICT_DECODER.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** Length of the valid UTF-8 sequence at a place, 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lengthByLead(lead);
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    STRICT_DECODER.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

function lengthByLead(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}
