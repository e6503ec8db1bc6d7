/**
 * A FreeBSD kernel that does nothing but write down what it is asked: names of calls with their
 * numbers, and texts in place of the addresses of paths.
 */
import { FREEBSD_CALLS } from "../../../platform/freebsd/abi.ts";
import { FREEBSD, type FreebsdKernel } from "../../../platform/freebsd/kernel.ts";
import { pathAddress, pathMemory } from "../../../platform/posix/kernel/kernel.ts";

export interface Recording {
  readonly kernel: FreebsdKernel;
  /** `name(argument, …)` each, without the zeros at the end. */
  readonly asked: string[];
}

/**
 * @param answer Result of a call, by its name and arguments; default 0. A negative one is −errno.
 */
export function recordingKernel(
  answer: (name: string, args: readonly unknown[]) => number = () => 0,
): Recording {
  const asked: string[] = [];
  let errno = 0;
  const names = new Map<number, string>(
    Object.entries(FREEBSD_CALLS).map(([name, number]) => [number, name]),
  );
  const record = (number: number, args: readonly unknown[]): number => {
    const name = names.get(number) ?? `call ${number}`;
    const shown = args.map((argument) =>
      argument === pathAddress || argument === pathMemory ? `"${pathText()}"` : argument
    );
    while (shown.at(-1) === 0) shown.pop();
    asked.push(`${name}(${shown.join(", ")})`);
    const result = answer(name, args);
    if (result >= 0) return result;
    errno = -result;
    return -1;
  };
  const kernel: FreebsdKernel = {
    ...FREEBSD,
    lastErrno: () => errno,
    numbers: (number, ...args) => record(number, args),
    buffer: (number, ...args) => record(number, args),
    addresses: (number, ...args) => record(number, args),
    map: () => null,
  };
  return { kernel, asked };
}

function pathText(): string {
  return new TextDecoder().decode(pathMemory.subarray(0, pathMemory.indexOf(0)));
}
