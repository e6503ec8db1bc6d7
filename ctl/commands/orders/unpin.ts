/** `unpin`: remove the pins of services. */
import type { Command } from "../lookup/context.ts";
import { namedServices } from "../lookup/named_services.ts";
import { presentService, tellLoadFailure } from "../lookup/service_lookup.ts";

export const unpin: Command = function* (context) {
  const { session, io } = context;
  let { names, exit } = yield* namedServices(context);
  for (const name of names) {
    const service = yield* presentService(session, name);
    if (service.kind === "failed") {
      yield* tellLoadFailure(name, service.fault, { session }, io);
      exit = 1;
      continue;
    }
    yield* session.expect({ kind: "unpin", handle: service.handle }, "ack");
    yield { kind: "service-done", service: name, done: "unpinned" };
  }
  return exit;
};
