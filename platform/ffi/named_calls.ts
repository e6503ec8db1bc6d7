/**
 * System calls by the names of the C library's functions, behind the interface of `library.ts`: for
 * macOS, where numbers are not for programs to use. A "number" here is an index into a list of
 * functions, each bound when it is first called (0.3 ms).
 *
 * On Apple's arm64 the arguments of a variadic function behind the named ones lie on the stack. A
 * call made as if the function were not variadic reaches them if the eight argument registers are
 * filled first (Apple, "Writing ARM64 code for Apple platforms"); everywhere else the two kinds of
 * call are the same.
 */
import type { AddressCalls, SystemCalls } from "./library.ts";

/** A function of the C library whose result fits 32 bits. */
export interface NamedCall {
  readonly name: string;
  /** Parameters that it has, at most six. */
  readonly parameters: number;
  /** For a variadic function: how many of them are named. */
  readonly named?: number;
}

export interface NamedCallsOptions {
  readonly library: string;
  /** Function that tells where errno is. */
  readonly errnoFunction: string;
  /** Whether variadic arguments lie on the stack. */
  readonly variadicOnStack: boolean;
  /** Reported for a function that the library lacks. */
  readonly ENOSYS: number;
}

type Argument = number | Uint8Array<ArrayBuffer> | null;
type Bound = (...words: Argument[]) => number;

const ARGUMENT_REGISTERS = 8;

/** Where a call's second parameter is memory and not a number. */
type Shape = "numbers" | "memory";

/**
 * Makes the calls.
 *
 * @param functions What the numbers mean.
 * @throws {Error} When the library or its errno is not there.
 */
export function namedCalls(
  functions: readonly NamedCall[],
  options: NamedCallsOptions,
): SystemCalls & AddressCalls {
  const errno = bindErrno(options);
  const bound = new Map<string, Bound>();

  function bind(index: number, shape: Shape): Bound {
    const key = `${index} ${shape}`;
    const known = bound.get(key);
    if (known !== undefined) return known;
    const made = bindFunction(functions[index], shape, options) ?? (() => {
      errno[0] = options.ENOSYS;
      return -1;
    });
    bound.set(key, made);
    return made;
  }

  const withNumbers = (index: number, ...words: number[]) => bind(index, "numbers")(...words);
  return {
    lastErrno: () => errno[0] as number,
    numbers: withNumbers,
    addresses: withNumbers,
    buffer: (index, ...words) => bind(index, "memory")(...words),
    map: () => null,
  };
}

function bindErrno({ library, errnoFunction }: NamedCallsOptions): Int32Array {
  const { symbols } = Deno.dlopen(library, {
    location: { name: errnoFunction, parameters: [], result: "pointer" },
  });
  const location = symbols.location();
  if (location === null) throw new Error("Cannot find errno: the C library gives no address");
  return new Int32Array(new Deno.UnsafePointerView(location).getArrayBuffer(4));
}

/** @returns undefined when the library lacks it. */
function bindFunction(
  call: NamedCall | undefined,
  shape: Shape,
  { library, variadicOnStack }: NamedCallsOptions,
): Bound | undefined {
  if (call === undefined) return undefined;
  const { name, parameters: count, named = count } = call;
  const padding = variadicOnStack && named < count ? ARGUMENT_REGISTERS - named : 0;
  const kinds = Array.from(
    { length: count + padding },
    (_, index) => index === 1 && shape === "memory" ? "buffer" as const : "i64" as const,
  );
  try {
    const { symbols } = Deno.dlopen(library, {
      call: { name, parameters: kinds, result: "i32" },
    });
    // 64-bit parameters take numbers as well as bigints at run time; Deno's types know bigints
    // only.
    const called = symbols.call as unknown as Bound;
    const unused = new Array<number>(padding).fill(0);
    return (...words) => called(...words.slice(0, named), ...unused, ...words.slice(named, count));
  } catch {
    return undefined;
  }
}
