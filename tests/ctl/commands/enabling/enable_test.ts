import { handle, type ReportedStatus } from "../../../../core/protocol/mod.ts";
import { symlinkTarget } from "../../../../ctl/commands/enabling/enablement.ts";
import { assertEquals } from "../../../assert.ts";
import type { FakeIoOptions, Turn } from "../../fake_io.ts";
import { converse } from "../../session_runner.ts";
import { event, greeting, loading, serviceStatus, startedStatus, turn } from "../../turns.ts";

const BOOT = 'type = "internal"\nwaits-for-d = ["boot.d"]\n';
const FILES: FakeIoOptions = {
  texts: { "/sd/boot.toml": BOOT, "/sd/e.toml": 'type = "internal"\n' },
  directories: { "/sd": ["boot.toml", "e.toml", "boot.d"], "/sd/boot.d": [] },
};

function where(number: number): Turn {
  return turn({ kind: "query-description-directory", handle: handle(number) }, {
    kind: "description-directory",
    directory: "/sd",
  });
}

const PREPARATION = [
  greeting(),
  turn({ kind: "list-environment" }, { kind: "environment", entries: [] }),
  loading("e", 0),
  where(0),
  loading("boot", 1, "started"),
  where(1),
];

const LINK = { dependency: "waits-for", from: handle(1), to: handle(0) } as const;

function enabling(status: ReportedStatus, ...events: readonly Parameters<typeof turn>[1][]): Turn {
  return turn({ kind: "enable-7", ...LINK }, ...events, {
    kind: "status",
    existed: false,
    form: 6,
    status,
  });
}

function withFiles(texts: Record<string, string>, entries: readonly string[] = []): FakeIoOptions {
  return {
    texts: { ...FILES.texts, ...texts },
    directories: { ...FILES.directories, "/sd/boot.d": entries },
  };
}

Deno.test("enable waits for the start that it causes", () => {
  const starting = serviceStatus({ state: "starting", target: "started" });
  const request = enabling(starting);
  const result = converse(["enable", "e"], [...PREPARATION, {
    send: request.send,
    receive: [
      ...request.receive,
      ...turn({ kind: "list" }, ...event(0, "failed", { reason: "timed-out" })).receive,
    ],
  }], FILES);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(
    result.output,
    "Service 'e' has been enabled.\nService 'e' failed to start.\nReason: start timed out.\n",
  );
});

Deno.test("enable tells a start that failed within the request", () => {
  const result = converse(["enable", "e"], [
    ...PREPARATION,
    enabling(serviceStatus(), ...event(0, "failed", { reason: "dependency-failed" })),
  ], FILES);
  assertEquals([result.faults, result.exit], [[], 1]);
  assertEquals(result.output.split("\n")[1], "Service 'e' failed to start.");
});

Deno.test("enable from a service that is not started warns and starts nothing", () => {
  const result = converse(["enable", "e"], [
    ...PREPARATION.slice(0, 4),
    loading("boot", 1, "stopped"),
    where(1),
    enabling(serviceStatus()),
  ], FILES);
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(
    result.errors,
    "dinitctl: warning: enabling dependency for non-started service\n",
  );
  assertEquals(result.output, "Service 'e' has been enabled.\n");
});

Deno.test("enable takes the service to enable from out of the description", () => {
  const options = withFiles({
    "/sd/e.toml": 'type = "internal"\n[meta]\nenable-via = "late"\n',
    "/sd/late.toml": 'type = "internal"\nwaits-for-d = ["boot.d"]\n',
  });
  const result = converse(["enable", "e"], [
    ...PREPARATION.slice(0, 4),
    loading("late", 1, "started"),
    where(1),
    enabling(startedStatus()),
  ], options);
  assertEquals([result.faults, result.exit], [[], 0]);
});

const REFUSALS: readonly (readonly [string, FakeIoOptions, string])[] = [
  ["an entry that exists", withFiles({}, ["e"]), "dinitctl: service already enabled.\n"],
  [
    "no waits-for.d",
    withFiles({ "/sd/boot.toml": 'type = "internal"\n' }),
    "dinitctl: service 'boot' has no setting 'waits-for.d'",
  ],
  [
    "several waits-for.d",
    withFiles({ "/sd/boot.toml": 'type = "internal"\nwaits-for-d = ["boot.d", "late.d"]\n' }),
    "dinitctl: service 'boot' has several 'waits-for.d' directories (/sd/boot.d, /sd/late.d)",
  ],
  [
    "a dependency that the description has",
    withFiles({ "/sd/boot.toml": `${BOOT}depends-on = ["e"]\n` }),
    "dinitctl: service 'boot' names 'e' in its description (/sd/boot.toml)",
  ],
];

for (const [cause, options, errors] of REFUSALS) {
  Deno.test(`enable is refused for ${cause}, before anything is changed`, () => {
    const result = converse(["enable", "e"], PREPARATION, options);
    assertEquals([result.faults, result.exit, result.io.fileChanges], [[], 1, []]);
    assertEquals(result.errors.slice(0, errors.length), errors);
  });
}

Deno.test("enable and disable refuse a name with a slash, which no link can have", () => {
  const name = "dev@/dev/sda2";
  const files = withFiles({ "/sd/dev.toml": 'type = "internal"\n' });
  for (const change of ["enable", "disable"]) {
    const withManager = [...PREPARATION.slice(0, 2), loading(name, 0), ...PREPARATION.slice(3)];
    for (const [words, turns] of [[[], withManager], [["-o", "-d", "/sd"], []]] as const) {
      const result = converse([...words, change, name], turns, files);
      assertEquals([result.exit, result.io.fileChanges], [1, []]);
      if (turns.length > 0) assertEquals(result.faults, []);
      assertEquals(
        result.errors,
        "dinitctl: service 'dev@/dev/sda2' cannot be enabled or disabled: the link would have its name, and a file's name holds no '/'.\n" +
          "dinitctl: name it with 'waits-for' in the description of 'boot' (/sd/boot.toml) instead.\n",
      );
    }
  }
});

Deno.test("enable refuses a cycle and makes no link", () => {
  const result = converse(["enable", "e"], [
    ...PREPARATION,
    turn({ kind: "enable-7", ...LINK }, { kind: "nak" }),
  ], FILES);
  assertEquals([result.faults, result.exit, result.io.fileChanges], [[], 1, []]);
});

Deno.test("enable sends nothing for a template as --from", () => {
  const result = converse(["enable", "--from", "a@b", "e"], [greeting()], FILES);
  assertEquals([result.faults, result.exit], [[], 1]);
});

Deno.test("disable tells that the service was not enabled, or stays up", () => {
  const removal = { kind: "remove-dependency", ...LINK } as const;
  const refused = converse(
    ["disable", "e"],
    [...PREPARATION, turn(removal, { kind: "nak" })],
    FILES,
  );
  assertEquals([refused.exit, refused.errors], [1, "dinitctl: service not currently enabled\n"]);
  const up = converse(["disable", "e"], [
    ...PREPARATION,
    turn(removal, { kind: "ack" }),
    turn({ kind: "status-5", handle: handle(0) }, {
      kind: "status",
      existed: false,
      form: 5,
      status: startedStatus(),
    }),
  ], withFiles({}, ["e"]));
  assertEquals([up.faults, up.exit], [[], 0]);
  assertEquals(up.errors, "dinitctl: note: disabled service may have other dependents\n");
  assertEquals(up.io.fileChanges, ["remove /sd/boot.d/e"]);
});

Deno.test("enable and disable are refused by managers before version 4", () => {
  const result = converse(["enable", "e"], [greeting(2)], FILES);
  assertEquals([result.faults, result.exit], [[], 1]);
});

Deno.test("enable --offline knows the variables of the system's environment file", () => {
  const files: FakeIoOptions = {
    texts: {
      ...FILES.texts,
      "/etc/dinit/environment": "LINKS=/links\n",
      "/sd/boot.toml": 'type = "internal"\nwaits-for-d = ["$LINKS"]\n',
    },
    directories: { "/sd": ["boot.toml", "e.toml"], "/links": [] },
  };
  const result = converse(["-o", "-s", "-d", "/sd", "enable", "e"], [], files);
  assertEquals([result.errors, result.exit], ["", 0]);
  assertEquals(result.io.fileChanges, ["link /sd/e.toml /links/e"]);
});

Deno.test("enable --offline takes no pattern", () => {
  const result = converse(["-o", "-d", "/sd", "enable", "e@*"], [], FILES);
  assertEquals([result.exit, result.io.fileChanges], [1, []]);
});

Deno.test("enable --offline needs no manager", () => {
  const enabled = converse(["-o", "-d", "/sd", "enable", "e"], [], FILES);
  assertEquals([enabled.exit, enabled.output], [0, "Service 'e' has been enabled.\n"]);
  assertEquals(enabled.io.fileChanges, ["link ../e.toml /sd/boot.d/e"]);
  assertEquals(enabled.io.connected, []);

  const disabled = converse(["-o", "-d", "/sd", "disable", "e"], [], withFiles({}, ["e"]));
  assertEquals([disabled.exit, disabled.output], [0, "Service 'e' has been disabled.\n"]);
  assertEquals(disabled.io.fileChanges, ["remove /sd/boot.d/e"]);

  const again = converse(["-o", "-d", "/sd", "disable", "e"], [], FILES);
  assertEquals([again.exit, again.errors], [1, "dinitctl: service not currently enabled\n"]);
  const missing = converse(["-o", "-d", "/sd", "enable", "boat"], [], FILES);
  assertEquals(missing.exit, 1);
  assertEquals(missing.errors.includes("no service 'boat' (looked in /sd)"), true);
});

Deno.test("symlinkTarget() is relative only beside the description", () => {
  assertEquals(symlinkTarget("/sd/e", "/sd/boot.d"), "../e");
  assertEquals(symlinkTarget("/sd/e", "/sd/boot.d/"), "../e");
  assertEquals(symlinkTarget("/lib/dinit.d/e", "/etc/dinit.d/boot.d"), "/lib/dinit.d/e");
});
