import { NO_LAST_RESORT } from "../../../platform/posix/processes/no_last_resort.ts";
import type { ServiceDescription } from "../../../core/description/mod.ts";
import { fd } from "../../../core/types.ts";
import { closeChildEnds, closeOwnEnds, openChannels } from "../../../daemon/launch/channels.ts";
import type { Failure } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const SHORTAGE: Failure = { kind: "failure", call: "socketpair", errno: 24, message: "too many" };

/** Ends are numbered from 10; `open` are those that nobody has closed. */
function makePlatform({ hasPair = true } = {}) {
  const open = new Set<number>();
  let next = 10;
  const opened = () => {
    open.add(next);
    return fd(next++);
  };
  return {
    open,
    lastResort: NO_LAST_RESORT,
    pipe: () => ({ kind: "pipe", readEnd: opened(), writeEnd: opened() }) as const,
    openNotifySocket: () => ({ kind: "notify-socket", fd: opened(), address: "@web" }) as const,
    socketPair: () => hasPair ? { kind: "pair", near: opened(), far: opened() } as const : SHORTAGE,
    close: (descriptor: number) => void open.delete(descriptor),
  };
}

function describe(
  protocol: "none" | "descriptor" | "notify",
  { passControlSocket = false, type = "process" } = {},
): ServiceDescription {
  const readyNotification = { kind: protocol, number: 3 };
  return { type, readyNotification, options: { passControlSocket } } as ServiceDescription;
}

Deno.test("openChannels() opens what the description asks for, with ends for either side", () => {
  const platform = makePlatform();
  const description = describe("descriptor", { passControlSocket: true });
  const channels = openChannels(platform, description, "start");
  if ("kind" in channels) throw new Error(channels.message);
  assertEquals(channels, {
    own: { readiness: fd(10), notify: undefined, control: fd(12) },
    readiness: fd(11),
    control: fd(13),
  });
  closeChildEnds(platform, channels);
  assertEquals([...platform.open], [10, 12]);
  closeOwnEnds(platform, channels.own);
  assertEquals([...platform.open], []);
});

Deno.test("openChannels() leaves nothing open when it fails", () => {
  for (const protocol of ["descriptor", "notify"] as const) {
    const platform = makePlatform({ hasPair: false });
    const description = describe(protocol, { passControlSocket: true });
    assertEquals(openChannels(platform, description, "start"), SHORTAGE);
    assertEquals([...platform.open], []);
  }
});

Deno.test("openChannels() gives a stop command a control connection only if it is the service", () => {
  for (const [type, count] of [["process", 0], ["scripted", 2]] as const) {
    const platform = makePlatform();
    openChannels(platform, describe("notify", { passControlSocket: true, type }), "stop");
    assertEquals(platform.open.size, count);
  }
});
