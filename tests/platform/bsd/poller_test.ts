/** The wait by kqueue, over a library: with the events of macOS (32 bytes) and of FreeBSD (64). */
import { createKqueueLibraryPoller } from "../../../platform/linux/kqueue_host.ts";
import type { Poller } from "../../../platform/mod.ts";
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
}
