/** Every setting as both formats write it. */
import type { SettingKey } from "../../../core/description/settings/settings.ts";
import type { FileMap } from "./descriptions.ts";

/** The same in TOML and in upstream's format. */
export type Pair = readonly [toml: string, native: string];

/** Settings that upstream's format does not have. */
export const TOML_ONLY = [
  "description",
  "aliases",
  "documentation",
  "oom-policy",
  "delegate",
  "devices",
  "requires-mounts-for",
  "conflicts",
  "conditions",
  "assertions",
  "success-status",
  "restart-prevent-status",
  "restart-force-status",
  "start-pre",
  "start-post",
  "stop-post",
  "umask",
  "rlimit-stack",
  "rlimit-nproc",
  "rlimit-memlock",
  "rlimit-fsize",
  "rlimit-cpu",
  "rlimit-sigpending",
  "rlimit-msgqueue",
  "rlimit-nice",
  "rlimit-rtprio",
  "rlimit-rttime",
  "capability-bounding-set",
  "runtime-directory",
  "state-directory",
  "cache-directory",
  "log-directory",
  "configuration-directory",
  "reload-command",
  "reload-signal",
  "kill-tree",
  "log-buffer-keeps",
  "log-timestamps",
  "log-rotate-size",
  "log-rotate-count",
  "log-rate-lines",
  "log-rate-bytes",
  "log-rate-interval",
  "log-store",
  "log-store-size",
  "syslog",
  "syslog-identifier",
  "syslog-facility",
  "syslog-level",
  "cgroup",
  "sandbox",
  "socket",
  "timer",
  "on-failure",
  "readiness",
  "liveness",
  "restart-delay-step",
  "restart-delay-factor",
  "restart-delay-cap",
  "restart-delay-jitter",
  "restart-delay-reset",
] as const satisfies readonly SettingKey[];

type InBoth = Exclude<SettingKey, "environment" | (typeof TOML_ONLY)[number]>;

export const PAIRS: Readonly<Record<InBoth, readonly Pair[]>> = {
  "type": [['type = "scripted"', "type = scripted"]],
  "command": [
    ['command = ["x", "a b", "#c"]', 'command = x "a b" \\#c # d'],
    ['command = ["x", "y", "z"]', "command = x\ncommand += y\ncommand += z"],
  ],
  "stop-command": [['stop-command = "y $1"', "stop-command = y $1"]],
  "working-dir": [['working-dir = "/a b/c"', "working-dir = /a   b/c"], ["", "working-dir ="]],
  "run-as": [['run-as = "www"', "run-as = www"], ["run-as = 33", "run-as = 0x21"]],
  "env-file": [
    ['env-file = { path = "env", literal = true }', "env-file = env"],
    ["", "env-file = x\nenv-file ="],
  ],
  "load-options": [
    ['load-options = ["export-service-name"]', "load-options: export-service-name sub-vars"],
    [
      'load-options = ["export-service-name", "export-passwd-vars"]',
      "load-options: export-service-name\nload-options: export-passwd-vars",
    ],
  ],
  "restart": [
    ["restart = true", "restart = yes"],
    ["restart = true", "restart = true"],
    ["restart = false", "restart = no"],
    ["restart = false", "restart = false"],
    ['restart = "on-failure"', "restart = on-failure"],
  ],
  "smooth-recovery": [["smooth-recovery = true", "smooth-recovery = yes"]],
  "restart-delay": [
    ['restart-delay = "500ms"', "restart-delay = .5"],
    ["restart-delay = 2", "restart-delay = 2."],
    ["restart-delay = 1.25", "restart-delay = 1,25"],
  ],
  "restart-limit-interval": [['restart-limit-interval = "1m"', "restart-limit-interval = 60"]],
  "restart-limit-count": [["restart-limit-count = 8", "restart-limit-count = 010"]],
  "start-timeout": [['start-timeout = "2s"', "start-timeout = 2"]],
  "stop-timeout": [["stop-timeout = 0", "stop-timeout = 0"]],
  "term-signal": [
    ['term-signal = "USR1"', "term-signal = USR1"],
    ['term-signal = "USR1"', "termsignal = USR1"],
    ['term-signal = "none"', "term-signal = NONE"],
  ],
  "pid-file": [['type = "bgprocess"\npid-file = "/p/$1"', "type = bgprocess\npid-file = /p/$1"]],
  "ready-notification": [
    ['ready-notification = "pipefd:4"', "ready-notification = pipefd:0x4"],
    ['ready-notification = "pipevar:X"', "ready-notification = pipevar:X"],
    ['ready-notification = "notify:socket"', "ready-notification = notify:socket"],
  ],
  "watchdog-timeout": [
    [
      'ready-notification = "notify:socket"\nwatchdog-timeout = 2.5',
      "ready-notification = notify:socket\nwatchdog-timeout = 2.5",
    ],
  ],
  "depends-on": [['depends-on = ["a", "b@$1"]', "depends-on: a\ndepends-on = b@$1"]],
  "depends-ms": [['depends-ms = ["a"]', "depends-ms: a"]],
  "waits-for": [['waits-for = ["a"]', "waits-for: a"]],
  "prepared-by": [['prepared-by = ["a"]', "prepared-by: a"]],
  "depends-on-d": [['depends-on-d = ["dir"]', "depends-on.d: dir"]],
  "depends-ms-d": [['depends-ms-d = ["/d/dir"]', "depends-ms.d: /d/dir"]],
  "waits-for-d": [['waits-for-d = ["dir"]', "waits-for.d: dir"]],
  "after": [['after = ["x", "y"]', "after: x\nafter: y"]],
  "before": [['before = ["x"]', "before: x"]],
  "chain-to": [['chain-to = "x@$1"', "chain-to = x@$1"]],
  "activation-limit-interval": [
    ["activation-limit-interval = 2.5", "activation-limit-interval = 2.5"],
  ],
  "activation-limit-count": [["activation-limit-count = 8", "activation-limit-count = 010"]],
  "socket-activation": [
    [
      'socket-listen = "/s"\nsocket-activation = "on-demand"',
      "socket-listen = /s\nsocket-activation = on-demand",
    ],
  ],
  "socket-listen": [['socket-listen = "/s"', "socket-listen = /s"]],
  "socket-permissions": [[
    'socket-listen = "/s"\nsocket-permissions = "660"',
    "socket-listen = /s\nsocket-permissions = 0660",
  ]],
  "socket-uid": [[
    'socket-listen = "/s"\nsocket-uid = "www"',
    "socket-listen = /s\nsocket-uid = www",
  ]],
  "socket-gid": [[
    'socket-listen = "/s"\nsocket-gid = "adm"',
    "socket-listen = /s\nsocket-gid = adm",
  ]],
  "log-type": [
    ['log-type = "buffer"\nlog-buffer-keeps = "oldest"', "log-type = buffer"],
    ['logfile = "/l"\nlog-type = "none"', "logfile = /l\nlog-type = none"],
    ['logfile = "/l"', "log-type = none\nlogfile = /l"],
  ],
  "logfile": [['logfile = "/l $1"', "logfile = /l $1"], ["", "logfile = /l\nlogfile ="]],
  "logfile-permissions": [[
    'logfile = "/l"\nlogfile-permissions = "640"',
    "logfile = /l\nlogfile-permissions = 640",
  ]],
  "logfile-uid": [['logfile = "/l"\nlogfile-uid = 5', "logfile = /l\nlogfile-uid = 5"]],
  "logfile-gid": [['logfile = "/l"\nlogfile-gid = "audio"', "logfile = /l\nlogfile-gid = audio"]],
  "log-buffer-size": [[
    'log-type = "buffer"\nlog-buffer-size = "16K"\nlog-buffer-keeps = "oldest"',
    "log-type = buffer\nlog-buffer-size = 16384",
  ]],
  "consumer-of": [['consumer-of = "x"', "consumer-of = x"]],
  "options": [
    ['options = ["shares-console", "starts-log"]', "options: shares-console\noptions: starts-log"],
    ["options = []", "options:"],
  ],
  "rlimit-nofile": [
    ["rlimit-nofile = { soft = 1, hard = 2 }", "rlimit-nofile = 1:2"],
    ["rlimit-nofile = { soft = 5, hard = 5 }", "rlimit-nofile = 5"],
    ['rlimit-nofile = { hard = "-" }', "rlimit-nofile = :-"],
    ["", "rlimit-nofile = :"],
  ],
  "rlimit-core": [['rlimit-core = "0x10:-"', "rlimit-core = 0x10:-"]],
  "rlimit-data": [["rlimit-data = { soft = 8 }", "rlimit-data = 010:"]],
  "rlimit-addrspace": [['rlimit-addrspace = "-"', "rlimit-addrspace = -"]],
  "nice": [["nice = -5", "nice = -5"]],
  "ioprio": [['ioprio = "realtime:0"', "ioprio = realtime:0"]],
  "oom-score-adj": [["oom-score-adj = 500", "oom-score-adj = +500"]],
  "run-in-cgroup": [['run-in-cgroup = "../x"', "run-in-cgroup = ../x"], ["", "run-in-cgroup ="]],
  "capabilities": [
    ['capabilities = "^cap_chown,cap_kill"', "capabilities = ^cap_chown\ncapabilities += cap_kill"],
  ],
  "securebits": [
    ['securebits = ["keep-caps", "noroot"]', "securebits = keep-caps\nsecurebits += noroot"],
    ['securebits = ["noroot"]', "securebits = keep-caps\nsecurebits = noroot"],
  ],
  "inittab-id": [['inittab-id = "c1"', "inittab-id = c1"]],
  "inittab-line": [['inittab-line = "tty1"', "inittab-line = tty1"]],
  "meta": [['[meta]\nenable-via = "boot"', "@meta enable-via x\n@meta enable-via boot"]],
};

/** Files that the pairs name. */
export const OTHERS: FileMap = {
  "/d/a": "",
  "/d/b": "",
  "/d/dir": ["b", "a"],
  "/d/env": "A=1\nB=2",
};

/** Completes lines to a service that loads; both formats can say `command = "x"`. */
export function whole(lines: string, type: string): string {
  const head = /^type = /m.test(lines) ? "" : type;
  return head + (/^command/m.test(lines) ? "" : 'command = "x"\n') + lines;
}
