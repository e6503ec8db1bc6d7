/**
 * What the table of settings says of who can serve a setting, held against what the platforms do
 * with a child that has it: what is refused when it is loaded is just what a child could not be
 * given.
 */
import type { ServiceDescription } from "../../core/description/contract/description.ts";
import type { Abilities } from "../../core/description/assemble/abilities.ts";
import { OPTIONS } from "../../core/description/settings/options.ts";
import { type ChildMaker, usualMaker } from "../../core/description/settings/served_by.ts";
import { unservedSettings } from "../../core/description/settings/unserved_settings.ts";
import { FREEBSD_CHILD_SYSTEM } from "../../platform/freebsd/child_system.ts";
import type { ChildSystem } from "../../platform/child/call.ts";
import { childCalls } from "../../platform/child/calls.ts";
import { boxHost } from "../../platform/linux/children/sandbox/box_host.ts";
import { LINUX_CHILD_SYSTEM } from "../../platform/linux/children/child_system.ts";
import { spawnOrder, spawnSystem } from "../../platform/posix_spawn/order.ts";
import { assertEquals } from "../assert.ts";
import { load, only } from "../core/description/descriptions.ts";
import { OTHERS, PAIRS, type TOML_ONLY, whole } from "../core/description/setting_pairs.ts";
import { buildContext, buildSettings, descriptor } from "./child_settings.ts";

const ENOTSUP = 95;
const SPAWN_SYSTEM = spawnSystem(LINUX_CHILD_SYSTEM, ENOTSUP);

const MAKERS: readonly (readonly [name: string, maker: ChildMaker, system: ChildSystem])[] = [
  ["Linux", usualMaker("linux"), LINUX_CHILD_SYSTEM],
  ["FreeBSD", usualMaker("freebsd"), FREEBSD_CHILD_SYSTEM],
  ["macOS", usualMaker("darwin"), SPAWN_SYSTEM],
  [
    "Linux by posix_spawn",
    { os: "linux", processMaking: { kind: "posix_spawn", why: "" } },
    SPAWN_SYSTEM,
  ],
];

// Asks the kernel by a library that stays open.
if (Deno.build.os === "linux") boxHost();

/** Of settings that upstream's format lacks. */
const TOML_EXAMPLES: Readonly<Record<(typeof TOML_ONLY)[number] | "environment", string>> = {
  "environment": '[environment]\nA = "1"',
  "description": 'description = "x"',
  "aliases": 'aliases = ["another"]',
  "start-pre": 'start-pre = ["/x"]',
  "start-post": 'start-post = ["/x"]',
  "stop-post": 'stop-post = ["/x"]',
  "documentation": 'documentation = ["x"]',
  "conflicts": 'conflicts = ["x"]',
  "requires-mounts-for": 'requires-mounts-for = ["/x"]',
  "oom-policy": 'oom-policy = "kill"',
  "delegate": "delegate = true",
  "devices": "devices = []",
  "conditions": 'conditions = ["path-exists /x"]',
  "assertions": 'assertions = ["path-exists /x"]',
  "success-status": 'success-status = [1, "TERM"]',
  "restart-prevent-status": "restart-prevent-status = [1]",
  "restart-force-status": "restart-force-status = [1]",
  "reload-command": 'reload-command = "/x"',
  "reload-signal": 'reload-signal = "HUP"',
  "runtime-directory": 'runtime-directory = "x"',
  "state-directory": 'state-directory = "x"',
  "cache-directory": 'cache-directory = "x"',
  "log-directory": 'log-directory = "x"',
  "configuration-directory": 'configuration-directory = "x"',
  "umask": 'umask = "027"',
  "rlimit-stack": 'rlimit-stack = "5"',
  "rlimit-nproc": 'rlimit-nproc = "5"',
  "rlimit-memlock": 'rlimit-memlock = "5"',
  "rlimit-fsize": 'rlimit-fsize = "5"',
  "rlimit-cpu": 'rlimit-cpu = "5"',
  "rlimit-sigpending": 'rlimit-sigpending = "5"',
  "rlimit-msgqueue": 'rlimit-msgqueue = "5"',
  "rlimit-nice": 'rlimit-nice = "5"',
  "rlimit-rtprio": 'rlimit-rtprio = "5"',
  "rlimit-rttime": 'rlimit-rttime = "5"',
  "capability-bounding-set": "capability-bounding-set = []",
  "kill-tree": "kill-tree = true",
  "log-buffer-keeps": 'log-type = "buffer"\nlog-buffer-keeps = "oldest"',
  "log-timestamps": 'logfile = "/l"\nlog-timestamps = true',
  "log-rotate-size": 'logfile = "/l"\nlog-rotate-size = "1M"',
  "log-rotate-count": 'logfile = "/l"\nlog-rotate-size = "1M"\nlog-rotate-count = 2',
  "log-rate-lines": "log-rate-lines = 1000",
  "log-rate-bytes": 'log-rate-bytes = "1M"',
  "log-rate-interval": "log-rate-interval = 10",
  "log-store": "log-store = true",
  "log-store-size": 'log-store = true\nlog-store-size = "2M"',
  "syslog": "syslog = true",
  "syslog-identifier": 'syslog = true\nsyslog-identifier = "web"',
  "syslog-facility": 'syslog = true\nsyslog-facility = "local0"',
  "syslog-level": 'syslog = true\nsyslog-level = "notice"',
  "cgroup": "[cgroup]\npids-max = 5",
  "sandbox": 'sandbox = "web"',
  "socket": '[[socket]]\nlisten = "/s"',
  "readiness": '[readiness]\ntcp = "localhost:1"',
  "liveness": '[liveness]\ntcp = "localhost:1"',
  "on-failure": 'on-failure = "mail"',
  "restart-delay-step": "restart-delay-step = 1",
  "restart-delay-factor": "restart-delay-factor = 2",
  "restart-delay-cap": "restart-delay-factor = 2\nrestart-delay-cap = 9",
  "restart-delay-jitter": "restart-delay-jitter = 0.5",
  "restart-delay-reset": "restart-delay-factor = 2\nrestart-delay-reset = 9",
  "timer": '[timer]\ncalendar = "daily"',
};

/** The setting or word of `options`, and lines that have it. */
function examples(): readonly (readonly [what: string, lines: string])[] {
  const options = OPTIONS.filter((option) => option !== "kill-all-on-stop");
  return [
    ...Object.entries(TOML_EXAMPLES),
    ...Object.entries(PAIRS).map(([key, pairs]) => [key, pairs[0]?.[0] ?? ""] as const),
    ...options.map((option) => [option, `options = ["${option}"]`] as const),
  ];
}

function isPossible(
  description: ServiceDescription,
  { os }: ChildMaker,
  system: ChildSystem,
): boolean {
  // `openNotifySocket` of platform/darwin/unavailable.ts.
  if (description.readyNotification.kind === "notify" && os === "darwin") return false;
  // `openMountWatch`, and what it opens.
  if (description.requiresMountsFor.length > 0 && os !== "linux") return false;
  const { attributes, console, cgroup, devices, delegate, oomPolicy, sandbox, sockets } =
    description;
  const hasCgroup = attributes.runInCgroup !== undefined || cgroup !== undefined ||
    devices !== undefined || delegate || oomPolicy !== undefined;
  const settings = buildSettings({
    attributes,
    sandbox,
    console: console === "shares" || console === "none" ? console : "foreground",
    activationSockets: sockets.map((_, index) => descriptor(30 + index)),
    cgroupProcs: hasCgroup ? "/sys/fs/cgroup/x/cgroup.procs" : undefined,
  });
  const plan = childCalls(settings, buildContext({ system }), undefined);
  if (plan.kind === "impossible") return false;
  return system !== SPAWN_SYSTEM || spawnOrder(plan, ENOTSUP).kind === "order";
}

for (const [name, maker, system] of MAKERS) {
  const abilities: Abilities = {
    unserved: unservedSettings(maker),
    cgroupFault: () => undefined,
  };
  Deno.test(`the table refuses on ${name} just what no child can be given there`, () => {
    for (const [what, lines] of examples()) {
      const files = { "/d/s.toml": whole(lines, 'type = "process"\n'), ...OTHERS };
      const isServed = load("s@x", files, { abilities }).kind === "loaded";
      assertEquals(isServed, isPossible(only(load("s@x", files)), maker, system), what);
    }
  });
}
