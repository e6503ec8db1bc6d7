import { handle, type ReportedDetails } from "../../../../core/protocol/mod.ts";
import { PROPERTY_NAMES } from "../../../../ctl/interface/properties.ts";
import type { ServiceDetails } from "../../../../ctl/interface/report.ts";
import { detailsJson } from "../../../../ctl/render/services/json.ts";
import { assertEquals } from "../../../assert.ts";
import { converse } from "../../session_runner.ts";
import { greeting, record, serviceStatus, startedStatus, turn } from "../../turns.ts";

const FAILED: ServiceDetails = {
  name: "web",
  status: serviceStatus({ reason: "exec-failed", execFailure: { stage: 18, errno: 2 } }),
  file: { path: "/sd/web", isModified: true, isMissing: false },
  details: {
    ...{ name: "web", aliases: ["www"], summary: "z", documentation: ["man:web(8)"] },
    ...{ dropIns: ["/etc/dinit.d/web.toml.d/1.toml"], mask: undefined },
    ...{ statusText: "x", inStateMs: 5, restarts: 1, isLimitReached: true },
    ...{
      nextLaunchInMs: 9,
      health: { purpose: "liveness", state: "unhealthy", agoMs: 4, why: "w" },
      startedFor: "v",
    },
    lastEnd: { agoMs: 3, exit: { kind: "exited", code: 4 } },
    ...{ isPinnedStarted: false, isPinnedStopped: true, isSetAside: false },
    ...{ unmetCondition: undefined },
    ...{ timer: { times: "hourly", nextInMs: 1, lastAgoMs: 2 } },
    ...{ failedDependency: "db", fault: { text: "y", agoMs: 2 } },
  },
  usage: {
    ...{ cpuMs: 1, memoryBytes: 2, tasks: 3, readBytes: 4, writtenBytes: 5, source: "cgroup" },
    ...{
      isPartial: false,
      atMs: 6,
      inStateMs: 7,
      restarts: 8,
      starts: 9,
      startFailures: 10,
      ...{ state: "started", waitsFor: [], usualStartMs: 11, usualStopMs: 12 },
    },
  },
  logLines: undefined,
};

/** Of all services in every state. */
function namesIn(value: object, lead = ""): readonly string[] {
  return Object.entries(value).flatMap(([name, member]) =>
    member !== null && typeof member === "object" && !Array.isArray(member)
      ? namesIn(member, `${lead}${name}.`)
      : [lead + name]
  );
}

Deno.test("show knows every property that status --json tells, its output excepted", () => {
  const killed = { kind: "signalled", signal: 9, dumpedCore: true } as const;
  const details = { ...FAILED.details, lastEnd: { agoMs: 1, exit: killed } } as ReportedDetails;
  const told = [
    FAILED,
    { ...FAILED, details, status: serviceStatus({ reason: "failed", exit: killed }) },
    { ...FAILED, status: serviceStatus({ exit: { kind: "exited", code: 1 } }) },
  ].flatMap((service) => namesIn(detailsJson(service, 0)));
  const all = new Set(told.filter((name) => !["output", "exit", "launchFailure"].includes(name)));
  assertEquals([...all].toSorted(), [...PROPERTY_NAMES].toSorted() as readonly string[]);
});

const TURNS = [
  greeting(5),
  turn({ kind: "find", name: "web" }, record(0, "started")),
  turn({ kind: "query-description-directory", handle: handle(0) }, {
    ...{ kind: "description-directory", directory: "/sd" },
  }),
  turn({ kind: "status-5", handle: handle(0) }, {
    ...{ kind: "status", existed: false, form: 5, status: startedStatus({ pid: 7 }) },
  }),
] as const;

Deno.test("show prints the properties that are asked for, in their order", () => {
  const words = ["show", "web", "-P", "pid", "--property", "state", "-P", "since"];
  const { output, exit, faults } = converse(words, TURNS);
  assertEquals([faults, exit, output], [[], 0, "pid=7\nstate=started\nsince=\n"]);
  assertEquals(converse([...words, "--value"], TURNS).output, "7\nstarted\n\n");
});

Deno.test("show prints all of them, and says what is not loaded", () => {
  const { output, errors, exit } = converse(["show", "web", "db"], [
    ...TURNS,
    turn({ kind: "find", name: "db" }, { kind: "no-service" }),
  ]);
  const lines = output.split("\n");
  assertEquals(lines.length, PROPERTY_NAMES.length + 1);
  assertEquals(lines.slice(0, 3), ["name=web", "loaded=true", "state=started"]);
  assertEquals([errors, exit], ["dinitctl: service 'db' not loaded.\n", 1]);
});

Deno.test("show refuses a property that is none, before it asks for any service", () => {
  const { errors, exit, faults } = converse(["show", "web", "-P", "pdi"], [greeting()]);
  assertEquals([faults, exit], [[], 1]);
  assertEquals(errors.split("\n")[0], "dinitctl: there is no property 'pdi'; did you mean 'pid'?");
});
