/**
 * Runs a filter as the kernel does: struct seccomp_data, an accumulator, forward jumps.
 */
import { BPF, type Instruction } from "../../../core/sandbox/filter_program.ts";

/** A call as the kernel tells a filter of it. Arguments are of 64 bits. */
export interface FilteredCall {
  readonly number: number;
  readonly architecture: number;
  readonly arguments: readonly bigint[];
}

/** What comes of it, in words: "allow", "kill", "error 1". */
export function runFilter(program: readonly Instruction[], call: FilteredCall): string {
  const data = dataOf(call);
  let accumulator = 0;
  for (let at = 0; at < program.length; at++) {
    const { code, operand, whenTrue, whenFalse } = program[at] as Instruction;
    switch (code) {
      case BPF.load:
        accumulator = data.getUint32(operand, true);
        break;
      case BPF.and:
        accumulator = (accumulator & operand) >>> 0;
        break;
      case BPF.jump:
        at += operand;
        break;
      case BPF.ifEqual:
        at += accumulator === operand ? whenTrue : whenFalse;
        break;
      case BPF.ifAtLeast:
        at += accumulator >= operand ? whenTrue : whenFalse;
        break;
      case BPF.ifAnyBit:
        at += (accumulator & operand) !== 0 ? whenTrue : whenFalse;
        break;
      case BPF.return:
        return answerText(operand);
      default:
        throw new Error(`No instruction ${code}`);
    }
  }
  throw new Error("The program has no end");
}

/** int nr; __u32 arch; __u64 instruction_pointer; __u64 args[6]: linux/seccomp.h. */
function dataOf(call: FilteredCall): DataView {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.number, true);
  data.setUint32(4, call.architecture, true);
  call.arguments.forEach((value, index) => data.setBigUint64(16 + index * 8, value, true));
  return data;
}

function answerText(value: number): string {
  const [action, detail] = [(value & 0xffff0000) >>> 0, value & 0xffff];
  switch (action) {
    case 0x7fff0000:
      return "allow";
    case 0x80000000:
      return "kill";
    case 0x00050000:
      return `error ${detail}`;
    default:
      throw new Error(`No action ${action.toString(16)}`);
  }
}
