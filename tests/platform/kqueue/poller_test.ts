/** The wait by kqueue, over a library: with the events of macOS (32 bytes) and of FreeBSD (64). */
import { createKqueueLibraryPoller } from "../../../platform/linux/poll/kqueue_host.ts";
import type { Poller } from "../../../platform/mod.ts";
import { assert } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { testPoller } from "../poller_suite.ts";
import { buildKqueueLibrary, NEEDS_KQUEUE } from "./kqueue_library.ts";

/** The library is loaded before the tests, which must leave no more open than they found. */
function pollerMaker(keventBytes: 32 | 64): () => Poller {
  using library = buildKqueueLibrary(keventBytes);
  const { path } = library;
  const create = () => createKqueueLibraryPoller(path, keventBytes);
  create();
  return create;
}

/** With the library's word that there are no timers any more. */
function testWithoutTimers(create: () => Poller): void {
  testNeeding("kqueue: a deadline is kept where the system has no timer left", NEEDS_KQUEUE, () => {
    const sink = { descriptor: () => {}, signal: () => {} };
    const poller = create();
    // Read by the library.
    Deno.env.set("KQUEUE_FAULTY_TIMERS", "1");
    try {
      // Finds out, and returns as for any event.
      poller.wait(10_000, sink);
      const begin = performance.now();
      poller.wait(20, sink);
      assert(performance.now() - begin >= 19);
    } finally {
      Deno.env.delete("KQUEUE_FAULTY_TIMERS");
    }
  });
}

for (const keventBytes of [32, 64] as const) {
  const isPossible = NEEDS_KQUEUE.every((need) => need.isMet);
  const create = isPossible ? pollerMaker(keventBytes) : () => {
    throw new Error("The library could not be made");
  };
  testPoller({
    name: `kqueue, ${keventBytes} bytes`,
    needs: NEEDS_KQUEUE,
    tellsStatus: true,
    create,
  });
  // Another library that is named takes the place of that of 32 bytes.
  if (keventBytes === 64) testWithoutTimers(create);
}
