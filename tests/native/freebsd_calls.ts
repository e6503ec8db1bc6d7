/**
 * FreeBSD's system calls on Linux: each one in a program stands among what makes Linux' answer look
 * like FreeBSD's, so that programs for FreeBSD run here instruction by instruction, but for those.
 *
 * A failure is the carry flag and a positive error number; second result and what else the kernel
 * does not keep are lost. Source: sys/amd64/amd64/vm_machdep.c, sys/arm64/arm64/vm_machdep.c
 * (cpu_set_syscall_retval, cpu_fork), lib/libc/amd64/SYS.h of FreeBSD 14.
 */
import { AARCH64 } from "../../native/aarch64/instruction_set.ts";
import { compareConstant } from "../../native/aarch64/instructions.ts";
import type { Item } from "../../native/assembly.ts";
import { convention, ERROR_NUMBERS, type Processor } from "../../native/conventions.ts";
import type { InstructionSet, Register } from "../../native/instruction_set.ts";
import { X86_64 } from "../../native/x86_64/instruction_set.ts";
import { testSelf } from "../../native/x86_64/instructions.ts";

/** A call of Linux keeps its number in programs for FreeBSD, so much higher. */
export const LINUX_CALLS = 1000;

/** How a processor's calls of Linux are made to look like FreeBSD's. */
interface Disguise {
  readonly set: InstructionSet;
  /** Calls of Linux that are as FreeBSD's; the one for fork takes what stands before it. */
  readonly fork: { readonly name: string; readonly before: readonly Item[] };
  readonly lost: readonly Register[];
  readonly setCarry: Item;
  readonly clearCarry: Item;
}

const SIGCHLD = 17;
const DISGUISES: Readonly<Record<Processor, Disguise>> = {
  x86_64: {
    set: X86_64,
    fork: { name: "fork", before: [] },
    lost: [2, 8, 9, 10],
    setCarry: { kind: "code", bytes: [0xf9], text: "stc" },
    clearCarry: testSelf(0),
  },
  aarch64: {
    set: AARCH64,
    fork: {
      name: "clone",
      before: [SIGCHLD, 0, 0, 0, 0].flatMap((value, register) =>
        AARCH64.constant(register, value, false)
      ),
    },
    lost: [1],
    setCarry: compareConstant("cmp", 8, 0),
    clearCarry: compareConstant("cmn", 8, 0),
  },
};

/** What calls answer instead of the truth: a result or the negative error number. */
export type FalseAnswers = Readonly<Partial<Record<"fork" | "getpid", number>>>;

/** @returns The processor's instructions; the convention to use with them is FreeBSD's. */
export function withFreebsdCalls(processor: Processor, answers: FalseAnswers = {}): InstructionSet {
  const { set, fork, lost, setCarry, clearCarry } = DISGUISES[processor];
  const { callNumber, callResult } = set.registers;
  const linux = convention("linux", processor).numbers;
  const freebsd = convention("freebsd", processor).numbers;
  let sites = 0;

  function systemCall(): readonly Item[] {
    const site = `site ${++sites} `;
    const names = ["fork", "getpid", "write", "exit_group"] as const;
    return [
      ...set.jumpWhen(callNumber, "below", constant(LINUX_CALLS), `${site}${names[0]}`),
      ...set.calculate("subtract", callNumber, constant(LINUX_CALLS)),
      set.jump(`${site}call`),
      ...names.flatMap((name, index) => {
        const next = `${site}${names[index + 1] ?? "unknown"}`;
        return [
          label(`${site}${name}`),
          ...set.jumpWhen(callNumber, "!=", constant(freebsd[name] ?? 0), next),
          ...perform(name, site),
        ];
      }),
      label(`${site}unknown`),
      set.undefinedInstruction(),
      label(`${site}call`),
      ...set.systemCall(),
      label(`${site}called`),
      ...lost.flatMap((register) => set.constant(register, 1, false)),
      ...set.jumpWhen(callResult, "above", constant(-4096), `${site}failed`),
      clearCarry,
      set.jump(`${site}behind`),
      label(`${site}failed`),
      set.negate(callResult),
      ...translateErrors(site),
      setCarry,
      label(`${site}behind`),
    ];
  }

  function perform(name: "fork" | "getpid" | "write" | "exit_group", site: string): Item[] {
    const answer = name === "fork" || name === "getpid" ? answers[name] : undefined;
    if (answer !== undefined) {
      return [...set.constant(callResult, answer, false), set.jump(`${site}called`)];
    }
    return [
      ...(name === "fork" ? fork.before : []),
      ...set.constant(callNumber, linux[name === "fork" ? fork.name : name] ?? 0, false),
      set.jump(`${site}call`),
    ];
  }

  function translateErrors(site: string): Item[] {
    return (["ESTALE", "ETIMEDOUT"] as const).flatMap((name) => [
      ...set.jumpWhen(callResult, "!=", constant(ERROR_NUMBERS.linux[name]), `${site}no ${name}`),
      ...set.constant(callResult, ERROR_NUMBERS.freebsd[name], false),
      label(`${site}no ${name}`),
    ]);
  }

  return { ...set, systemCall };
}

function constant(value: number): { readonly kind: "constant"; readonly value: number } {
  return { kind: "constant", value };
}

function label(name: string): Item {
  return { kind: "label", name };
}
