/**
 * What the rows of packets are made of: a field says how one or several properties of a message lie
 * in the packet. A row lists its fields in the order of the bytes, and from that list come the type
 * of the message, its bytes, its length and its reading (`packet_table.ts`).
 *
 * Here are those whose size is fixed; `text_fields.ts` has the others.
 */
import { type Handle, handle } from "../handle.ts";
import type { PacketReader, PacketWriter } from "./packet_bytes.ts";
import type { StatusReading } from "../status_block.ts";

/** Why a packet cannot be taken. */
export class Fault {
  /**
   * `refused`: it is understood, but not done; what follows it can be read. `bad`: nothing after it
   * can.
   */
  readonly kind: "bad" | "refused";
  readonly why: string;

  constructor(why: string, kind: "bad" | "refused" = "bad") {
    this.kind = kind;
    this.why = why;
  }
}

/** In bytes; `"need-more"` while the bytes do not tell it yet. May be more than fits memory. */
export type Size = number | "need-more" | Fault;

/** Finds a size by the bytes from `at` on, which perhaps have not come yet. */
export type SizeAt = (bytes: Uint8Array, at: number, reading: StatusReading) => Size;

/** A message in the making. */
export type Draft<Properties> = { -readonly [Name in keyof Properties]?: Properties[Name] };

/** How some properties of a message lie in its packet. */
export interface Field<Properties extends object = object> {
  readonly size: number | SizeAt;

  /** Appends the properties' bytes. */
  write(packet: PacketWriter, message: Properties): void;

  /**
   * Reads the properties into the message.
   *
   * @throws {RangeError} When the packet ends before them.
   */
  read(
    packet: PacketReader,
    message: Draft<Properties>,
    reading: StatusReading,
  ): Fault | undefined;
}

/** How a value lies in a packet, whatever property it is of. */
export interface Layout<Value> {
  readonly size: number | SizeAt;
  write(packet: PacketWriter, value: Value): void;
  /** @throws {RangeError} When the packet ends before it. */
  read(packet: PacketReader): Value | Fault;
}

/** The property of that name, laid out so. */
export function field<Name extends string, Value>(
  name: Name,
  layout: Layout<Value>,
): Field<{ readonly [Key in Name]: Value }> {
  return {
    size: layout.size,
    write: (packet, message) => layout.write(packet, message[name]),
    read(packet, message) {
      const value = layout.read(packet);
      if (value instanceof Fault) return value;
      // What the type of the field says; the compiler cannot follow a name that is a parameter.
      (message as Record<Name, Value>)[name] = value;
      return undefined;
    },
  };
}

/**
 * One byte of flags, a property for each bit that has a meaning; others are written as 0 and not
 * looked at.
 */
export function flags<Name extends string>(
  bits: Readonly<Record<Name, number>>,
): Field<{ readonly [Key in Name]: boolean }> {
  const names = Object.keys(bits) as Name[];
  return {
    size: 1,
    write(packet, message) {
      let byte = 0;
      for (let at = 0; at < names.length; at++) {
        const name = names[at] as Name;
        if (message[name]) byte |= bits[name];
      }
      packet.u8(byte);
    },
    read(packet, message) {
      const byte = packet.u8();
      const read = message as Record<Name, boolean>;
      for (let at = 0; at < names.length; at++) {
        const name = names[at] as Name;
        read[name] = (byte & bits[name]) !== 0;
      }
      return undefined;
    },
  };
}

/**
 * One byte without a meaning, sent as 0. @param otherwise What becomes of a packet with another
 * value.
 */
export function spare(otherwise: "taken" | Fault["kind"]): Field {
  const fault = otherwise === "taken" ? undefined : new Fault("Spare byte is not 0", otherwise);
  return {
    size: 1,
    write: (packet) => void packet.u8(0),
    read: (packet) => packet.u8() === 0 ? undefined : fault,
  };
}

/** Four bytes that are always sent alike and not looked at. */
export function unusedHandle(value: Handle): Field {
  return {
    size: 4,
    write: (packet) => void packet.u32(value),
    read: (packet) => void packet.u32(),
  };
}

export const U8: Layout<number> = {
  size: 1,
  write: (packet, value) => void packet.u8(value),
  read: (packet) => packet.u8(),
};

export const U16: Layout<number> = {
  size: 2,
  write: (packet, value) => void packet.u16(value),
  read: (packet) => packet.u16(),
};

export const I32: Layout<number> = {
  size: 4,
  write: (packet, value) => void packet.i32(value),
  read: (packet) => packet.i32(),
};

export const HANDLE: Layout<Handle> = {
  size: 4,
  write: (packet, value) => void packet.u32(value),
  read: (packet) => handle(packet.u32()),
};

/** One byte; any but 0 is true. */
export const BOOLEAN: Layout<boolean> = {
  size: 1,
  write: (packet, value) => void packet.u8(value ? 1 : 0),
  read: (packet) => packet.u8() !== 0,
};

/**
 * One byte: the place of a word in a list. @param why What is wrong with a number that has none.
 */
export function choice<Word extends string>(
  words: readonly (Word | undefined)[],
  why: (number: number) => string = (number) => `Number ${number} has no meaning`,
): Layout<Word> {
  return {
    size: 1,
    write: (packet, word) => void packet.u8(words.indexOf(word)),
    read(packet) {
      const number = packet.u8();
      return words[number] ?? new Fault(why(number));
    },
  };
}
