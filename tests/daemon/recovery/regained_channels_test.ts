/** What a manager that was killed had open, found again under other numbers. */
import type { Fd, Pid, ServiceId, ServiceName } from "../../../core/types.ts";
import type { LeftFacts } from "../../../daemon/recovery/kept_facts.ts";
import { type LivingServices, regainChannels } from "../../../daemon/recovery/regained_channels.ts";
import { assertEquals } from "../../assert.ts";

const [WEB, MAIL, READER] = [1, 2, 3] as ServiceId[] as [ServiceId, ServiceId, ServiceId];
const NAMES = new Map<ServiceId, string>([[WEB, "web"], [MAIL, "mail"], [READER, "reader"]]);
const FAILURE = {
  kind: "failure",
  call: "bind",
  errno: 98,
  message: "in use (EADDRINUSE)",
} as const;

/** Descriptors are given from 50 on. */
function worldOf({ processes = {}, pipes = {}, freeAddresses = [] }: {
  /** By service. */
  readonly processes?: Readonly<Record<number, readonly number[]>>;
  /** Numbers of the pipes that a process has open. */
  readonly pipes?: Readonly<Record<number, readonly number[]>>;
  readonly freeAddresses?: readonly string[];
}) {
  let next = 50;
  const done: string[] = [];
  const open = () => next++ as Fd;
  const services: LivingServices = {
    processesOf: (service) => (processes[service] ?? []) as Pid[],
    find: (name) => [...NAMES].find(([, one]) => one === name)?.[0],
    nameOf: (service) => NAMES.get(service) as ServiceName | undefined,
    consumerOf: (producer) => producer === "mail" ? READER : undefined,
  };
  const platform = {
    processId: () => 99 as Pid,
    close: (fd: Fd) => void done.push(`close ${fd}`),
    setBlocking: (fd: Fd, blocking: boolean) => void done.push(`blocking ${fd} ${blocking}`),
    pipe: () => ({ kind: "pipe", readEnd: open(), writeEnd: open() }) as const,
    leftChannels: {
      pipeNumber: () => undefined,
      openPipe: (pid: Pid, pipe: number, end: "read" | "write") => {
        const isThere = pid === 99 || pipes[pid]?.includes(pipe);
        if (isThere) done.push(`${end} ${pipe} of ${pid}`);
        return isThere ? open() : undefined;
      },
      openNotifySocketAt: (address: string) => freeAddresses.includes(address) ? open() : FAILURE,
    },
  };
  return { services, platform, done };
}

function parts(some: Partial<LeftFacts["parts"]>): LeftFacts["parts"] {
  return {
    outputs: [],
    readiness: new Map(),
    notifications: { speakers: [], statusTexts: new Map() },
    passed: [],
    sockets: new Map(),
    demand: new Map(),
    control: { listener: { fd: 4 as Fd, file: undefined }, connections: [] },
    ...some,
  } as unknown as LeftFacts["parts"];
}

function pipe(name: string, number: number) {
  const [readEnd, writeEnd] = [10, 11] as [Fd, Fd];
  return { name: name as ServiceName, readEnd, writeEnd, sink: "buffer", pipe: number } as const;
}

Deno.test("regainChannels() opens pipes by who has them, be it the reader, and tells the others", () => {
  const { services, platform, done } = worldOf({
    processes: { [WEB]: [70], [READER]: [71, 72] },
    pipes: { 72: [8] },
  });
  const outputs = [pipe("web", 7), { ...pipe("mail", 8), sink: "none" } as const];
  const regained = regainChannels(parts({ outputs }), services, platform);
  assertEquals(
    regained.parts.outputs.map(({ name, readEnd, writeEnd }) => [name, readEnd, writeEnd]),
    [
      ["mail", 50, 51],
    ],
  );
  assertEquals(done, ["read 8 of 72", "write 8 of 99", "blocking 50 true"]);
  assertEquals([...regained.open], [50, 51]);
  assertEquals(regained.lost, ["web: What it writes is lost: nobody has its pipe any more"]);
});

Deno.test("regainChannels() tells of control connections of services that live on", () => {
  const { services, platform } = worldOf({ processes: { [WEB]: [70] } });
  const state = {
    ...{ unreadBytes: 0, stagedBytes: 0, wasInterrupted: false, session: undefined },
    pipe: { readEnd: 13 as Fd, writeEnd: 14 as Fd },
  };
  const passed = [WEB, MAIL].map((service) => ({ ...state, service, fd: 12 as Fd }));
  const regained = regainChannels(parts({ passed }), services, platform);
  assertEquals([regained.parts.passed, regained.lost], [[], [
    "web: Its control connection (pass-cs-fd) is lost until it is started again",
  ]]);
});

Deno.test("regainChannels() says nothing of services that are gone", () => {
  const { services, platform } = worldOf({});
  const outputs = [pipe("web", 7)];
  const readiness = new Map([[12 as Fd, { service: WEB, pipe: 9, hasSpoken: false }]]);
  const regained = regainChannels(parts({ outputs, readiness }), services, platform);
  assertEquals([regained.parts.outputs, [...regained.parts.readiness], regained.lost], [
    [],
    [],
    [],
  ]);
});

Deno.test("regainChannels() waits for readiness where it can still be said, and closes it elsewhere", () => {
  const { services, platform, done } = worldOf({
    processes: { [WEB]: [70], [MAIL]: [71], [READER]: [72] },
    pipes: { 70: [9] },
  });
  const waiting = (service: ServiceId, number: number) => ({
    service,
    pipe: number,
    hasSpoken: false,
  });
  const readiness = new Map([
    [12 as Fd, waiting(WEB, 9)],
    [13 as Fd, waiting(MAIL, 10)],
    [14 as Fd, { ...waiting(READER, 11), hasSpoken: true }],
  ]);
  const regained = regainChannels(parts({ readiness }), services, platform);
  assertEquals([...regained.parts.readiness], [[50, waiting(WEB, 9)], [51, waiting(MAIL, 10)]]);
  assertEquals(done, ["read 9 of 70", "close 52"]);
});

Deno.test("regainChannels() binds notification sockets again, and leaves sockets to be opened", () => {
  const { services, platform } = worldOf({
    processes: { [WEB]: [70], [MAIL]: [71] },
    freeAddresses: ["@web"],
  });
  const speaker = (service: ServiceId, address: string) => ({
    ...{
      service,
      socket: { fd: 20 as Fd, address },
      leader: 70 as Pid,
      uid: 0,
      mainPid: 70 as Pid,
    },
    ...{ watchdogMs: 0, isReloading: false, due: undefined, hasComplained: false },
  });
  const file = { device: 1, inode: 2n, birth: 3n };
  const wanted = { address: { kind: "unix", path: "/run/web" } };
  const sockets = new Map([[WEB, [{ kind: "socket", fd: 30 as Fd, file, wanted }]]]);
  const regained = regainChannels(
    parts({
      notifications: {
        speakers: [speaker(WEB, "@web"), speaker(MAIL, "@mail")],
        statusTexts: new Map([[WEB, "Serving"]]),
      },
      sockets: sockets as unknown as LeftFacts["parts"]["sockets"],
    }),
    services,
    platform,
  );
  const { notifications, control, leftSockets } = regained.parts;
  assertEquals(notifications.speakers.map(({ service, socket }) => [service, socket.fd]), [[
    WEB,
    50,
  ]]);
  assertEquals(notifications.statusTexts.get(WEB), "Serving");
  assertEquals(regained.lost, ["mail: What it tells of itself is lost: in use (EADDRINUSE)"]);
  assertEquals([...regained.parts.sockets, control.listener], [undefined]);
  assertEquals(leftSockets, new Map([["/run/web", file]]));
});
