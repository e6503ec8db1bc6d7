/** Whether two children's plans come out the same. */
import type { ChildSettings } from "../../../platform/mod.ts";
import { isSameOrigin, type PlanOrigin } from "../../../platform/child/plan_origin.ts";
import { PLAIN_ATTRIBUTES } from "../../../core/types.ts";
import { assertEquals } from "../../assert.ts";
import { buildContext, buildSettings, descriptor, REPORT } from "../child_settings.ts";

const context = buildContext();
const settings: ChildSettings = {
  ...buildSettings(),
  passesWatchdogPid: false,
  usualOomScore: undefined,
};

function origin(parts: Partial<PlanOrigin> = {}): PlanOrigin {
  return { settings, context, report: REPORT, isRaised: false, ...parts };
}

Deno.test("isSameOrigin() goes by what streams are, and takes two empty lists for one", () => {
  const again: ChildSettings = { ...settings, standardInput: { kind: "null" } };
  assertEquals(isSameOrigin(origin(), origin({ settings: again })), true);
  const to = (number: number): PlanOrigin =>
    origin({
      settings: {
        ...settings,
        standardOutput: { kind: "descriptor", fd: descriptor(number) },
        activationSockets: [],
      },
    });
  assertEquals(isSameOrigin(to(7), to(7)), true);
  assertEquals(isSameOrigin(to(7), to(8)), false);
});

Deno.test("isSameOrigin() tells apart what differs in any setting", () => {
  const others: { readonly [name in keyof Required<ChildSettings>]: ChildSettings[name] } = {
    command: ["/bin/true"],
    environment: ["PATH=/usr/bin:/bin"],
    workingDirectory: "/tmp",
    standardInput: { kind: "inherit" },
    standardOutput: { kind: "inherit" },
    console: "shares",
    unmaskInterrupt: true,
    readiness: { fd: descriptor(9), number: 3 },
    activationSockets: [descriptor(9)],
    passesWatchdogPid: true,
    controlSocket: descriptor(9),
    attributes: { ...PLAIN_ATTRIBUTES },
    sandbox: { "private-tmp": true },
    ownFolders: [{ path: "/run/a", line: "runtime-directory", isOptional: false }],
    usualOomScore: 100,
    cgroupProcs: "/sys/fs/cgroup/x/cgroup.procs",
  };
  const same = Object.entries(others).filter(([name, value]) =>
    isSameOrigin(origin(), origin({ settings: { ...settings, [name]: value } }))
  );
  assertEquals(same, []);
  const withMore = { ...settings, added: 1 };
  assertEquals(isSameOrigin(origin(), origin({ settings: withMore })), false);
  assertEquals(isSameOrigin(origin({ settings: withMore }), origin()), false);
});

Deno.test("isSameOrigin() tells apart what differs beside the settings", () => {
  const others: Partial<PlanOrigin>[] = [
    { report: descriptor(51) },
    { context: buildContext() },
    { isRaised: true },
  ];
  assertEquals(others.map((other) => isSameOrigin(origin(), origin(other))), [false, false, false]);
});
