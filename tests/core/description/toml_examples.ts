/** Examples of every setting in TOML, and what the description makes of them. */
import type { ServiceDescription } from "../../../core/description/contract/description.ts";
import type { SettingKey } from "../../../core/description/settings/settings.ts";
import { PROFILES } from "../../../core/sandbox/profiles.ts";
import { buildSocket } from "../../builders.ts";

/** Text that makes a whole service, a look at what came of it, and what is expected. */
export interface Example {
  readonly text: string;
  readonly look: (description: ServiceDescription) => unknown;
  readonly expected: unknown;
}

function process(line: string, look: Example["look"], expected: unknown): Example {
  return { text: `type = "process"\ncommand = "/bin/x"\n${line}`, look, expected };
}

function bgprocess(line: string, look: Example["look"], expected: unknown): Example {
  return { text: `type = "bgprocess"\ncommand = "/bin/x"\n${line}`, look, expected };
}

function internal(line: string, look: Example["look"], expected: unknown): Example {
  return { text: line, look, expected };
}

/** At least one for each setting; the service's name is `s@x`. */
export const EXAMPLES: Record<SettingKey, readonly Example[]> = {
  "type": [
    internal("", (d) => d.type, "internal"),
    internal('type = "triggered"', (d) => d.type, "triggered"),
    internal('type = "scripted"\ncommand = "x"', (d) => d.type, "scripted"),
  ],
  "description": [
    process("", (d) => d.summary, undefined),
    internal('description = "Web server"', (d) => d.summary, "Web server"),
  ],
  "aliases": [
    process("", (d) => d.aliases, []),
    internal('aliases = ["b", "c"]', (d) => d.aliases, ["b@x", "c@x"]),
  ],
  "documentation": [
    process("", (d) => d.documentation, []),
    process('documentation = ["man:x(8)", "https://x"]', (d) => d.documentation, [
      "man:x(8)",
      "https://x",
    ]),
  ],
  "command": [
    internal('type = "process"\ncommand = "/bin/x -a \\"b c\\" #d"', (d) => d.command, [
      "/bin/x",
      "-a",
      "b c",
      "#d",
    ]),
    internal('type = "process"\ncommand = ["/bin/x", "b c", ""]', (d) => d.command, [
      "/bin/x",
      "b c",
      "",
    ]),
    internal(
      'type = "process"\ncommand = ["/bin/x", "$/A", "$B"]\n[environment]\nA = "1 2"\nB = "3 4"',
      (d) => d.command,
      ["/bin/x", "1", "2", "3 4"],
    ),
  ],
  "stop-command": [process('stop-command = ["/bin/y"]', (d) => d.stopCommand, ["/bin/y"])],
  "conditions": [
    process("", (d) => d.conditions, []),
    internal(
      'conditions = ["path-exists /etc/$1", ["!first-boot", "capability cap_sys_time"]]',
      (d) => d.conditions,
      [
        [{ kind: "path-exists", value: "/etc/x", isNegated: false }],
        [
          { kind: "first-boot", value: "", isNegated: true },
          { kind: "capability", value: "cap_sys_time", isNegated: false },
        ],
      ],
    ),
  ],
  "requires-mounts-for": [
    process("", (d) => d.requiresMountsFor, []),
    internal('requires-mounts-for = ["/a/$1"]', (d) => d.requiresMountsFor, ["/a/x"]),
  ],
  "oom-policy": [process('oom-policy = "continue"', (d) => d.oomPolicy, "continue")],
  "delegate": [
    process("", (d) => d.delegate, false),
    process("delegate = true", (d) => d.delegate, true),
  ],
  "devices": [
    process("", (d) => d.devices, undefined),
    process(
      'devices = ["@standard", "/dev/a", "-/dev/$1 r", "block-l?op wm"]',
      (d) => d.devices,
      [
        { device: { kind: "standard" }, access: "rwm" },
        { device: { kind: "path", path: "/dev/a", isOptional: false }, access: "rw" },
        { device: { kind: "path", path: "/dev/x", isOptional: true }, access: "r" },
        { device: { kind: "driver", type: "block", name: "l?op" }, access: "wm" },
      ],
    ),
  ],
  "conflicts": [
    process("", (d) => d.conflicts, []),
    internal('conflicts = ["a", "b@$1"]', (d) => d.conflicts, ["a", "b@x"]),
  ],
  "assertions": [
    process('assertions = ["kernel-version >= 6.1"]', (d) => d.assertions, [
      [{ kind: "kernel-version", value: ">= 6.1", isNegated: false }],
    ]),
  ],
  "success-status": [
    process("", (d) => d.successStatus, []),
    process('success-status = [143, "TERM", 143]', (d) => d.successStatus, [143, "TERM"]),
    internal("success-status = [1]", (d) => d.successStatus, []),
  ],
  "restart-prevent-status": [
    process('restart-prevent-status = [23, "1-9"]', (d) => d.restartPreventStatus, [23, "1-9"]),
    internal(
      'type = "scripted"\ncommand = "x"\nrestart-prevent-status = [1]',
      (d) => d.restartPreventStatus,
      [],
    ),
  ],
  "restart-force-status": [
    process('restart-force-status = ["SEGV"]', (d) => d.restartForceStatus, ["SEGV"]),
  ],
  "start-pre": [
    process("", (d) => d.startPre, []),
    process(
      'start-pre = ["/bin/a b $1", ["-/bin/c", "d e", "$/A"], "-/bin/f"]\n[environment]\nA = "1 2"',
      (d) => d.startPre,
      [
        { words: ["/bin/a", "b", "x"], mayFail: false },
        { words: ["/bin/c", "d e", "1", "2"], mayFail: true },
        { words: ["/bin/f"], mayFail: true },
      ],
    ),
    internal('start-pre = ["/bin/a"]', (d) => d.startPre, []),
  ],
  "start-post": [
    process('start-post = ["/bin/a"]', (d) => d.startPost, [
      { words: ["/bin/a"], mayFail: false },
    ]),
  ],
  "stop-post": [
    process('stop-post = ["/bin/a"]', (d) => d.stopPost, [{ words: ["/bin/a"], mayFail: false }]),
  ],
  "reload-command": [
    process("", (d) => d.refresh, { kind: "none" }),
    process('reload-command = ["/bin/y", "$1"]', (d) => d.refresh, {
      kind: "command",
      command: ["/bin/y", "x"],
    }),
    internal('reload-command = "/bin/y"', (d) => d.refresh, { kind: "none" }),
  ],
  "reload-signal": [
    process('reload-signal = "HUP"', (d) => d.refresh, { kind: "signal", signal: "HUP" }),
    internal('reload-signal = "HUP"', (d) => d.refresh, { kind: "none" }),
  ],
  "working-dir": [
    process("", (d) => d.workingDirectory, "/d"),
    process(
      'working-dir = "/srv/$X"\n[environment]\nX = "web"',
      (d) => d.workingDirectory,
      "/srv/web",
    ),
  ],
  "run-as": [
    process("", (d) => d.attributes.runAs, { kind: "manager" }),
    process('run-as = "www"', (d) => d.attributes.runAs, {
      kind: "named",
      user: "www",
      uid: 33,
      gid: 34,
      groups: [34, 4, 29],
    }),
    process('run-as = "0"', (d) => d.attributes.runAs, { kind: "numeric", uid: 0 }),
    process("run-as = 4294967294", (d) => d.attributes.runAs, { kind: "numeric", uid: 4294967294 }),
    process("run-as = 33", (d) => d.attributes.runAs, { kind: "numeric", uid: 33 }),
    process('run-as = "33"', (d) => d.attributes.runAs, { kind: "numeric", uid: 33 }),
    process('run-as = { user = "www" }', (d) => d.attributes.runAs, {
      kind: "named",
      user: "www",
      uid: 33,
      gid: 34,
      groups: [34, 4, 29],
    }),
    process(
      'run-as = { user = "www", group = "adm", groups = ["alice", 29] }',
      (d) => d.attributes.runAs,
      { kind: "named", user: "www", uid: 33, gid: 4, groups: [4, 29, 1000] },
    ),
    process('run-as = { user = 7, group = "adm", groups = ["audio"] }', (d) => d.attributes.runAs, {
      kind: "numeric",
      uid: 7,
      gid: 4,
      groups: [4, 29],
    }),
    process("run-as = { user = 7, groups = [5] }", (d) => d.attributes.runAs, {
      kind: "numeric",
      uid: 7,
      groups: [5],
    }),
  ],
  "env-file": [],
  "environment": [
    process('[environment]\nA = "$B"\n"x.y" = ""', (d) => [...d.environment.set], [["A", "$B"], [
      "x.y",
      "",
    ]]),
  ],
  "runtime-directory": [
    process("", (d) => d.folders, []),
    process('runtime-directory = "web/$1"', (d) => d.folders, [
      { kind: "runtime", path: "web/x", mode: 0o755, keep: false },
    ]),
    internal('runtime-directory = "web"', (d) => d.folders, []),
  ],
  "state-directory": [
    process(
      'state-directory = ["a", { path = "b", mode = "2770" }]\nruntime-directory = { path = "c", keep = true }',
      (d) => d.folders,
      [
        { kind: "runtime", path: "c", mode: 0o755, keep: true },
        { kind: "state", path: "a", mode: 0o755, keep: true },
        { kind: "state", path: "b", mode: 0o2770, keep: true },
      ],
    ),
  ],
  "cache-directory": [
    process('cache-directory = { path = "a", keep = false }', (d) => d.folders, [
      { kind: "cache", path: "a", mode: 0o755, keep: false },
    ]),
  ],
  "log-directory": [
    process('log-directory = "a"', (d) => d.folders, [
      { kind: "log", path: "a", mode: 0o755, keep: true },
    ]),
  ],
  "configuration-directory": [
    process('configuration-directory = "a"', (d) => d.folders, [
      { kind: "configuration", path: "a", mode: 0o755, keep: true },
    ]),
  ],
  "load-options": [
    process("", (d) => d.environment.set.size, 0),
    process('load-options = ["export-passwd-vars"]', (d) => d.environment.set.get("HOME"), "/root"),
    process(
      'run-as = 33\nload-options = ["export-passwd-vars"]',
      (d) => d.environment.set.get("HOME"),
      "/var/www",
    ),
    process('load-options = ["export-service-name"]', (d) => [...d.environment.set], [[
      "DINIT_SERVICE",
      "s",
    ]]),
    process(
      'run-as = "alice"\nload-options = ["export-passwd-vars"]',
      (d) => [...d.environment.set],
      [
        ["USER", "alice"],
        ["LOGNAME", "alice"],
        ["HOME", "/home/alice"],
        ["SHELL", "/bin/sh"],
        ["UID", "1000"],
        ["GID", "1000"],
      ],
    ),
  ],
  "restart": [
    process("", (d) => d.restart, "always"),
    process("restart = true", (d) => d.restart, "always"),
    process("restart = false", (d) => d.restart, "never"),
    process('restart = "on-failure"', (d) => d.restart, "on-failure"),
    internal('restart = "on-failure"', (d) => d.restart, "never"),
  ],
  "smooth-recovery": [
    process("", (d) => d.smoothRecovery, false),
    process("smooth-recovery = true", (d) => d.smoothRecovery, true),
  ],
  "restart-delay": [
    process("", (d) => d.restartDelayMs, 200),
    process("restart-delay = 1.1", (d) => d.restartDelayMs, 1100),
    process('restart-delay = "500ms"', (d) => d.restartDelayMs, 500),
  ],
  "readiness": [
    process("", (d) => d.readiness, undefined),
    process('[readiness]\ntcp = "[::1]:80"', (d) => d.readiness, {
      target: { kind: "tcp", host: [...Array<number>(15).fill(0), 1], port: 80 },
      ...{ delayMs: 0, intervalMs: 1000, timeoutMs: 5000, successes: 1, failures: 0 },
    }),
    process(
      '[readiness]\nunix = "/run/$1"\ninitial-delay = 1\ninterval = "0.1s"\ntimeout = 2\n' +
        "successes = 3\nfailures = 4",
      (d) => d.readiness,
      {
        target: { kind: "unix", path: "/run/x" },
        ...{ delayMs: 1000, intervalMs: 100, timeoutMs: 2000, successes: 3, failures: 4 },
      },
    ),
    process('[readiness]\ncommand = ["/bin/x", "$1"]', (d) => d.readiness?.target, {
      kind: "command",
      command: ["/bin/x", "x"],
    }),
  ],
  "liveness": [
    process('[liveness]\nhttp = "http://localhost/a?b"', (d) => d.liveness, {
      target: {
        ...{ kind: "http", url: "http://localhost/a?b", host: "localhost", port: 80 },
        answer: { statuses: [[200, 399]] },
      },
      ...{ delayMs: 0, intervalMs: 10_000, timeoutMs: 5000, successes: 1, failures: 3 },
      action: { kind: "restart" },
    }),
    process(
      '[liveness]\nhttp = "https://x.org:8443/"\nstatus = [204, "300-399"]\ncontains = "a"\n' +
        'ca-file = "/c"\naction = "mark"',
      (d) => [d.liveness?.target, d.liveness?.action],
      [{
        ...{ kind: "https", url: "https://x.org:8443/", authorities: "/c" },
        answer: { statuses: [[204, 204], [300, 399]], contains: "a" },
      }, { kind: "mark" }],
    ),
    process(
      '[liveness]\nfile = "/run/beat"\nyounger-than = "1m"\nrun = "/bin/tell it"',
      (d) => [d.liveness?.target, d.liveness?.action],
      [{ kind: "file", path: "/run/beat", youngerThanMs: 60_000 }, {
        kind: "run",
        command: ["/bin/tell", "it"],
      }],
    ),
  ],
  "restart-delay-step": [
    process("", (d) => d.backoff, undefined),
    process("restart-delay-step = 2", (d) => d.backoff, {
      ...{ factor: 1, stepMs: 2000, capMs: 60_000, jitter: 0, goodRunMs: 60_000 },
    }),
    process('restart-delay = "2m"\nrestart-delay-step = 2', (d) => d.backoff?.capMs, 120_000),
    internal("restart-delay-step = 2", (d) => d.backoff, undefined),
  ],
  "restart-delay-factor": [
    process("restart-delay-factor = 1.5", (d) => d.backoff?.factor, 1.5),
    process("restart-delay-factor = 1", (d) => d.backoff, undefined),
  ],
  "restart-delay-cap": [
    process('restart-delay-factor = 2\nrestart-delay-cap = "5m"', (d) => d.backoff?.capMs, 300_000),
  ],
  "restart-delay-jitter": [
    process("restart-delay-jitter = 0.25", (d) => [d.backoff?.jitter, d.backoff?.factor], [
      0.25,
      1,
    ]),
  ],
  "restart-delay-reset": [
    process(
      "restart-delay-factor = 2\nrestart-delay-reset = 5",
      (d) => d.backoff?.goodRunMs,
      5000,
    ),
  ],
  "restart-limit-interval": [
    process("", (d) => d.restartLimitIntervalMs, 10_000),
    process('restart-limit-interval = "1m"', (d) => d.restartLimitIntervalMs, 60_000),
  ],
  "restart-limit-count": [
    process("", (d) => d.restartLimitCount, 3),
    process("restart-limit-count = 0", (d) => d.restartLimitCount, 0),
    process("restart-limit-count = 2147483647", (d) => d.restartLimitCount, 2147483647),
  ],
  "start-timeout": [
    process("", (d) => d.startTimeoutMs, 60_000),
    process('start-timeout = "1.5h"', (d) => d.startTimeoutMs, 5_400_000),
  ],
  "stop-timeout": [
    process("", (d) => d.stopTimeoutMs, 10_000),
    process("stop-timeout = 0", (d) => d.stopTimeoutMs, 0),
  ],
  "term-signal": [
    process("", (d) => d.termSignal, "TERM"),
    process('term-signal = "USR1"', (d) => d.termSignal, "USR1"),
    process('term-signal = "NONE"', (d) => d.termSignal, "none"),
  ],
  "pid-file": [bgprocess('pid-file = "/run/$1.pid"', (d) => d.pidFile, "/run/x.pid")],
  "ready-notification": [
    process("", (d) => d.readyNotification, { kind: "none" }),
    process('ready-notification = "pipefd:0x10"', (d) => d.readyNotification, {
      kind: "descriptor",
      number: 16,
    }),
    process('ready-notification = "pipevar:READY"', (d) => d.readyNotification, {
      kind: "variable",
      name: "READY",
    }),
    process('ready-notification = "notify:socket"', (d) => d.readyNotification, {
      kind: "notify",
    }),
  ],
  "watchdog-timeout": [
    process("", (d) => d.watchdogTimeoutMs, 0),
    process(
      'ready-notification = "notify:socket"\nwatchdog-timeout = "2s"',
      (d) => d.watchdogTimeoutMs,
      2000,
    ),
  ],
  "depends-on": [],
  "depends-ms": [],
  "waits-for": [],
  "prepared-by": [],
  "depends-on-d": [],
  "depends-ms-d": [],
  "waits-for-d": [],
  "after": [internal('after = ["a", "b@$1"]', (d) => d.after, ["a", "b@x"])],
  "before": [internal('before = ["c"]', (d) => d.before, ["c"])],
  "chain-to": [internal('chain-to = "n@$1"', (d) => d.chainTo, "n@x")],
  "on-failure": [internal('on-failure = "n@$1"', (d) => d.onFailure, "n@x")],
  "socket-listen": [
    process('socket-listen = "/run/s"', (d) => d.sockets, [buildSocket("/run/s")]),
  ],
  "socket-permissions": [
    process(
      'socket-listen = "/run/s"\nsocket-permissions = "660"',
      (d) => d.sockets[0]?.mode,
      0o660,
    ),
  ],
  "socket-uid": [
    process(
      'socket-listen = "s"\nsocket-uid = "www"',
      (d) => [d.sockets[0]?.uid, d.sockets[0]?.gid],
      [33, 34],
    ),
    process(
      'socket-listen = "s"\nsocket-uid = 33',
      (d) => [d.sockets[0]?.uid, d.sockets[0]?.gid],
      [33, undefined],
    ),
  ],
  "socket-gid": [
    process(
      'socket-listen = "s"\nsocket-gid = "adm"\nsocket-uid = "www"',
      (d) => d.sockets[0]?.gid,
      4,
    ),
  ],
  "socket": [
    process("", (d) => d.sockets, []),
    process(
      'socket-listen = "/a"\n[[socket]]\nlisten = "/b/$1"\ntype = "datagram"\nname = "in"\n' +
        'permissions = "600"\nuid = "www"\nbacklog = 5\n[[socket]]\nlisten = "[::1]:80"',
      (d) => d.sockets,
      [
        buildSocket("/a"),
        buildSocket("/b/x", {
          type: "datagram",
          name: "in",
          mode: 0o600,
          uid: 33,
          gid: 34,
          backlog: 5,
          blocks: true,
        }),
        buildSocket("", {
          address: {
            kind: "internet",
            host: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            port: 80,
          },
          name: "s@x",
          blocks: true,
        }),
      ],
    ),
  ],
  "socket-activation": [
    process('socket-listen = "/a"', (d) => d.startsOnDemand, false),
    process(
      'socket-listen = "/a"\nsocket-activation = "on-demand"',
      (d) => d.startsOnDemand,
      true,
    ),
  ],
  "timer": [
    process("", (d) => [d.timer, d.startsOnDemand], [undefined, false]),
    process('[timer]\ncalendar = "mon 5:00"', (d) => [d.timer, d.startsOnDemand], [{
      calendar: ["Mon *-*-* 05:00:00"],
      afterBootMs: undefined,
      afterStartMs: undefined,
      everyMs: undefined,
      afterEndMs: undefined,
      isPersistent: false,
      onMissed: "run",
      randomDelayMs: 0,
      accuracyMs: 1000,
    }, true]),
    process(
      '[timer]\ncalendar = ["daily", "*-*~1 UTC"]\ncron = "@daily"\nafter-boot = 0\nafter-start = "1m"\n' +
        'every = "1h"\nafter-end = 2\npersistent = true\non-missed = "skip"\nrandom-delay = "5m"\n' +
        "accuracy = 60",
      (d) => d.timer,
      {
        calendar: ["*-*-* 00:00:00", "*-*~01 00:00:00 UTC"],
        afterBootMs: 0,
        afterStartMs: 60_000,
        everyMs: 3_600_000,
        afterEndMs: 2000,
        isPersistent: true,
        onMissed: "skip",
        randomDelayMs: 300_000,
        accuracyMs: 60_000,
      },
    ),
    process('[timer]\ncron = ["0 5 13 * 5"]', (d) => d.timer?.calendar, [
      "*-*-13 05:00:00",
      "Fri *-*-* 05:00:00",
    ]),
  ],
  "activation-limit-interval": [
    process("", (d) => d.activationLimitIntervalMs, 10_000),
    process('activation-limit-interval = "1m"', (d) => d.activationLimitIntervalMs, 60_000),
  ],
  "activation-limit-count": [
    process("", (d) => d.activationLimitCount, 20),
    process("activation-limit-count = 0", (d) => d.activationLimitCount, 0),
  ],
  "log-type": [
    process("", (d) => d.log, { kind: "none" }),
    process('log-type = "pipe"', (d) => d.log, { kind: "pipe" }),
    process('log-type = "none"\nlogfile = "/x"', (d) => d.log, { kind: "none" }),
  ],
  "log-rate-lines": [
    process("", (d) => d.logRate, undefined),
    process("log-rate-lines = 1000", (d) => d.logRate, { lines: 1000 }),
  ],
  "log-rate-bytes": [
    process('log-rate-bytes = "1M"', (d) => d.logRate, { bytes: 1024 * 1024 }),
  ],
  "log-rate-interval": [
    process("log-rate-interval = 1.5", (d) => d.logRate, { intervalMs: 1500 }),
  ],
  "log-store": [
    process("", (d) => d.logCopies, { store: undefined, storeBytes: undefined, syslog: undefined }),
    process("log-store = true", (d) => d.logCopies.store, true),
    process("log-store = false", (d) => d.logCopies.store, false),
  ],
  "log-store-size": [
    process('log-store-size = "2M"', (d) => d.logCopies.storeBytes, 2 * 1024 * 1024),
  ],
  "syslog": [
    process("syslog = true", (d) => d.logCopies.syslog, {
      identifier: "s@x",
      facility: 3,
      level: 6,
    }),
    process("syslog = false", (d) => d.logCopies.syslog, undefined),
  ],
  "syslog-identifier": [
    process(
      'syslog = true\nsyslog-identifier = "web-1"',
      (d) => d.logCopies.syslog?.identifier,
      "web-1",
    ),
  ],
  "syslog-facility": [
    process(
      'syslog = true\nsyslog-facility = "local7"',
      (d) => d.logCopies.syslog?.facility,
      23,
    ),
  ],
  "syslog-level": [
    process('syslog = true\nsyslog-level = "notice"', (d) => d.logCopies.syslog?.level, 5),
  ],
  "logfile": [
    process('logfile = "/var/log/$1"', (d) => d.log, {
      kind: "file",
      path: "/var/log/x",
      mode: 0o600,
      uid: undefined,
      gid: undefined,
      rotation: undefined,
      timestamps: false,
    }),
  ],
  "logfile-permissions": [
    process(
      'logfile = "x"\nlogfile-permissions = "0640"',
      (d) => d.log.kind === "file" && d.log.mode,
      0o640,
    ),
  ],
  "logfile-uid": [
    process(
      'logfile = "x"\nlogfile-uid = "www"',
      (d) => d.log.kind === "file" && [d.log.uid, d.log.gid],
      [33, 34],
    ),
  ],
  "logfile-gid": [
    process('logfile = "x"\nlogfile-gid = 7', (d) => d.log.kind === "file" && d.log.gid, 7),
  ],
  "log-buffer-size": [
    process('log-type = "buffer"', (d) => d.log, {
      kind: "buffer",
      limitBytes: 4096,
      keeps: "newest",
      timestamps: false,
    }),
    process('log-type = "buffer"\nlog-buffer-size = "64K"', (d) => d.log, {
      kind: "buffer",
      limitBytes: 65536,
      keeps: "newest",
      timestamps: false,
    }),
  ],
  "log-buffer-keeps": [
    process(
      'log-type = "buffer"\nlog-buffer-keeps = "oldest"',
      (d) => d.log.kind === "buffer" && d.log.keeps,
      "oldest",
    ),
  ],
  "log-timestamps": [
    process(
      'log-type = "buffer"\nlog-timestamps = true',
      (d) => d.log.kind === "buffer" && d.log.timestamps,
      true,
    ),
    process(
      'logfile = "x"\nlog-timestamps = true',
      (d) => d.log.kind === "file" && d.log.timestamps,
      true,
    ),
  ],
  "log-rotate-size": [
    process(
      'logfile = "x"\nlog-rotate-size = "1M"',
      (d) => d.log.kind === "file" && d.log.rotation,
      { sizeBytes: 1048576, count: 4 },
    ),
    process(
      'logfile = "x"\nlog-rotate-size = 0',
      (d) => d.log.kind === "file" && d.log.rotation,
      void 0,
    ),
  ],
  "log-rotate-count": [
    process(
      'logfile = "x"\nlog-rotate-size = 100\nlog-rotate-count = 1',
      (d) => d.log.kind === "file" && d.log.rotation,
      { sizeBytes: 100, count: 1 },
    ),
  ],
  "kill-tree": [
    process("", (d) => d.killTree, false),
    process("kill-tree = true", (d) => d.killTree, true),
    internal("kill-tree = true", (d) => d.killTree, false),
  ],
  "sandbox": [
    process("", (d) => d.sandbox, undefined),
    process('sandbox = "none"', (d) => d.sandbox, undefined),
    process("[sandbox]\nprivate-tmp = false", (d) => d.sandbox, undefined),
    internal('sandbox = "strict"', (d) => d.sandbox, undefined),
    process('sandbox = "web"', (d) => d.sandbox, PROFILES.web),
    process('sandbox = "web"', (d) => d.workingDirectory, "/d"),
    process(
      '[sandbox]\nprivate-network = false\nproc-subset = "all"\nprofile = "strict"',
      (d) => ({ ...d.sandbox, "private-network": true, "proc-subset": "pid" }),
      PROFILES.strict,
    ),
    process(
      '[sandbox]\nprofile = "web"\nsystem-calls = ["@system-service", "!@setuid"]\nread-only-system = true',
      (d) => d.sandbox,
      {
        ...PROFILES.web,
        "system-calls": ["@system-service", "!@setuid"],
        "read-only-system": true,
      },
    ),
    process(
      '[sandbox]\nno-new-privileges = false\nread-write-paths = ["/var//lib/$1/", "-/run/x"]\n' +
        'restrict-namespaces = ["user"]\nlandlock-bind-ports = [80]\nno-exec-paths = ["/"]',
      (d) => d.sandbox,
      {
        "no-new-privileges": false,
        "read-write-paths": ["/var/lib/x", "-/run/x"],
        "restrict-namespaces": ["user"],
        "landlock-bind-ports": [80],
        "no-exec-paths": ["/"],
      },
    ),
  ],
  "cgroup": [
    process("", (d) => d.cgroup, undefined),
    process("[cgroup]", (d) => d.cgroup, []),
    process(
      '[cgroup]\nmemory-max = "1G"\nmemory-high = "max"\nmemory-oom-group = true\npids-max = 100',
      (d) => d.cgroup,
      [
        { file: "memory.max", text: "1073741824" },
        { file: "memory.high", text: "max" },
        { file: "memory.oom.group", text: "1" },
        { file: "pids.max", text: "100" },
      ],
    ),
    process(
      'cgroup = { cpu-max = "50%", cpu-weight = 200, io-weight = 50, cpuset-cpus = "0-1,3" }',
      (d) => d.cgroup,
      [
        { file: "cpu.max", text: "50000 100000" },
        { file: "cpu.weight", text: "200" },
        { file: "io.weight", text: "default 50" },
        { file: "cpuset.cpus", text: "0-1,3" },
      ],
    ),
    process(
      'cgroup = { cpu-max = "20000 40000", io-max = ["8:0 rbps=1000", "8:16 wiops=max"] }',
      (d) => d.cgroup,
      [
        { file: "cpu.max", text: "20000 40000" },
        { file: "io.max", text: "8:0 rbps=1000" },
        { file: "io.max", text: "8:16 wiops=max" },
      ],
    ),
  ],
  "consumer-of": [process('consumer-of = "web"', (d) => d.consumerOf, "web")],
  "options": [
    process('options = ["starts-on-console", "shares-console"]', (d) => d.console, "shares"),
    process('options = ["shares-console", "starts-on-console"]', (d) => d.console, "starts"),
    process('options = ["runs-on-console", "starts-on-console"]', (d) => d.console, "runs"),
    bgprocess('pid-file = "/p"\noptions = ["runs-on-console"]', (d) => d.console, "starts"),
    internal('options = ["shares-console"]', (d) => d.console, "none"),
    process(
      'options = ["skippable", "no-new-privs"]',
      (d) => [d.options.skippable, d.attributes.noNewPrivileges],
      [false, true],
    ),
  ],
  "umask": [
    process("", (d) => d.attributes.umask, undefined),
    process('umask = "027"', (d) => d.attributes.umask, 0o27),
  ],
  "capability-bounding-set": [
    process("", (d) => d.attributes.boundingSet, undefined),
    process("capability-bounding-set = []", (d) => d.attributes.boundingSet, 0n),
    process(
      'capability-bounding-set = ["cap_chown", "cap_kill", "cap_checkpoint_restore"]',
      (d) => d.attributes.boundingSet,
      1n | 1n << 5n | 1n << 40n,
    ),
  ],
  "rlimit-stack": [
    process('rlimit-stack = "5:-"', (d) => d.attributes.limits, [
      { resource: "stack", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-nproc": [
    process('rlimit-nproc = "5:-"', (d) => d.attributes.limits, [
      { resource: "nproc", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-memlock": [
    process('rlimit-memlock = "5:-"', (d) => d.attributes.limits, [
      { resource: "memlock", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-fsize": [
    process('rlimit-fsize = "5:-"', (d) => d.attributes.limits, [
      { resource: "fsize", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-cpu": [
    process('rlimit-cpu = "5:-"', (d) => d.attributes.limits, [
      { resource: "cpu", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-sigpending": [
    process('rlimit-sigpending = "5:-"', (d) => d.attributes.limits, [
      { resource: "sigpending", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-msgqueue": [
    process('rlimit-msgqueue = "5:-"', (d) => d.attributes.limits, [
      { resource: "msgqueue", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-nice": [
    process('rlimit-nice = "5:-"', (d) => d.attributes.limits, [
      { resource: "nice", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-rtprio": [
    process('rlimit-rtprio = "5:-"', (d) => d.attributes.limits, [
      { resource: "rtprio", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-rttime": [
    process('rlimit-rttime = "5:-"', (d) => d.attributes.limits, [
      { resource: "rttime", soft: 5n, hard: "unlimited" },
    ]),
  ],
  "rlimit-nofile": [
    process('rlimit-nofile = "1024:0x1000"', (d) => d.attributes.limits, [{
      resource: "nofile",
      soft: 1024n,
      hard: 4096n,
    }]),
    process('rlimit-nofile = { hard = "-" }', (d) => d.attributes.limits, [{
      resource: "nofile",
      soft: "unchanged",
      hard: "unlimited",
    }]),
    process('rlimit-nofile = ":"', (d) => d.attributes.limits, []),
  ],
  "rlimit-core": [
    process("rlimit-core = { soft = 0 }", (d) => d.attributes.limits, [
      { resource: "core", soft: 0n, hard: "unchanged" },
    ]),
    process('rlimit-core = "-"', (d) => d.attributes.limits, [{
      resource: "core",
      soft: "unlimited",
      hard: "unlimited",
    }]),
  ],
  "rlimit-data": [
    process('rlimit-data = "5:"', (d) => d.attributes.limits, [{
      resource: "data",
      soft: 5n,
      hard: "unchanged",
    }]),
  ],
  "rlimit-addrspace": [
    process(
      'rlimit-addrspace = "18446744073709551615"',
      (d) => d.attributes.limits[0]?.hard,
      18446744073709551615n,
    ),
  ],
  "nice": [
    process("nice = -5", (d) => d.attributes.nice, -5),
    process("nice = 40", (d) => d.attributes.nice, 19),
  ],
  "ioprio": [
    process('ioprio = "best-effort:3"', (d) => d.attributes.ioPriority, 2 << 13 | 3),
    process('ioprio = "idle"', (d) => d.attributes.ioPriority, 3 << 13),
  ],
  "oom-score-adj": [
    process("oom-score-adj = -1000", (d) => d.attributes.oomScoreAdjust, -1000),
    process("oom-score-adj = 1000", (d) => d.attributes.oomScoreAdjust, 1000),
  ],
  "run-in-cgroup": [process('run-in-cgroup = "../web"', (d) => d.attributes.runInCgroup, "../web")],
  "capabilities": [
    process(
      'capabilities = "^cap_net_bind_service,!CAP_SYS_ADMIN,%7,"',
      (d) => d.attributes.capabilities,
      [
        { capability: 10, inheritable: true, ambient: true, blocked: false },
        { capability: 21, inheritable: false, ambient: false, blocked: true },
        { capability: 7, inheritable: true, ambient: false, blocked: false },
      ],
    ),
  ],
  "securebits": [
    process('securebits = ["keep-caps", "noroot-locked"]', (d) => d.attributes.secureBits, 0b10010),
  ],
  "inittab-id": [process('inittab-id = "c1"', (d) => d.attributes.inittabId, "c1")],
  "inittab-line": [process('inittab-line = "tty1"', (d) => d.attributes.inittabLine, "tty1")],
  "meta": [internal('[meta]\nenable-via = "boot"\nother = 1', (d) => d.enableVia, "boot")],
};
