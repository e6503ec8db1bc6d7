/**
 * Lays a child's calls out in memory as the stub reads them.
 *
 * One arena holds the result words, the entries of 64 bytes, and the arguments that have an address;
 * it is used again for every child and grows when a list does not fit. This is the hot path of a boot,
 * so an environment that is passed again as the same array is encoded only once.
 */
import { EXEC_STAGE, type ExecStage } from "../../core/types.ts";
import type { CallArgument, ChildCall } from "../child_call.ts";
import type { ChildPlan } from "../child_calls.ts";
import { allocate, writeText, writeWord } from "../ffi/memory.ts";
import { addressOfString, type EncodedStrings, encodeStrings } from "./string_block.ts";
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

/** Makes an encoder with its arena. @param abi The system's call numbers. */
export function callListEncoder(
  abi: { readonly calls: Readonly<Partial<Record<ChildCall["name"], number>>> },
): CallListEncoder {
  let arena = allocate(FIRST_ARENA_BYTES);
  let free = 0;
  /** The environment encoded last, by the identity of its array. */
  let knownEnvironment: readonly string[] | undefined;
  let environment = encodeStrings([]) as EncodedStrings;
  let argv = encodeStrings([]) as EncodedStrings;

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

  function numberOf(name: ChildCall["name"]): number {
    const number = abi.calls[name];
    if (number === undefined) throw new Error(`This system has no call "${name}"`);
    return number;
  }

  function encodeCall(wanted: ChildCall, index: number): boolean {
    const at = ENTRIES_AT + index * ENTRY_BYTES;
    const isPidText = wanted.name === "write-own-pid";
    writeWord(arena, at, isPidText ? WRITE_OWN_PID : numberOf(wanted.name));
    arena.words32[(at + 56) / 4] = FAILURE_FLAG[wanted.onFailure];
    const { arguments: list } = wanted;
    for (let position = 0; position < list.length; position++) {
      const slot = at + 8 + position * 8;
      const value = encodeArgument(list[position] as CallArgument, slot, at);
      if (value === "has-nul") return false;
      writeWord(arena, slot, value);
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
        return valueAddress(argument.variable);
    }
  }

  function storeResultOf(entry: number, address: number): void {
    const flags = (entry + 56) / 4;
    arena.words32[flags] = (arena.words32[flags] as number) | ENTRY_FLAGS.storeResult;
    writeWord(arena, entry + 48, address);
  }

  function valueAddress(variable: string): number {
    const index = (knownEnvironment ?? []).indexOf(variable);
    const nameBytes = variable.indexOf("=") + 1;
    return addressOfString(environment, index) + nameBytes;
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
    const at = free;
    const behind = writeText(arena, at, text);
    if (behind === -1) return "has-nul";
    reserve(behind - at);
    return arena.address + at;
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
