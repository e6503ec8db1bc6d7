/** Calls by the names of the C library's functions. */
import { namedCalls } from "../../../platform/ffi/named_calls.ts";
import { assertEquals } from "../../assert.ts";
import { NEEDS_LINUX } from "../posix/linux_forms.ts";

Deno.test({
  name: "a function that the library lacks is ENOSYS by name",
  ignore: NEEDS_LINUX.some(({ isMet }) => !isMet),
  // The library stays open for the life of the process.
  sanitizeResources: false,
  fn: () => {
    const calls = namedCalls([{ name: "no_such_function", parameters: 1 }], {
      library: "libc.so.6",
      errnoFunction: "__errno_location",
      variadicOnStack: true,
      ENOSYS: 38,
    });
    assertEquals(calls.numbers(0, 1, 0, 0, 0, 0, 0), -1);
    assertEquals(calls.lastErrno(), 38);
  },
});
