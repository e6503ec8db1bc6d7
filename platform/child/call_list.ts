/**
 * Lays a child's calls out in memory as the stub reads them.
 *
 * One arena holds the entries, what concerns the whole list, and the arguments that have an
 * address; it is used again when no child reads it any more, and grows when a list does not fit.
 * This is the hot path of a boot, so an environment that is passed again as the same array is
 * encoded only once.
 */
import { ENTRY, ENTRY_BYTES, ENTRY_FLAGS, LIST_END } from "../../native/programs/child_list.ts";
import { EXEC_STAGE, type ExecStage, type Fd } from "../../core/types.ts";
import type { CallArgument, ChildCall } from "./call.ts";
import type { ChildPlan } from "./calls.ts";
import { type Block, writeText, writeWord } from "../ffi/memory.ts";
import { addressOfString, type EncodedStrings, encodeStrings } from "../ffi/string_block.ts";

/** What runs a file that the kernel does not take for a program (ENOEXEC), as execvp(3) does. */
const SHELL = "/bin/sh";

const POINTER_BYTES = 8;
/** struct sock_filter: linux/filter.h. */
const INSTRUCTION_BYTES = 8;
const FIRST_ARENA_BYTES = 16 * 1024;
/**
 * For the frame of a signal handler: with all registers of today's largest processors some 11 KB.
 */
const STACK_BYTES = 64 * 1024;

/** A list ready for the stub. Valid until the next one is encoded. */
export interface EncodedCalls {
  readonly kind: "encoded";
  /** Of the first entry. */
  readonly listAddress: number;
  /** Behind the last entry: what the stub is given. */
  readonly endAddress: number;
}

/**
 * A text holds a NUL, which would cut it short for the kernel; the stage is that of the text's use.
 */
export interface UnencodableText {
  readonly kind: "unencodable";
  readonly stage: ExecStage;
}

/** What the stub is told beside the calls. */
export interface LaunchTerms {
  /** Descriptor on which the child reports a failure. */
  readonly report: Fd;
  /** The list is the child's until it has executed its program; otherwise the child gets a copy. */
  readonly sharesMemory: boolean;
}

/** What lists need of the system. */
export interface CallListHost {
  readonly calls: Readonly<Partial<Record<ChildCall["name"], number>>>;
  /** Flags for making a child that shares the memory, and for one that gets a copy. */
  readonly cloneFlags: { readonly sharing: number; readonly copying: number };
  /** Makes memory that children see, too. */
  allocate(bytes: number): Block;
  /** What all lists of a maker have in common. */
  readonly blocks: EncodedBlocks;
}

/** Calls that come together, as they lie in memory of their own; arguments are found there. */
interface EncodedBlock {
  readonly words: Int32Array;
  readonly address: number;
  /** Offsets of addresses that lead into the block itself: where results are stored. */
  readonly stores: readonly number[];
}

/** So many are kept; each takes the pages that it fills, for good. */
const MOST_BLOCKS = 64;

/** Blocks that have been encoded, by their identity. */
export class EncodedBlocks {
  readonly #known = new WeakMap<readonly ChildCall[], EncodedBlock>();
  #count = 0;

  /** @returns undefined when there are too many, or a text in it cannot be encoded. */
  of(calls: readonly ChildCall[], host: CallListHost): EncodedBlock | undefined {
    const known = this.#known.get(calls);
    if (known !== undefined || this.#count >= MOST_BLOCKS) return known;
    this.#count++;
    const encoded = new CallList(host).encodeBlock(calls);
    if (encoded !== undefined) this.#known.set(calls, encoded);
    return encoded;
  }
}

/** Memory for one list at a time. */
export class CallList {
  readonly #host: CallListHost;
  #arena: Block;
  #stack: Block | undefined;
  #free = 0;
  /** Those of the list that is encoded. */
  #calls: readonly ChildCall[] = [];
  /** Offset of the mark of the list that was encoded last. */
  #markAt = 0;
  /** What was encoded last. */
  #encoded: EncodedCalls | undefined;
  #sharesMemory = false;
  /** Executions, and results that are stored, in what was encoded last. */
  #executions = 0;
  #results = 0;
  /** The environment encoded last, by the identity of its array. */
  #knownEnvironment: readonly string[] | undefined;
  #environment: EncodedStrings | undefined;
  #argv: EncodedStrings | undefined;

  constructor(host: CallListHost) {
    this.#host = host;
    this.#arena = host.allocate(FIRST_ARENA_BYTES);
  }

  /** Whether no child reads it. */
  get isFree(): boolean {
    return this.#arena.words32[this.#markAt / 4] === 0;
  }

  /**
   * What was encoded last, once more, for another child of the same kind; undefined when children
   * change it while they carry it out.
   */
  again(): EncodedCalls | undefined {
    // A result that a failed call leaves out must not be that of another child.
    if (this.#executions !== 1 || this.#results > 0 || this.#tookShell()) return undefined;
    if (this.#sharesMemory) this.#arena.words32[this.#markAt / 4] = 1;
    return this.#encoded;
  }

  /** Where the kernel puts the PID of the next child; 0: nowhere. */
  noteNumberAt(address: number): void {
    writeWord(this.#arena, this.#markAt - LIST_END.isBusy + LIST_END.number, address);
  }

  /** What the kernel did not take for a program may be one the next time. */
  #tookShell(): boolean {
    const lastEntry = this.#markAt - LIST_END.isBusy - ENTRY_BYTES;
    const flags = this.#arena.words32[(lastEntry + ENTRY.flags) / 4] as number;
    return (flags & ENTRY_FLAGS.shell) === 0;
  }

  /** No child was made. */
  release(): void {
    this.#arena.words32[this.#markAt / 4] = 0;
  }

  encode(
    plan: Extract<ChildPlan, { kind: "plan" }>,
    { report, sharesMemory }: LaunchTerms,
  ): EncodedCalls | UnencodableText {
    this.#encoded = undefined;
    this.#executions = 0;
    this.#results = 0;
    if (plan.environment !== this.#knownEnvironment) {
      // What was there before may be written over in part.
      this.#knownEnvironment = undefined;
      const encoded = encodeStrings(plan.environment, this.#environment, this.#host.allocate);
      if (encoded === "has-nul") return unencodable(EXEC_STAGE.buildEnvironment);
      this.#environment = encoded;
      this.#knownEnvironment = plan.environment;
    }
    // The stub runs a file that is no program by the shell: its path goes before the program's own
    // arguments.
    const encodedArgv = encodeStrings([SHELL, ...plan.argv], this.#argv, this.#host.allocate);
    if (encodedArgv === "has-nul") return unencodable(EXEC_STAGE.execute);
    this.#argv = encodedArgv;

    const { calls } = plan;
    const end = calls.length * ENTRY_BYTES;
    const needed = end + LIST_END.bytes + argumentBytes(calls);
    if (needed > this.#arena.bytes.length) this.#arena = this.#host.allocate(needed * 2);
    this.#free = end + LIST_END.bytes;
    this.#arena.words32.fill(0, 0, this.#free / 4);
    this.#calls = calls;
    for (let index = 0; index < calls.length; index++) {
      const wanted = calls[index] as ChildCall;
      if (wanted.block !== undefined && this.#placeBlock(wanted.block, index)) {
        index += wanted.block.length - 1;
        continue;
      }
      if (!this.#encodeCall(wanted, index)) return unencodable(wanted.stage);
    }
    writeWord(this.#arena, end + LIST_END.reportDescriptor, report);
    writeWord(this.#arena, end + LIST_END.start, this.#arena.address);
    writeWord(
      this.#arena,
      end + LIST_END.cloneFlags,
      sharesMemory ? this.#host.cloneFlags.sharing : this.#host.cloneFlags.copying,
    );
    this.#markAt = end + LIST_END.isBusy;
    if (sharesMemory) {
      this.#stack ??= this.#host.allocate(STACK_BYTES);
      writeWord(this.#arena, end + LIST_END.stack, this.#stack.address + STACK_BYTES);
      this.#arena.words32[this.#markAt / 4] = 1;
    }
    this.#sharesMemory = sharesMemory;
    this.#encoded = {
      kind: "encoded",
      listAddress: this.#arena.address,
      endAddress: this.#arena.address + end,
    };
    return this.#encoded;
  }

  /** Encodes calls alone, in a list that is used for nothing else. */
  encodeBlock(calls: readonly ChildCall[]): EncodedBlock | undefined {
    const bytes = calls.length * ENTRY_BYTES;
    const needed = bytes + argumentBytes(calls);
    if (needed > this.#arena.bytes.length) this.#arena = this.#host.allocate(needed);
    this.#free = bytes;
    this.#calls = calls;
    for (let index = 0; index < calls.length; index++) {
      if (!this.#encodeCall(calls[index] as ChildCall, index)) return undefined;
    }
    const { address } = this.#arena;
    const words = this.#arena.words32.subarray(0, bytes / 4);
    const stores: number[] = [];
    for (let at = 0; at < bytes; at += ENTRY_BYTES) {
      if (((words[(at + ENTRY.flags) / 4] as number) & ENTRY_FLAGS.storeResult) === 0) continue;
      const target = Number(this.#arena.view.getBigUint64(at + ENTRY.lastArgument, true));
      if (target >= address + bytes) throw new Error("A block of calls shares a result");
      stores.push(at + ENTRY.lastArgument);
    }
    return { words, address, stores };
  }

  /** @returns False when its calls are not all there, or it could not be encoded. */
  #placeBlock(block: readonly ChildCall[], index: number): boolean {
    if (this.#calls[index + block.length - 1] !== block.at(-1)) return false;
    const encoded = this.#host.blocks.of(block, this.#host);
    if (encoded === undefined) return false;
    const at = index * ENTRY_BYTES;
    this.#arena.words32.set(encoded.words, at / 4);
    const moved = this.#arena.address + at - encoded.address;
    this.#results += encoded.stores.length;
    for (const offset of encoded.stores) {
      const { view } = this.#arena;
      const target = Number(view.getBigUint64(at + offset, true)) + moved;
      writeWord(this.#arena, at + offset, target);
    }
    return true;
  }

  #numberOf(name: ChildCall["name"]): number {
    const number = this.#host.calls[name];
    if (number === undefined) throw new Error(`This system has no call "${name}"`);
    return number;
  }

  #encodeCall(wanted: ChildCall, index: number): boolean {
    const at = index * ENTRY_BYTES;
    if (wanted.name !== "write-own-pid") writeWord(this.#arena, at, this.#numberOf(wanted.name));
    this.#arena.words32[(at + ENTRY.flags) / 4] = FAILURE_FLAG[wanted.onFailure] |
      ownFlag(wanted.name);
    this.#arena.words32[(at + ENTRY.forgivenError) / 4] = wanted.forgives ?? 0;
    if (wanted.name === "execve") this.#executions++;
    const { arguments: list } = wanted;
    for (let position = 0; position < list.length; position++) {
      const slot = at + ENTRY.arguments + position * 8;
      const value = this.#encodeArgument(list[position] as CallArgument, slot, at);
      if (value === "has-nul") return false;
      writeWord(this.#arena, slot, value);
    }
    return true;
  }

  /** @param entry Offset of the entry that the argument belongs to. */
  #encodeArgument(
    argument: CallArgument,
    slot: number,
    entry: number,
  ): number | "has-nul" {
    if (typeof argument === "number") return argument;
    if (typeof argument === "string") return this.#placeText(argument);
    switch (argument.kind) {
      case "words64":
        return this.#placeWords64(argument.words);
      case "words32":
        return this.#placeWords32(argument.words);
      case "result":
        this.#storeResultOf(entry - ENTRY_BYTES, this.#arena.address + slot);
        // Until then an impossible descriptor: the call before may have failed and been forgiven.
        return -1;
      case "result-of":
        this.#storeResultOf(
          this.#calls.indexOf(argument.call) * ENTRY_BYTES,
          this.#arena.address + slot,
        );
        return -1;
      case "words32-with-result": {
        const words = this.#placeWords32(argument.words);
        this.#storeResultOf(entry - ENTRY_BYTES, words + argument.index * 4);
        return words;
      }
      case "filter":
        return this.#placeFilter(argument.instructions);
      case "result-address": {
        const word = this.#placeWords32([0]);
        this.#storeResultOf(entry - ENTRY_BYTES, word);
        return word;
      }
      case "argv":
        return this.#argv === undefined ? 0 : this.#argv.pointersAddress + POINTER_BYTES;
      case "environment":
        return this.#environment?.pointersAddress ?? 0;
      case "pid-text":
        return this.#valueAddress(argument.variable);
    }
  }

  #storeResultOf(entry: number, address: number): void {
    this.#results++;
    const flags = (entry + ENTRY.flags) / 4;
    this.#arena.words32[flags] = (this.#arena.words32[flags] as number) | ENTRY_FLAGS.storeResult;
    writeWord(this.#arena, entry + ENTRY.lastArgument, address);
  }

  #valueAddress(variable: string): number {
    const index = (this.#knownEnvironment ?? []).indexOf(variable);
    const nameBytes = variable.indexOf("=") + 1;
    return this.#environment === undefined
      ? 0
      : addressOfString(this.#environment, index) + nameBytes;
  }

  #placeWords64(words: readonly (number | bigint)[]): number {
    const at = this.#reserve(words.length * 8);
    words.forEach((word, index) =>
      this.#arena.view.setBigUint64(at + index * 8, BigInt(word), true)
    );
    return this.#arena.address + at;
  }

  #placeWords32(words: readonly number[]): number {
    const at = this.#reserve(words.length * 4);
    words.forEach((word, index) => this.#arena.view.setUint32(at + index * 4, word, true));
    return this.#arena.address + at;
  }

  /** struct sock_fprog: the number of instructions, of 16 bits, and their address. */
  #placeFilter(instructions: Uint8Array): number {
    const at = this.#reserve(instructions.length);
    this.#arena.bytes.set(instructions, at);
    const count = instructions.length / INSTRUCTION_BYTES;
    return this.#placeWords64([count, this.#arena.address + at]);
  }

  #placeText(text: string): number | "has-nul" {
    const at = this.#free;
    const behind = writeText(this.#arena, at, text);
    if (behind === -1) return "has-nul";
    this.#reserve(behind - at);
    return this.#arena.address + at;
  }

  #reserve(bytes: number): number {
    const at = this.#free;
    this.#free += Math.ceil(bytes / 8) * 8;
    return at;
  }
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

function ownFlag(name: ChildCall["name"]): number {
  switch (name) {
    case "execve":
      return ENTRY_FLAGS.shell;
    case "write-own-pid":
      return ENTRY_FLAGS.writeOwnPid;
    default:
      return 0;
  }
}

/** An upper bound: a UTF-16 unit becomes at most three bytes. */
function argumentBytes(calls: readonly ChildCall[]): number {
  let bytes = 0;
  for (const { arguments: list } of calls) {
    for (const argument of list) {
      if (typeof argument === "number") continue;
      if (typeof argument === "string") bytes += argument.length * 3 + 16;
      else if ("words" in argument) bytes += argument.words.length * 8 + 8;
      else bytes += "instructions" in argument ? argument.instructions.length + 16 : 8;
    }
  }
  return bytes;
}
