/**
 * A program that calls the child launch as C would, with a list of system calls, waits for the
 * child, and tells how it went: what the child wrote, then the PID that the launch answered with
 * and that of the child that ended.
 */
import { assemble, type Assembled } from "../../native/assembly.ts";
import { AARCH64 } from "../../native/aarch64/instruction_set.ts";
import { build } from "../../native/assembler.ts";
import { convention, type NativeSystem, type Processor } from "../../native/conventions.ts";
import {
  addressOf,
  compare,
  data,
  failed,
  type Form,
  frame,
  littleEndian,
  load,
  never,
  type Program,
  set,
  shiftRight,
  store,
  system,
  text,
  variable,
  when,
} from "../../native/forms.ts";
import { lower } from "../../native/lowering.ts";
import { childLaunchProgram } from "../../native/programs/child_launch.ts";
import { ENTRY, ENTRY_BYTES, LIST_END, REPORT_BYTES } from "../../native/programs/child_list.ts";
import { type FalseAnswers, LINUX_CALLS, withFreebsdCalls } from "./freebsd_calls.ts";
import { ENTRY_ADDRESS, executableOf } from "./static_executable.ts";

/** An argument: a number, or an address in a piece of data, which is given by its name. */
export type Argument = number | { readonly data: string; readonly offset?: number };

export interface Call {
  /** By its name in `conventions.ts`, or by its number of Linux. */
  readonly call: string | number;
  readonly args: readonly Argument[];
  readonly flags: number;
  /** An error that does not matter. */
  readonly forgivenError?: number;
}

export interface Launching {
  readonly system: NativeSystem;
  readonly processor: Processor;
  readonly calls: readonly Call[];
  /** What the arguments point to: bytes (whole words of eight), words, or texts. */
  readonly pieces: Readonly<Record<string, Uint8Array | readonly Argument[] | string>>;
  /** The child shares the memory until it ends; for Linux only. */
  readonly shares?: boolean;
  /** Of clone(2), in place of the usual ones. */
  readonly cloneFlags?: number;
  /** For FreeBSD only. */
  readonly answers?: FalseAnswers;
}

// Source: sched.h, signal.h.
const [SIGCHLD, CLONE_VM, CLONE_CHILD_CLEARTID] = [17, 0x100, 0x200000];
const STACK_BYTES = 4096;
/**
 * What {@link launchingProgram} ends with if a register of the caller's was changed, or no child
 * was made.
 */
export const CHANGED_REGISTER = 99;
export const NO_CHILD = 98;
/** The report goes to standard error. */
const REPORT_DESCRIPTOR = 2;
const [LIST, END, LAUNCH, ANSWER, STACK] = ["list", "end", "launch", "answer", "stack"];
/** Written in the end: answer, PID of the child that ended, whether the mark was left. */
const TOLD_BYTES = 12;
/** Both processors keep at least these for a C caller. */
const kept = Array.from({ length: 6 }, (_, index) => variable(`kept ${index}`));
const waited = variable("waited");
const status = variable("status");

export interface LaunchingProgram {
  /** An ELF file; it ends as the child does. */
  readonly file: Uint8Array<ArrayBuffer>;
  readonly listAddress: number;
}

export function launchingProgram(launching: Launching): LaunchingProgram {
  const { processor } = launching;
  let labels: ReadonlyMap<string, number> = new Map();
  // Once for the addresses, once more for what fills up to a word.
  for (let round = 0; round < 2; round++) labels = assembled(launching, labels).labels;
  const { bytes } = assembled(launching, labels);
  return { file: executableOf(bytes, processor), listAddress: labels.get(LIST) ?? 0 };
}

function assembled(launching: Launching, labels: ReadonlyMap<string, number>): Assembled {
  const options = { base: ENTRY_ADDRESS };
  return build(program(launching, labels), "linux", launching.processor, options);
}

function program(launching: Launching, labels: ReadonlyMap<string, number>): Program {
  const address = (label: string) => labels.get(label) ?? 0;
  const { processor, pieces } = launching;
  return {
    name: "launching",
    variables: [...kept, waited, status],
    frameBytes: 16,
    body: [
      ...kept.map((each, index) => set(each, 0x1234_5678 + index)),
      callFunction(processor, address(LAUNCH), address(END), address(ANSWER)),
      ...kept.map((each, index) =>
        when(compare(each, "!=", 0x1234_5678 + index), [
          system("exit_group", [CHANGED_REGISTER]),
        ])
      ),
      system("wait4", [-1, frame(0), 0, 0], waited),
      store(4, waited, frame(8)),
      system("write", [1, addressOf(ANSWER), 4]),
      system("write", [1, frame(8), 4]),
      system("write", [1, addressOf(END, LIST_END.isBusy), 4]),
      when(failed(waited), [system("exit_group", [NO_CHILD])]),
      load(4, status, frame(0)),
      shiftRight(status, 8),
      system("exit_group", [status]),
      never,
      ...data(LAUNCH, launchCode(launching)),
      ...data(ANSWER, new Array(8).fill(0)),
      ...data("room", new Array(-address("room") & 7).fill(0)),
      ...data(LIST, launching.calls.flatMap((call) => entryBytes(launching, call, address))),
      ...data(END, endBytes(launching, address)),
      ...data(STACK, new Array(STACK_BYTES).fill(0)),
      // Texts last: what lies behind them is at odd addresses.
      ...Object.entries(pieces).toSorted(([, a], [, b]) => textRank(a) - textRank(b))
        .flatMap(([name, piece]) => pieceForms(name, piece, address)),
    ],
  };
}

/** The code of a system on this one. */
function launchCode({ system, processor, answers }: Launching): Uint8Array {
  const launch = childLaunchProgram(system);
  if (system === "linux") return build(launch, system, processor).bytes;
  const set = withFreebsdCalls(processor, answers);
  return assemble(lower(launch, convention(system, processor), set)).bytes;
}

/** Calls a C function with one parameter and keeps its result. */
function callFunction(
  processor: Processor,
  code: number,
  parameter: number,
  result: number,
): Form {
  const what = "call of a C function";
  if (processor === "x86_64") {
    const word = (value: number) => littleEndian(value, 4);
    // mov edi,…; mov eax,…; call rax; mov [disp32],rax
    const call = [0xbf, ...word(parameter), 0xb8, ...word(code), 0xff, 0xd0];
    return { kind: "bytes", bytes: [...call, 0x48, 0x89, 0x04, 0x25, ...word(result)], what };
  }
  // As wide as addresses are, so that all passes have the same size.
  const constant = (register: number, value: number) =>
    assemble([...AARCH64.constant(register, value || 0x40_0001, false)]).bytes;
  // blr x9; str x0,[x10]
  const [call, store] = [littleEndian(0xd63f0120, 4), littleEndian(0xf9000140, 4)];
  return {
    kind: "bytes",
    bytes: [
      ...constant(0, parameter),
      ...constant(9, code),
      ...call,
      ...constant(10, result),
      ...store,
    ],
    what,
  };
}

function entryBytes(
  { system, processor }: Launching,
  { call, args, flags, forgivenError = 0 }: Call,
  address: (label: string) => number,
): number[] {
  const view = new DataView(new ArrayBuffer(ENTRY_BYTES));
  const number = typeof call === "number" ? call : convention("linux", processor).numbers[call];
  if (number === undefined) throw new Error(`There is no call "${call}" here`);
  const shift = system === "freebsd" ? LINUX_CALLS : 0;
  view.setBigInt64(ENTRY.number, BigInt(number + shift), true);
  args.forEach((argument, index) =>
    view.setBigInt64(ENTRY.arguments + 8 * index, BigInt(valueOf(argument, address)), true)
  );
  view.setUint32(ENTRY.flags, flags, true);
  view.setUint32(ENTRY.forgivenError, forgivenError, true);
  return [...new Uint8Array(view.buffer)];
}

function endBytes(
  { shares = false, cloneFlags }: Launching,
  address: (label: string) => number,
): number[] {
  const view = new DataView(new ArrayBuffer(LIST_END.bytes));
  const sharing = CLONE_VM | CLONE_CHILD_CLEARTID;
  const flags = cloneFlags ?? (SIGCHLD | (shares ? sharing : 0));
  view.setBigUint64(LIST_END.start, BigInt(address(LIST)), true);
  view.setBigUint64(LIST_END.reportDescriptor, BigInt(REPORT_DESCRIPTOR), true);
  view.setBigUint64(LIST_END.cloneFlags, BigInt(flags), true);
  if (shares) view.setBigUint64(LIST_END.stack, BigInt(address(STACK) + STACK_BYTES), true);
  view.setUint32(LIST_END.isBusy, 1, true);
  return [...new Uint8Array(view.buffer)];
}

function pieceForms(
  name: string,
  piece: Launching["pieces"][string],
  address: (label: string) => number,
): readonly Form[] {
  if (typeof piece === "string") return text(name, piece);
  if (piece instanceof Uint8Array) return data(name, piece);
  return data(name, piece.flatMap((each) => littleEndian(valueOf(each, address), 8)));
}

function textRank(piece: Launching["pieces"][string]): number {
  return typeof piece === "string" ? 1 : 0;
}

function valueOf(argument: Argument, address: (label: string) => number): number {
  if (typeof argument === "number") return argument;
  return address(argument.data) + (argument.offset ?? 0);
}

/** How a launch went. */
export interface Launched {
  /** Of the child, unless one of {@link CHANGED_REGISTER} and {@link NO_CHILD}. */
  readonly code: number;
  /** What the child wrote. */
  readonly output: Uint8Array;
  /** What the launch answered: the child's PID or a negative error number. */
  readonly answer: number;
  /** Whether that is the PID of the child that ended. */
  readonly isAnswered: boolean;
  /** Whether the kernel has cleared the mark. */
  readonly isCleared: boolean;
  readonly report: { readonly errno: number; readonly index: number } | undefined;
}

/** Reads what the program told. */
export function launched(
  { listAddress }: LaunchingProgram,
  { code, stdout, stderr }: Pick<Deno.CommandOutput, "code" | "stdout" | "stderr">,
): Launched {
  const told = new DataView(stdout.buffer, stdout.byteOffset + stdout.length - TOLD_BYTES);
  const answer = told.getInt32(0, true);
  return {
    code,
    output: stdout.subarray(0, -TOLD_BYTES),
    answer,
    isAnswered: answer === told.getInt32(4, true),
    isCleared: told.getUint32(8, true) === 0,
    report: report(),
  };

  function report(): Launched["report"] {
    if (stderr.length !== REPORT_BYTES) return undefined;
    const view = new DataView(stderr.buffer, stderr.byteOffset);
    const index = (Number(view.getBigUint64(8, true)) - listAddress) / ENTRY_BYTES;
    return { errno: Number(view.getBigUint64(0, true)), index };
  }
}
