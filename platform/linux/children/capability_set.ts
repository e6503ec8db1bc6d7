/** The call by which a child sets its capabilities. */
import { EXEC_STAGE } from "../../../core/types.ts";
import { call, type ChildCall } from "../../child/call.ts";
import { PRCTL } from "../kernel/abi.ts";

/**
 * Effective and permitted: all that the manager is permitted. Two records of three words:
 * capset(2).
 */
export function capset(permitted: bigint, inheritable: bigint): ChildCall {
  const low = (mask: bigint) => Number(mask & 0xffff_ffffn);
  const high = (mask: bigint) => Number(mask >> 32n);
  const header = { kind: "words32", words: [PRCTL.CAPABILITY_VERSION_3, 0] } as const;
  const data = {
    kind: "words32",
    words: [
      ...[low(permitted), low(permitted), low(inheritable)],
      ...[high(permitted), high(permitted), high(inheritable)],
    ],
  } as const;
  return call(EXEC_STAGE.capabilities, "capset", header, data);
}
