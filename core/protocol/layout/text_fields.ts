/**
 * Layouts of values that say their length themselves: texts, lists of them, and blocks of bytes.
 */
import { Fault, type Layout, type Size, type SizeAt } from "./fields.ts";
import { type Handle, handle } from "../handle.ts";
import { i32At, i64At, type PacketWriter } from "./packet_bytes.ts";
import { decodeText, encodeText } from "../../text/byte_text.ts";

/** Longest request, in bytes: the size of the server's receive buffer. */
export const REQUEST_LIMIT_BYTES = 1024;

/** Longest service name and environment text in a request, in bytes. */
export const TEXT_LIMIT_BYTES = REQUEST_LIMIT_BYTES - 3;

/** Longest block whose length has two bytes. */
const LONGEST_TEXTS_BYTES = 0xffff;

/**
 * A text of 1 to 1021 bytes after its length in two. Writing throws a {@link RangeError} for any
 * other.
 *
 * Upstream looks at the length only when the first byte of the text is there: kept, for equal
 * answers.
 *
 * @param faultOf What is wrong with a text, if anything.
 */
export function requestText(faultOf: (text: string) => string | undefined): Layout<string> {
  const isAllowed = (length: number) => length > 0 && length <= TEXT_LIMIT_BYTES;
  return {
    size(bytes, at) {
      if (bytes.length < at + 3) return "need-more";
      const length = u16At(bytes, at);
      if (isAllowed(length)) return 2 + length;
      return new Fault(`Text of ${length} bytes: allowed are 1 to ${TEXT_LIMIT_BYTES}`);
    },
    write(packet, text) {
      const bytes = encodeText(text);
      if (!isAllowed(bytes.length)) {
        throw new RangeError(
          `Text of ${bytes.length} bytes cannot be sent: allowed are 1 to ${TEXT_LIMIT_BYTES}`,
        );
      }
      packet.u16(bytes.length).block(bytes);
    },
    read(packet) {
      const text = packet.text(packet.u16());
      const why = faultOf(text);
      return why === undefined ? text : new Fault(why);
    },
  };
}

/** A text after its length in two bytes. */
export const TEXT_16: Layout<string> = {
  size: lengthPrefix(2),
  write(packet, text) {
    const bytes = encodeText(text);
    packet.u16(bytes.length).block(bytes);
  },
  read: (packet) => packet.text(packet.u16()),
};

/** A text after its length in four bytes. */
export const TEXT_32: Layout<string> = {
  size: lengthPrefix(4),
  write(packet, text) {
    const bytes = encodeText(text);
    packet.u32(bytes.length).block(bytes);
  },
  read: (packet) => packet.text(packet.u32()),
};

/** Something that is told as {@link TEXT_32}. @param valueOf May throw a {@link RangeError}. */
export function mappedText<Value>(
  textOf: (value: Value) => string,
  valueOf: (text: string) => Value,
): Layout<Value> {
  return {
    size: TEXT_32.size,
    write: (packet, value) => TEXT_32.write(packet, textOf(value)),
    read(packet) {
      const text = TEXT_32.read(packet);
      return text instanceof Fault ? text : valueOf(text);
    },
  };
}

/** As {@link TEXT_16}, with a NUL at its end that counts. */
export const ENDED_TEXT: Layout<string> = {
  size: lengthPrefix(2),
  write(packet, text) {
    const bytes = encodeText(text);
    packet.u16(bytes.length + 1).block(bytes).u8(0);
  },
  read: (packet) => packet.text(packet.u16()).replace(/\0$/, ""),
};

/** Bytes after their number in four. */
export const BLOCK: Layout<Uint8Array> = {
  size: lengthPrefix(4),
  write: (packet, block) => void packet.u32(block.length).block(block),
  read: (packet) => packet.block(packet.u32()).slice(),
};

/** Handles after their number in eight bytes. */
export const HANDLES: Layout<readonly Handle[]> = {
  size(bytes, at) {
    const count = lengthAt(bytes, at, 8);
    return typeof count === "number" ? 8 + 4 * count : count;
  },
  write(packet, handles) {
    packet.i64(handles.length);
    for (const each of handles) packet.u32(each);
  },
  read(packet) {
    const count = packet.i64();
    const handles: Handle[] = [];
    while (handles.length < count) handles.push(handle(packet.u32()));
    return handles;
  },
};

/** Texts, each ended by a NUL, after their bytes' number in eight bytes. */
export const ENDED_TEXTS_64: Layout<readonly string[]> = {
  size: lengthPrefix(8),
  write(packet, texts) {
    const block = encodeText(texts.map((text) => text + "\0").join(""));
    packet.i64(block.length).block(block);
  },
  read: (packet) => endedTexts(packet.block(packet.i64())),
};

/**
 * The same, after two bytes; texts that do not fit are left out, a NUL within one becomes U+FFFD.
 */
export const ENDED_TEXTS_16: Layout<readonly string[]> = mappedTexts(
  (texts) => texts,
  (texts) => texts,
);

/** Something that is told as {@link ENDED_TEXTS_16}. */
export function mappedTexts<Value>(
  textsOf: (value: Value) => readonly string[],
  valueOf: (texts: readonly string[]) => Value,
): Layout<Value> {
  return {
    size: lengthPrefix(2),
    write: (packet, value) => writeTexts(packet, textsOf(value)),
    read: (packet) => valueOf(endedTexts(packet.block(packet.u16()))),
  };
}

function writeTexts(packet: PacketWriter, texts: readonly string[]): void {
  const blocks: Uint8Array[] = [];
  let length = 0;
  for (const text of texts) {
    const block = encodeText(text.replaceAll("\0", "\ufffd") + "\0");
    if (length + block.length > LONGEST_TEXTS_BYTES) continue;
    blocks.push(block);
    length += block.length;
  }
  packet.u16(length);
  for (const block of blocks) packet.block(block);
}

/** The last one ends with a NUL, too. */
function endedTexts(block: Uint8Array): readonly string[] {
  const texts: string[] = [];
  let start = 0;
  for (let end = block.indexOf(0); end >= 0; end = block.indexOf(0, start)) {
    texts.push(decodeText(block.subarray(start, end)));
    start = end + 1;
  }
  return texts;
}

/** The size of what begins with its length in so many bytes. */
function lengthPrefix(width: 2 | 4 | 8): SizeAt {
  return (bytes, at) => {
    const length = lengthAt(bytes, at, width);
    return typeof length === "number" ? width + length : length;
  };
}

/** The sender's word, not checked: `Infinity` stands for one that is negative. */
export function lengthAt(bytes: Uint8Array, at: number, width: 2 | 4 | 8): Size {
  if (bytes.length < at + width) return "need-more";
  switch (width) {
    case 2:
      return u16At(bytes, at);
    case 4:
      return i32At(bytes, at) >>> 0;
    case 8: {
      const length = i64At(bytes, at);
      return length < 0 ? Infinity : length;
    }
  }
}

function u16At(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8;
}
