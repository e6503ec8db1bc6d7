/**
 * The status block of replies 62 and 70 and of packets 100 and 101, in its three forms.
 *
 * Form 1 (10 bytes) tells whether a process ended well; form 5 (14 bytes) how; form 6 (30 bytes)
 * adds the time of the description file. Layout:
 *
 * | offset | size | meaning |
 * | ------ | ---- | ------- |
 * | 0 | 1 | state |
 * | 1 | 1 | target state |
 * | 2 | 1 | flags |
 * | 3 | 1 | stop reason |
 * | 4 | 2 | exec stage, if the reason is exec-failed and there is no process |
 * | 6 | 4 | pid; without one errno of an exec failure; else form 1: −1 or 0, 5, 6: si_code |
 * | 10 | 4 | forms 5 and 6: si_status |
 * | 14 | 16 | form 6: seconds and nanoseconds |
 *
 * `core/command.ts`'s ServiceStatus can be given wherever a {@link ReportedStatus} is encoded.
 */
import type { ExitStatus, ServiceState, StopReason } from "../types.ts";
import { i32At, type PacketReader, type PacketWriter } from "./layout/packet_bytes.ts";
import { REASON_NUMBERS, STATE_NUMBERS } from "./numbers.ts";

/** Named after the protocol version that brought the form. */
export type StatusForm = 1 | 5 | 6;

/** Size of each form in bytes. */
export const STATUS_SIZE = { 1: 10, 5: 14, 6: 30 } as const;

/** Point in time of a file, since 1970. Negative seconds are possible. */
export interface FileTime {
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
}

/**
 * How the last process ended, as far as the form tells: `unsuccessful` is form 1's "badly, no
 * details".
 */
export type ReportedExit = ExitStatus | { readonly kind: "unsuccessful" };

/** A service as a status block tells it. */
export interface ReportedStatus {
  readonly state: ServiceState;
  readonly target: "stopped" | "started";
  readonly waitsForConsole: boolean;
  readonly hasConsole: boolean;
  readonly startSkipped: boolean;
  /** Explicitly started. */
  readonly marked: boolean;
  /** Of the main process, or of the running start or stop script; 0 when there is none. */
  readonly pid: number;
  readonly reason: StopReason;
  /** With reason exec-failed and no process: what the child was doing, and the errno. */
  readonly execFailure: { readonly stage: number; readonly errno: number } | undefined;
  /** `none` also while a process runs, as the block has no room for both. */
  readonly exit: ReportedExit;
  /** Modification time of the description file when loaded; form 6 only, undefined if unknown. */
  readonly descriptionTime?: FileTime | undefined;
}

/** How to read the exit field of form 1: servers before version 5 put a wait(2) status there. */
export type FormOneExit = "wait-status" | "success-or-failure";

/** What a packet does not say itself about the statuses in it. */
export interface StatusReading {
  /** By the request that is answered; undefined: its answer has none. Information says its own. */
  readonly form: StatusForm | undefined;
  readonly formOneExit: FormOneExit;
}

/** For packets without a status. */
export const NO_STATUS_READING: StatusReading = {
  form: undefined,
  formOneExit: "success-or-failure",
};

/** Bits of the flags. */
const STATUS_FLAG = {
  waitsForConsole: 1,
  hasConsole: 2,
  startSkipped: 4,
  marked: 8,
  hasPid: 16,
} as const;

/** Highest exec stage that clients have a text for besides {@link STAGE_EXECUTE}. */
const LAST_SETUP_STAGE = 12;
const STAGE_EXECUTE = 18;

/** Offset of the pid, or of what stands in its place. */
const PROCESS_AT = 6;

const SI_CODE = { none: 0, exited: 1, killed: 2, dumped: 3 } as const;

/**
 * Appends a status block to a packet.
 *
 * @throws {RangeError} For an exec stage that is not assigned: upstream's client crashes on it.
 */
export function writeStatus(
  packet: PacketWriter,
  status: ReportedStatus,
  form: StatusForm,
): void {
  const failure = status.pid === 0 && status.reason === "exec-failed"
    ? status.execFailure
    : undefined;
  // Byte by byte: a list has a block for each service.
  const at = packet.reserve(PROCESS_AT);
  const { bytes } = packet;
  bytes[at] = STATE_NUMBERS.indexOf(status.state);
  bytes[at + 1] = STATE_NUMBERS.indexOf(status.target);
  bytes[at + 2] = statusFlags(status);
  bytes[at + 3] = REASON_NUMBERS.indexOf(status.reason);
  bytes[at + 4] = failure === undefined ? 0 : checkedStage(failure.stage);
  bytes[at + 5] = 0;
  writeProcess(packet, status, failure?.errno, form);
  if (form === 6) {
    packet.i64(status.descriptionTime?.seconds ?? 0)
      .i64(status.descriptionTime?.nanoseconds ?? 0);
  }
}

/**
 * Reads a status block; undefined when it holds a state or reason that no version has.
 */
export function readStatus(
  packet: PacketReader,
  form: StatusForm,
  formOneExit: FormOneExit = "success-or-failure",
): ReportedStatus | undefined {
  // As in writeStatus().
  const { bytes } = packet;
  const at = packet.skip(form === 1 ? STATUS_SIZE[1] : STATUS_SIZE[5]);
  const state = STATE_NUMBERS[bytes[at] ?? 0];
  const target = STATE_NUMBERS[bytes[at + 1] ?? 0];
  const flags = bytes[at + 2] ?? 0;
  const reason = REASON_NUMBERS[bytes[at + 3] ?? 0];
  const first = i32At(bytes, at + PROCESS_AT);
  const second = form === 1 ? 0 : i32At(bytes, at + PROCESS_AT + 4);
  const descriptionTime = form === 6 ? readTime(packet) : undefined;
  if (state === undefined || reason === undefined) return undefined;
  if (target !== "stopped" && target !== "started") return undefined;

  const hasPid = (flags & STATUS_FLAG.hasPid) !== 0;
  const isExecFailure = !hasPid && reason === "exec-failed";
  return {
    state,
    target,
    waitsForConsole: (flags & STATUS_FLAG.waitsForConsole) !== 0,
    hasConsole: (flags & STATUS_FLAG.hasConsole) !== 0,
    startSkipped: (flags & STATUS_FLAG.startSkipped) !== 0,
    marked: (flags & STATUS_FLAG.marked) !== 0,
    pid: hasPid ? first : 0,
    reason,
    execFailure: isExecFailure ? { stage: stageAt(bytes, at), errno: first } : undefined,
    exit: hasPid || isExecFailure ? { kind: "none" } : readExit(form, formOneExit, first, second),
    descriptionTime,
  };
}

/** What {@linkcode readStatus} gives for a status: its block has no room for all of it. */
export function reportedStatus(status: ReportedStatus, form: 5 | 6): ReportedStatus {
  const { execFailure, exit, pid } = status;
  const isExecFailure = pid === 0 && status.reason === "exec-failed";
  const descriptionTime = form === 6 ? knownTime(status.descriptionTime) : undefined;
  const isWhole = execFailure === undefined && !isExecFailure && exit.kind === "none" &&
    status.descriptionTime === descriptionTime;
  if (isWhole) return status;
  return {
    ...status,
    execFailure: isExecFailure
      ? { stage: checkedStage(execFailure?.stage ?? 0), errno: execFailure?.errno ?? 0 }
      : undefined,
    exit: pid !== 0 || isExecFailure ? { kind: "none" } : exit,
    descriptionTime,
  };
}

function stageAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 4] ?? 0) + 0x100 * (bytes[at + 5] ?? 0);
}

function statusFlags(status: ReportedStatus): number {
  let flags = 0;
  if (status.waitsForConsole) flags |= STATUS_FLAG.waitsForConsole;
  if (status.hasConsole) flags |= STATUS_FLAG.hasConsole;
  if (status.startSkipped) flags |= STATUS_FLAG.startSkipped;
  if (status.marked) flags |= STATUS_FLAG.marked;
  if (status.pid !== 0) flags |= STATUS_FLAG.hasPid;
  return flags;
}

function checkedStage(stage: number): number {
  if ((stage >= 0 && stage <= LAST_SETUP_STAGE) || stage === STAGE_EXECUTE) return stage;
  throw new RangeError(`Exec stage ${stage} is not assigned`);
}

function writeProcess(
  packet: PacketWriter,
  status: ReportedStatus,
  errno: number | undefined,
  form: StatusForm,
): void {
  if (status.pid !== 0 || status.reason === "exec-failed") {
    packet.i32(status.pid !== 0 ? status.pid : errno ?? 0);
    if (form !== 1) packet.i32(0);
    return;
  }
  const { code, value } = exitNumbers(status.exit);
  if (form === 1) packet.i32(value === 0 ? 0 : -1);
  else packet.i32(code).i32(value);
}

/** si_code and si_status of waitid(2). */
function exitNumbers(exit: ReportedExit): { readonly code: number; readonly value: number } {
  switch (exit.kind) {
    case "none":
      return { code: SI_CODE.none, value: 0 };
    case "exited":
      return { code: SI_CODE.exited, value: exit.code };
    case "signalled":
      return { code: exit.dumpedCore ? SI_CODE.dumped : SI_CODE.killed, value: exit.signal };
    case "unsuccessful":
      return { code: SI_CODE.exited, value: -1 };
  }
}

function readExit(
  form: StatusForm,
  formOneExit: FormOneExit,
  first: number,
  second: number,
): ReportedExit {
  if (form !== 1) return exitOfNumbers(first, second);
  if (first === 0) return { kind: "none" };
  return formOneExit === "wait-status" ? exitOfWaitStatus(first) : { kind: "unsuccessful" };
}

function exitOfNumbers(code: number, value: number): ReportedExit {
  switch (code) {
    case SI_CODE.none:
      return { kind: "none" };
    case SI_CODE.exited:
      return { kind: "exited", code: value };
    case SI_CODE.killed:
      return { kind: "signalled", signal: value, dumpedCore: false };
    case SI_CODE.dumped:
      return { kind: "signalled", signal: value, dumpedCore: true };
    default:
      return { kind: "unsuccessful" };
  }
}

/** Low 7 bits the signal, bit 7 a core dump, the next 8 bits the exit code: wait(2). */
function exitOfWaitStatus(status: number): ReportedExit {
  const signal = status & 0x7f;
  if (signal === 0) return { kind: "exited", code: (status >> 8) & 0xff };
  return { kind: "signalled", signal, dumpedCore: (status & 0x80) !== 0 };
}

function readTime(packet: PacketReader): FileTime | undefined {
  const seconds = packet.i64();
  const nanoseconds = packet.i64();
  return knownTime({ seconds, nanoseconds });
}

/** 0 stands for a time that is not known. */
function knownTime(time: FileTime | undefined): FileTime | undefined {
  return time?.seconds === 0 && time.nanoseconds === 0 ? undefined : time;
}
