/**
 * Lays a child's calls out in memory as the stub reads them.
 *
 * One arena holds the result words, the entries of 64 bytes, and the arguments that have an address;
 * it is used again for every child and grows when a list does not fit. This is the hot path of a boot:
 * numbers are written as two 32-bit halves (a BigInt each would be garbage), and an environment that
 * is passed again as the same array is encoded only once.
 */
import { EXEC_STAGE, type ExecStage } from "../../core/types.ts";
import type { CallArgument, ChildCall } from "../child_call.ts";
import type { ChildPlan } from "../child_calls.ts";
import { LISTEN_PID_PLACEHOLDER } from "../child_descriptors.ts";
import { allocate, type Block } from "../ffi/memory.ts";
import type { LinuxAbi } from "./abi.ts";
import { type EncodedStrings, encodeStrings } from "./string_block.ts";
import { ENTRY_BYTES, ENTRY_FLAGS, WRITE_OWN_PID } from "./stub.ts";

/** Where the stub writes errno and the index of the entry: two 64-bit words at the arena's start. */
const RESULT_BYTES = 16;
const ENTRIES_AT = 64;
const FIRST_ARENA_BYTES = 16 * 1024;

/** A list ready for the stub. Valid until the next one is encoded. */
export interface EncodedCalls {
  readonly kind: "encoded";
  readonly listAddress: number;
  readonly count: number;
  readonly resultAddress: number;
}

/** A text holds a NUL, which would cut it short for the kernel; the stage is that of the text's use. */
export interface UnencodableText {
  readonly kind: "unencodable";
  readonly stage: ExecStage;
}

export interface CallListEncoder {
  encode(plan: Extract<ChildPlan, { kind: "plan" }>): EncodedCalls | UnencodableText;
  /** What the stub reported after the last call; errno 0: nothing failed. */
  result(): { readonly errno: number; readonly index: number };
}

const encoder = new TextEncoder();

/** Makes an encoder with its arena. */
export function callListEncoder(abi: LinuxAbi): CallListEncoder {
  let arena = allocate(FIRST_ARENA_BYTES);
  let free = 0;
  /** The environment encoded last, by the identity of its array. */
  let knownEnvironment: readonly string[] | undefined;
  let environment: EncodedStrings = encodeStrings([]) as EncodedStrings;
  let argv: EncodedStrings = environment;

  function encode(
    plan: Extract<ChildPlan, { kind: "plan" }>,
  ): EncodedCalls | UnencodableText {
    if (plan.environment !== knownEnvironment) {
      const encoded = encodeStrings(plan.environment);
      if (encoded === "has-nul") return unencodable(EXEC_STAGE.buildEnvironment);
      environment = encoded;
      knownEnvironment = plan.environment;
    }
    const encodedArgv = encodeStrings(plan.argv, argv);
    if (encodedArgv === "has-nul") return unencodable(EXEC_STAGE.execute);
    argv = encodedArgv;

    const { calls } = plan;
    const needed = ENTRIES_AT + calls.length * ENTRY_BYTES + argumentBytes(calls);
    if (needed > arena.bytes.length) arena = allocate(needed * 2);
    free = ENTRIES_AT + calls.length * ENTRY_BYTES;
    arena.words32.fill(0, 0, free / 4);
    for (let index = 0; index < calls.length; index++) {
      const wanted = calls[index] as ChildCall;
      if (!encodeCall(wanted, index)) return unencodable(wanted.stage);
    }
    return {
      kind: "encoded",
      listAddress: arena.address + ENTRIES_AT,
      count: calls.length,
      resultAddress: arena.address,
    };
  }

  function encodeCall(wanted: ChildCall, index: number): boolean {
    const at = ENTRIES_AT + index * ENTRY_BYTES;
    const isPidText = wanted.name === "write-own-pid";
    write64(arena, at, isPidText ? WRITE_OWN_PID : abi.calls[wanted.name]);
    // Only one bit is set here: the call behind may already have asked for the result.
    const flags = at + 56;
    arena.words32[flags / 4] = FAILURE_FLAG[wanted.onFailure];
    const { arguments: list } = wanted;
    for (let position = 0; position < list.length; position++) {
      const slot = at + 8 + position * 8;
      const value = encodeArgument(list[position] as CallArgument, slot, at);
      if (value === "has-nul") return false;
      write64(arena, slot, value);
    }
    return true;
  }

  /** @param entry Offset of the entry that the argument belongs to. */
  function encodeArgument(
    argument: CallArgument,
    slot: number,
    entry: number,
  ): number | "has-nul" {
    if (typeof argument === "number") return argument;
    if (typeof argument === "string") return placeText(argument);
    switch (argument.kind) {
      case "words64":
        return placeWords64(argument.words);
      case "words32":
        return placeWords32(argument.words);
      case "result":
        storeResultOf(entry - ENTRY_BYTES, arena.address + slot);
        // Until then an impossible descriptor: the call before may have failed and been forgiven.
        return -1;
      case "result-address": {
        const word = placeWords32([0]);
        storeResultOf(entry - ENTRY_BYTES, word);
        return word;
      }
      case "argv":
        return argv.pointersAddress;
      case "environment":
        return environment.pointersAddress;
      case "pid-text":
        return pidTextAddress();
    }
  }

  function storeResultOf(entry: number, address: number): void {
    const flags = (entry + 56) / 4;
    arena.words32[flags] = (arena.words32[flags] as number) | ENTRY_FLAGS.storeResult;
    write64(arena, entry + 48, address);
  }

  function pidTextAddress(): number {
    const index = (knownEnvironment ?? []).indexOf(LISTEN_PID_PLACEHOLDER);
    const nameBytes = LISTEN_PID_PLACEHOLDER.indexOf("=") + 1;
    return environment.addressOf(index) + nameBytes;
  }

  function placeWords64(words: readonly (number | bigint)[]): number {
    const at = reserve(words.length * 8);
    words.forEach((word, index) => arena.view.setBigUint64(at + index * 8, BigInt(word), true));
    return arena.address + at;
  }

  function placeWords32(words: readonly number[]): number {
    const at = reserve(words.length * 4);
    words.forEach((word, index) => arena.view.setUint32(at + index * 4, word, true));
    return arena.address + at;
  }

  function placeText(text: string): number | "has-nul" {
    if (text.includes("\0")) return "has-nul";
    const { written } = encoder.encodeInto(text, arena.bytes.subarray(free));
    arena.bytes[free + written] = 0;
    return arena.address + reserve(written + 1);
  }

  function reserve(bytes: number): number {
    const at = free;
    free += Math.ceil(bytes / 8) * 8;
    return at;
  }

  return {
    encode,
    result: () => ({ errno: arena.words32[0] as number, index: arena.words32[2] as number }),
  };
}

function unencodable(stage: ExecStage): UnencodableText {
  return { kind: "unencodable", stage };
}

const FAILURE_FLAG: Readonly<Record<ChildCall["onFailure"], number>> = {
  "stop": 0,
  "ignore": ENTRY_FLAGS.ignoreFailure,
  "ignore-missing": ENTRY_FLAGS.ignoreMissing,
  "search": ENTRY_FLAGS.search,
};

/** Writes a whole number of up to 53 bits, negative ones in two's complement. */
function write64(block: Block, at: number, value: number): void {
  block.words32[at / 4] = value | 0;
  block.words32[at / 4 + 1] = Math.floor(value / 0x1_0000_0000);
}

/** An upper bound: a UTF-16 unit becomes at most three bytes. */
function argumentBytes(calls: readonly ChildCall[]): number {
  let bytes = RESULT_BYTES;
  for (const { arguments: list } of calls) {
    for (const argument of list) {
      if (typeof argument === "number") continue;
      if (typeof argument === "string") bytes += argument.length * 3 + 16;
      else bytes += "words" in argument ? argument.words.length * 8 + 8 : 8;
    }
  }
  return bytes;
}
