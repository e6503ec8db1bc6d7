/** Every setting of the table, from TOML to the description. */
import { settingKeys } from "../../../core/description/settings/settings.ts";
import { assertEquals } from "../../assert.ts";
import { describe, problems } from "./descriptions.ts";
import { EXAMPLES } from "./toml_examples.ts";

for (const key of settingKeys()) {
  Deno.test(`${key} reaches the description from TOML`, () => {
    for (const { text, look, expected } of EXAMPLES[key]) {
      assertEquals(look(describe(text, { name: "s@x" })), expected, text);
    }
  });
}

const RUN = 'type = "process"\ncommand = "/x"\n';

/** Values that must be refused, with the beginning of the report. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['type = ""', '1:8: error: Cannot read type = "": allowed are "process"'],
  ["type = 1", "1:8: error: Cannot read type = 1: allowed are"],
  ['command = "a \\"b"', "1:14: error: Cannot read command"],
  ['description = "a\\nb"', "1:15: error: Cannot read description"],
  ['description = " "', '1:15: error: Cannot read description = " ": it is empty'],
  [
    'aliases = ["a@b"]',
    '1:12: error: Cannot read "a@b" in aliases: it is to be the name of a file',
  ],
  ['aliases = ["a", "b/c"]', '1:17: error: Cannot read "b/c" in aliases'],
  [
    'runtime-directory = "/run/web"',
    '1:21: error: Cannot read runtime-directory = "/run/web": it is to be relative',
  ],
  ['runtime-directory = "a/../b"', "1:21: error: Cannot read runtime-directory"],
  [
    'state-directory = { path = "a", keep = false }',
    '1:33: error: Cannot read keep = false in state-directory: it has "path", "mode"',
  ],
  [
    'log-directory = ["a", { path = "b", mode = 750 }]',
    "1:44: error: Cannot read mode = 750 in log-directory: a mode is octal digits in quotes",
  ],
  [
    'cache-directory = { mode = "750" }',
    "1:19: error: Cannot read cache-directory = { … }: the path",
  ],
  ["cache-directory = []", "1:19: error: Cannot read cache-directory = []: it is empty"],
  ['run-as = { group = "adm" }', "1:10: error: Cannot read run-as = { … }: the user is missing"],
  [
    'run-as = { user = "www", grup = 5 }',
    "1:26: error: Cannot read grup = 5 in run-as: it has user, group and groups",
  ],
  [
    'run-as = { user = "www", groups = ["adm", "none"] }',
    '1:35: error: Cannot read groups = ["adm", "none"] in run-as: there is no such group',
  ],
  ["umask = 27", "1:9: error: Cannot read umask = 27: a mode is octal digits in quotes"],
  [
    'capability-bounding-set = ["cap_kil"]',
    '1:28: error: Cannot read "cap_kil" in capability-bounding-set: allowed are',
  ],
  [
    'start-pre = "/bin/x"',
    '1:13: error: Cannot read start-pre = "/bin/x": a list in brackets is needed',
  ],
  [
    'start-pre = ["/a", ["-"]]',
    '1:20: error: Cannot read ["-"] in start-pre: the program is empty',
  ],
  ['stop-post = ["/a", "b \\"c"]', "1:23: error: Cannot read"],
  ["stop-post = [5]", "1:14: error: Cannot read 5 in stop-post: a command is a text or a list"],
  [
    'type = "process"\ncommand = "/x"\nsocket-listen = "/s"\nsocket-activation = "on-demand"\n' +
    'start-post = ["/y"]',
    "5:14: error: start-post is not possible on a service that starts on demand",
  ],
  [
    'type = "process"\ncommand = "/x"\nstart-pre = ["/y", ["/z", "${"]]',
    '3:28: error: Cannot replace variables in "${" of start-pre',
  ],
  ['documentation = "x"', '1:17: error: Cannot read documentation = "x": a list in brackets'],
  ['documentation = ["x", ""]', '1:23: error: Cannot read "" in documentation: it is empty'],
  ["command = 5", "1:11: error: Cannot read command = 5: a command is a text or a list"],
  ['command = ["a", 5]', "1:17: error: Cannot read 5 in command: a text in quotes is needed"],
  ['command = [""]', '1:12: error: Cannot read "" in command: the program is empty'],
  ['working-dir = ""', '1:15: error: Cannot read working-dir = "": it is empty'],
  ['logfile = "a\\u0000b"', "1:11: error: Cannot read logfile"],
  [
    'restart = "yes"',
    '1:11: error: Cannot read restart = "yes": allowed are true, false, "on-failure"',
  ],
  ["smooth-recovery = 1", "1:19: error: Cannot read smooth-recovery = 1: allowed are true, false"],
  ["restart-delay = -1", "1:17: error: Cannot read restart-delay = -1: a time cannot be negative"],
  ["restart-delay = nan", "1:17: error: Cannot read restart-delay = NaN: a time is"],
  ["restart-delay = inf", "1:17: error: Cannot read restart-delay = Infinity: it is too large"],
  ['restart-delay = "5"', '1:17: error: Cannot read restart-delay = "5": a time is'],
  ['restart-delay = ""', '1:17: error: Cannot read restart-delay = "": a time is'],
  [
    "restart-limit-count = 2147483648",
    "1:23: error: Cannot read restart-limit-count = 2147483648: allowed are",
  ],
  [
    "restart-limit-count = 1.5",
    "1:23: error: Cannot read restart-limit-count = 1.5: a whole number",
  ],
  [
    'restart-limit-count = "3"',
    '1:23: error: Cannot read restart-limit-count = "3": a whole number',
  ],
  ['term-signal = "SIGHUP"', '1:15: error: Cannot read term-signal = "SIGHUP": allowed are'],
  ['reload-signal = "none"', '1:17: error: Cannot read reload-signal = "none": allowed are'],
  [
    'type = "process"\ncommand = "/x"\nreload-command = "$/NONE"',
    "3:18: error: Nothing is left of reload-command once its variables are replaced",
  ],
  [
    'type = "process"\ncommand = "/x"\nreload-command = "/y"\nreload-signal = "HUP"',
    "4:17: error: A service is told to reload by a command or by a signal, not by both",
  ],
  ['conflicts = ["a/b"]', '1:14: error: Cannot read "a/b" in conflicts: a service name is made of'],
  [
    'requires-mounts-for = ["/a", "b"]',
    '1:30: error: Cannot read "b" in requires-mounts-for: a path begins with a slash',
  ],
  ['devices = ["null"]', '1:12: error: Cannot read "null" in devices: allowed are "/dev/NAME rwm"'],
  [
    'devices = ["/dev/null rx"]',
    '1:12: error: Cannot read "/dev/null rx" in devices: "rx" is no access: r, w and m are',
  ],
  ['delegate = "yes"', '1:12: error: Cannot read delegate = "yes": allowed are true, false'],
  ['oom-policy = "end"', '1:14: error: Cannot read oom-policy = "end": allowed are "continue"'],
  [
    'type = "process"\ncommand = "/x"\ndevices = []\nrun-in-cgroup = "a"',
    "4:17: error: A service cannot have a control group of its own and run in another",
  ],
  [
    'type = "process"\ncommand = "/x"\noom-policy = "kill"\n[cgroup]\nmemory-oom-group = true',
    "3:14: error: oom-policy and memory-oom-group of [cgroup] say the same",
  ],
  ['conflicts = ["s"]', "1:13: error: A service cannot conflict with itself"],
  [
    'depends-on = ["a"]\nconflicts = ["a"]',
    '2:13: error: A service cannot conflict with "a", on which it depends',
  ],
  [
    'conditions = "path-exists /x"',
    '1:14: error: Cannot read conditions = "path-exists /x": a list in brackets is needed',
  ],
  [
    'conditions = ["path-exist /x"]',
    '1:15: error: Cannot read "path-exist /x" in conditions: there is no condition "path-exist"',
  ],
  [
    'conditions = ["first-boot", "path-exists"]',
    '1:29: error: Cannot read "path-exists" in conditions: what it asks for is missing',
  ],
  [
    'conditions = ["first-boot yes"]',
    '1:15: error: Cannot read "first-boot yes" in conditions: nothing comes after first-boot',
  ],
  [
    'conditions = [["first-boot", "path-exists etc"]]',
    '1:30: error: Cannot read "path-exists etc" in conditions: a path begins with a slash',
  ],
  [
    "conditions = [[]]",
    "1:15: error: Cannot read [] in conditions: a list of alternatives is empty",
  ],
  [
    'assertions = ["virtualization containers"]',
    '1:15: error: Cannot read "virtualization containers" in assertions: there is no such word',
  ],
  [
    'assertions = ["cpus 2"]',
    '1:15: error: Cannot read "cpus 2" in assertions: a comparison is <, <=, =, !=, >= or > and a number',
  ],
  [
    'conditions = ["path-exists-glob /a/[z-a]"]',
    '1:15: error: Cannot read "path-exists-glob /a/[z-a]" in conditions: a range of letters begins',
  ],
  ["conditions = [5]", "1:15: error: Cannot read 5 in conditions: a text in quotes is needed"],
  [
    "success-status = 1",
    '1:18: error: Cannot read success-status = 1: a list in brackets is needed: [1, "TERM"]',
  ],
  [
    "success-status = [256]",
    "1:19: error: Cannot read 256 in success-status: an exit status is a whole number from 0 to 255",
  ],
  [
    'restart-prevent-status = ["9-3"]',
    '1:27: error: Cannot read "9-3" in restart-prevent-status: a range is of exit statuses, the lower',
  ],
  [
    'restart-prevent-status = [1, "SIGTERM"]',
    '1:30: error: Cannot read "SIGTERM" in restart-prevent-status: allowed are 0 to 255, ranges ("1-9"), "HUP"',
  ],
  [
    "restart-force-status = [true]",
    "1:25: error: Cannot read true in restart-force-status: true is neither an exit status nor",
  ],
  ['ready-notification = "pipefd:"', "1:22: error: Cannot read ready-notification"],
  ['ready-notification = "pipefd:-1"', "1:22: error: Cannot read ready-notification"],
  [
    'type = "process"\ncommand = "/x"\n[[socket]]\nlisten = "localhost:80"',
    '4:10: error: Cannot listen on "localhost:80": an address is a path',
  ],
  [
    'type = "process"\ncommand = "/x"\n[[socket]]\nlisten = "80"\ntype = "seqpacket"',
    '4:10: error: Cannot listen on "80": the type seqpacket is for paths',
  ],
  [
    'type = "process"\ncommand = "/x"\n[[socket]]\nlisten = "/s"\n[[socket]]\nname = "a"',
    "5:1: error: Cannot read { … } in socket: the address is missing",
  ],
  [
    '[[socket]]\nlisten = "/s"\nmode = "600"',
    '3:1: error: Cannot read mode = "600" in socket: allowed in the table are "listen", "name"',
  ],
  [
    '[[socket]]\nlisten = "/s"\nname = "a:b"',
    '3:8: error: Cannot read name = "a:b" in socket: a name has 1 to 255',
  ],
  ["socket = 5", "1:10: error: Cannot read socket = 5: tables are needed"],
  [
    'type = "process"\ncommand = "/x"\nsocket-activation = "on-demand"',
    "3:21: error: A service that starts on demand needs a socket",
  ],
  [
    'type = "scripted"\ncommand = "/x"\nsocket-activation = "on-demand"',
    '3:21: error: socket-activation = "on-demand" is not possible',
  ],
  [
    `${RUN}restart-delay-factor = 0.5`,
    "3:24: error: Cannot read restart-delay-factor = 0.5: allowed are numbers from 1 to 100",
  ],
  [
    `${RUN}restart-delay-jitter = "0.5"`,
    '3:24: error: Cannot read restart-delay-jitter = "0.5": allowed are numbers from 0 to 1',
  ],
  [`${RUN}restart-delay-jitter = nan`, "3:24: error: Cannot read restart-delay-jitter"],
  [
    `${RUN}restart-delay-cap = 5`,
    "3:21: error: restart-delay-cap needs a delay that grows",
  ],
  [
    `${RUN}restart-delay = 9\nrestart-delay-step = 1\nrestart-delay-cap = 5`,
    "5:21: error: restart-delay-cap (5 s) is less than restart-delay (9 s)",
  ],
  ["readiness = 5", "1:13: error: Cannot read readiness = 5: a table is needed"],
  [`${RUN}[readiness]`, "3:2: error: Cannot read readiness = { … }: it does not say what is"],
  [
    `${RUN}[readiness]\ntcp = "localhost:1"\nunix = "/x"`,
    '5:1: error: Cannot read unix = "/x" in readiness: it asks more than one thing',
  ],
  [
    `${RUN}[readiness]\ntcp = "localhost:70000"`,
    '4:7: error: Cannot read tcp = "localhost:70000" in readiness: the port "70000" is not',
  ],
  [
    `${RUN}[readiness]\ntcp = "300.0.0.1:80"`,
    '4:7: error: Cannot read tcp = "300.0.0.1:80" in readiness: "300.0.0.1" is no address',
  ],
  [
    `${RUN}[liveness]\nhttp = "http://ex%20ample.org/"`,
    '4:8: error: Cannot read http = "http://ex%20ample.org/" in liveness: a URL is needed',
  ],
  [
    `${RUN}[liveness]\nhttp = "ftp://localhost/"`,
    '4:8: error: Cannot read http = "ftp://localhost/" in liveness: a URL is needed',
  ],
  [
    `${RUN}[liveness]\ntcp = "localhost:1"\ncontains = "x"`,
    '5:1: error: Cannot read contains = "x" in liveness: it is a matter of http, not of tcp',
  ],
  [
    `${RUN}[liveness]\nfile = "/x"`,
    '4:8: error: Cannot read file = "/x" in liveness: how old the file may be is missing',
  ],
  [
    `${RUN}[liveness]\ntcp = "localhost:1"\ninterval = 0.01`,
    "5:12: error: Cannot read interval = 0.01 in liveness: at least 0.1 s is allowed",
  ],
  [
    `${RUN}[liveness]\ntcp = "localhost:1"\nfailures = 0`,
    "5:12: error: Cannot read failures = 0 in liveness: 0 would never find anything",
  ],
  [
    `${RUN}[liveness]\nhttp = "http://localhost/"\nstatus = ["300-200"]`,
    "5:10: error: Cannot read",
  ],
  [
    `${RUN}[readiness]\ntcp = "localhost:1"\naction = "mark"`,
    '5:1: error: Cannot read action = "mark" in readiness: the table has no such key',
  ],
  [
    'type = "scripted"\ncommand = "/x"\n[liveness]\ntcp = "localhost:1"',
    '3:2: error: [liveness] is not possible on a service of type "scripted"',
  ],
  [
    'type = "bgprocess"\ncommand = "/x"\npid-file = "/p"\n[readiness]\ntcp = "localhost:1"',
    '4:2: error: [readiness] is not possible on a service of type "bgprocess"',
  ],
  [
    `${RUN}ready-notification = "pipefd:3"\n[readiness]\ntcp = "localhost:1"`,
    "4:2: error: A service tells that it is ready, or is asked, not both",
  ],
  [
    `${RUN}restart = false\n[liveness]\ntcp = "localhost:1"`,
    "4:2: error: [liveness] would end the process for good: restart is false",
  ],
  [
    `${RUN}[timer]\nevery = 1\n[liveness]\ntcp = "localhost:1"`,
    "5:2: error: [liveness] is not possible on a service with a timer",
  ],
  ["timer = 5", "1:9: error: Cannot read timer = 5: a table is needed"],
  [`${RUN}[timer]`, "3:2: error: Cannot read timer = { … }: it does not say when"],
  [
    `${RUN}[timer]\ncalendar = "Mon..Foo"`,
    '4:18: error: Cannot read calendar = "Mon..Foo" in timer: "Foo" is no weekday',
  ],
  [
    `${RUN}[timer]\ncalendar = ["daily", "*-*-32"]`,
    '4:27: error: Cannot read "*-*-32" in timer: day: 32 is out of range',
  ],
  [`${RUN}[timer]\ncron = "* * * *"`, '4:16: error: Cannot read cron = "* * * *" in timer: only 4'],
  [`${RUN}[timer]\nevery = 0`, "4:9: error: Cannot read every = 0 in timer: it has to be greater"],
  [
    `${RUN}[timer]\nevry = "1h"`,
    '4:1: error: Cannot read evry = "1h" in timer: the table has no such key',
  ],
  [
    'type = "scripted"\ncommand = "/x"\n[timer]\nevery = 1',
    '3:2: error: A timer is not possible on a service of type "scripted"',
  ],
  [
    'type = "process"\ncommand = "/x"\nsocket-listen = "/s"\n[timer]\nevery = 1',
    "3:17: error: socket-listen is not possible on a service with a timer",
  ],
  ['ready-notification = "notify"', "1:22: error: Cannot read ready-notification"],
  [
    'type = "process"\ncommand = "/x"\nwatchdog-timeout = 1',
    "3:20: error: watchdog-timeout needs a way to get signs of life",
  ],
  ['ready-notification = "pipevar:A=B"', "1:22: error: Cannot read ready-notification"],
  ['ready-notification = "pipevar:"', "1:22: error: Cannot read ready-notification"],
  [
    'depends-on = [""]',
    '1:15: error: Cannot read "" in depends-on: a service name cannot be empty',
  ],
  [
    'depends-on = ["a/b"]',
    '1:15: error: Cannot read "a/b" in depends-on: a service name is made of',
  ],
  [
    'after = ["@a"]',
    '1:10: error: Cannot read "@a" in after: a service name cannot begin with "@"',
  ],
  ['after = ["a", "b$"]', '1:17: error: Cannot read "b$" in after: no variable name follows'],
  ['chain-to = "$"', '1:13: error: Cannot read chain-to = "$": no variable name follows'],
  ['chain-to = ["a"]', '1:12: error: Cannot read chain-to = ["a"]: a text in quotes is needed'],
  ['socket-permissions = "8"', "1:22: error: Cannot read socket-permissions"],
  ['socket-permissions = "-1"', "1:22: error: Cannot read socket-permissions"],
  [
    "socket-permissions = 660",
    "1:22: error: Cannot read socket-permissions = 660: a mode is octal digits",
  ],
  [
    "run-as = 4294967295",
    "1:10: error: Cannot read run-as = 4294967295: a user is a name or a number",
  ],
  ["run-as = -1", "1:10: error: Cannot read run-as = -1: a user is"],
  ['run-as = "12ab"', '1:10: error: Cannot read run-as = "12ab": there is no such user'],
  [
    'logfile-gid = "nogroup"',
    '1:15: error: Cannot read logfile-gid = "nogroup": there is no such group',
  ],
  ["log-buffer-size = -1", "1:19: error: Cannot read log-buffer-size = -1: allowed are 0 to"],
  ['log-buffer-size = "64k"', '1:19: error: Cannot read log-buffer-size = "64k"'],
  ['log-buffer-size = "9999G"', '1:19: error: Cannot read log-buffer-size = "9999G"'],
  [
    'options = "skippable"',
    '1:11: error: Cannot read options = "skippable": a list in brackets is needed',
  ],
  ['options = ["x"]', '1:12: error: Cannot read "x" in options: allowed are'],
  [
    'load-options = ["sub-vars"]',
    '1:17: error: Cannot read "sub-vars" in load-options: it has no effect',
  ],
  ['rlimit-core = "4:5x"', '1:15: error: Cannot read rlimit-core = "4:5x": a limit is'],
  ['rlimit-core = "1:2:3"', "1:15: error: Cannot read rlimit-core"],
  ['rlimit-core = ""', "1:15: error: Cannot read rlimit-core"],
  ["rlimit-core = 5", "1:15: error: Cannot read rlimit-core = 5: a limit is"],
  ["rlimit-core = { soft = -1 }", "1:24: error: Cannot read soft = -1 in rlimit-core: a half"],
  [
    "rlimit-core = { sft = 1 }",
    "1:17: error: Cannot read sft = 1 in rlimit-core: a limit has soft and hard",
  ],
  [
    "[cgroup]\nmemory-max = -1",
    "2:14: error: Cannot read memory-max = -1 in cgroup: allowed are a number of bytes",
  ],
  ['[cgroup]\nmemory-max = "1 GB"', '2:14: error: Cannot read memory-max = "1 GB" in cgroup'],
  [
    '[cgroup]\ncpu-max = "150"',
    '2:11: error: Cannot read cpu-max = "150" in cgroup: allowed are a share of one processor',
  ],
  ['[cgroup]\ncpu-max = "50000 999"', "2:11: error: Cannot read cpu-max"],
  [
    "[cgroup]\ncpu-weight = 0",
    "2:14: error: Cannot read cpu-weight = 0 in cgroup: allowed are whole",
  ],
  ["[cgroup]\npids-max = 0", "2:12: error: Cannot read pids-max = 0 in cgroup: allowed are whole"],
  ['[cgroup]\nio-max = "8:0 rbps=1"', "2:10: error: Cannot read io-max"],
  [
    "[cgroup]\nrestart = true",
    "2:1: error: Cannot read restart = true in cgroup: the table has no",
  ],
  [
    'sandbox = "strickt"',
    '1:11: error: Cannot read sandbox = "strickt": profiles are "none", "web", "strict"',
  ],
  ["sandbox = true", "1:11: error: Cannot read sandbox = true: a profile is needed"],
  [
    '[sandbox]\nprofile = "x"',
    '2:11: error: Cannot read profile = "x" in sandbox: profiles are "none"',
  ],
  [
    "[sandbox]\nProtectHome = true",
    "2:1: error: Cannot read ProtectHome = true in sandbox: the table has no such key",
  ],
  [
    "[sandbox]\nprotect-system = true",
    "2:1: error: Cannot read protect-system = true in sandbox: the table has no such key",
  ],
  [
    '[sandbox]\nprivate-tmp = "yes"',
    '2:15: error: Cannot read private-tmp = "yes" in sandbox: allowed are true, false',
  ],
  [
    '[sandbox]\nread-only-system = "fully"',
    '2:20: error: Cannot read read-only-system = "fully" in sandbox: allowed are true, false, "full", ' +
    '"strict"',
  ],
  [
    '[sandbox]\nrestrict-address-families = ["unix", "AF_INET"]',
    '2:38: error: Cannot read "AF_INET" in sandbox: there is no such family',
  ],
  [
    '[sandbox]\nrestrict-address-families = ["unix", "!inet"]',
    '2:38: error: Cannot read "!inet" in sandbox: a list says either',
  ],
  [
    '[sandbox]\nsystem-calls = ["@mount", "unshar"]',
    '2:27: error: Cannot read "unshar" in sandbox: there is no such system call',
  ],
  [
    '[sandbox]\nsystem-calls = ["@mounts"]',
    '2:17: error: Cannot read "@mounts" in sandbox: there is no such group',
  ],
  [
    '[sandbox]\nsystem-calls = ["!execve"]',
    '2:17: error: Cannot read "!execve" in sandbox: no program can do without "execve"',
  ],
  [
    '[sandbox]\nsystem-call-error = "EIO"',
    '2:21: error: Cannot read system-call-error = "EIO" in sandbox: allowed are "EPERM"',
  ],
  [
    '[sandbox]\nread-write-paths = ["var"]',
    '2:21: error: Cannot read "var" in sandbox: a path begins with a slash',
  ],
  [
    "[sandbox]\nlandlock-bind-ports = [80, 70000]",
    "2:28: error: Cannot read 70000 in sandbox: a port is a number from 0 to 65535",
  ],
  [
    'type = "process"\ncommand = "/x"\n[sandbox]\nread-write-paths = ["/a/../b"]',
    '4:21: error: Cannot use "/a/../b" of read-write-paths: a path here has neither',
  ],
  [
    'type = "process"\ncommand = "/x"\n[sandbox]\nread-write-paths = ["/"]',
    '4:21: error: Cannot use "/" of read-write-paths: "/" as a whole is not possible here',
  ],
  [
    'type = "process"\ncommand = "/x"\n[sandbox]\nread-write-paths = ["/a"]\n' +
    'read-only-paths = ["/a/"]',
    '5:20: error: Cannot use "/a/" of read-only-paths: it is among the read-write-paths as well',
  ],
  [
    'type = "process"\ncommand = "/x"\n[sandbox]\ninaccessible-paths = ["/a"]\n' +
    'exec-paths = ["/a/b"]',
    '5:15: error: Cannot use "/a/b" of exec-paths: "/a" above it is inaccessible',
  ],
  [
    'type = "process"\ncommand = "/x"\n[sandbox]\nprofile = "web"\n' +
    'read-write-paths = ["-/home/x"]',
    '5:21: error: Cannot use "-/home/x" of read-write-paths: protect-home hides it',
  ],
  [
    'type = "process"\ncommand = "/x"\nrun-as = "www"\n[sandbox]\nno-new-privileges = false\n' +
    "protect-clock = true",
    "5:21: error: no-new-privileges = false is not possible with run-as",
  ],
  [
    'type = "process"\ncommand = "/x"\nready-notification = "notify:socket"\nsandbox = "strict"',
    '3:22: error: ready-notification = "notify:socket" is not possible with private-network of the sandbox',
  ],
  [
    'type = "process"\ncommand = "/x"\nready-notification = "notify:socket"\n[sandbox]\n' +
    'restrict-address-families = ["inet"]',
    '3:22: error: ready-notification = "notify:socket" is not possible with restrict-address-families',
  ],
  [
    'type = "process"\ncommand = "/x"\nworking-dir = "/home/x"\nsandbox = "web"',
    '3:15: error: protect-home of the sandbox hides the working directory "/home/x"',
  ],
  ["cgroup = 5", "1:10: error: Cannot read cgroup = 5: a table is needed: [cgroup]"],
  [
    'run-in-cgroup = "a"\n[cgroup]',
    "1:17: error: A service cannot have a control group of its own and run in another",
  ],
  ["kill-tree = 1", "1:13: error: Cannot read kill-tree = 1: allowed are true, false"],
  [
    "log-rotate-count = 0",
    "1:20: error: Cannot read log-rotate-count = 0: allowed are whole numbers from 1 to 1000",
  ],
  ["nice = 2000000000", "1:8: error: Cannot read nice = 2000000000: allowed are"],
  ['ioprio = "best-effort:8"', "1:10: error: Cannot read ioprio"],
  [
    "oom-score-adj = 1001",
    "1:17: error: Cannot read oom-score-adj = 1001: allowed are whole numbers from -1000 to 1000",
  ],
  ['capabilities = "all"', '1:16: error: Cannot read capabilities = "all": "all" is no capability'],
  ['capabilities = ""', "1:16: error: Cannot read capabilities"],
  ['capabilities = "7, 8"', "1:16: error: Cannot read capabilities"],
  ['capabilities = "64"', "1:16: error: Cannot read capabilities"],
  ['securebits = ["root"]', '1:15: error: Cannot read "root" in securebits'],
  [
    'inittab-id = "12345"',
    '1:14: error: Cannot read inittab-id = "12345": it has 5 bytes, 4 are allowed',
  ],
  ["environment = 5", "1:15: error: Cannot read environment = 5: a table is needed"],
  ['[environment]\n"a=b" = "1"', '2:1: error: Cannot read a=b = "1" in environment: a variable'],
  ["[meta]\nenable-via = 5", "2:14: error: Cannot read enable-via = 5 in meta"],
  ["nice = 1979-05-27", "1:8: error: Cannot read nice = a date: a whole number is needed"],
  ["colour = 1", '1:1: error: Unknown setting "colour"'],
  ["__proto__ = 1", '1:1: error: Unknown setting "__proto__"'],
  [
    "[[depends-on]]\nx = 1",
    "1:1: error: Cannot read { … } in depends-on: a text in quotes is needed",
  ],
];

for (const [text, expected] of REFUSED) {
  Deno.test(`validate() refuses ${text.replaceAll("\n", " ¶ ")}`, () => {
    const [first = "nothing"] = problems(text);
    assertEquals(first.slice(0, expected.length), expected);
  });
}

/** Values that are taken with a warning. */
const DOUBTFUL: readonly (readonly [string, string])[] = [
  ["nice = 20", "1:8: warning: Doubtful nice = 20: the range is -20 to 19; 19 is used"],
  ["nice = -21", "1:8: warning: Doubtful nice = -21: the range is -20 to 19; -20 is used"],
  [
    'rlimit-core = "2:1"',
    '1:15: warning: Doubtful rlimit-core = "2:1": the soft limit is above the hard one',
  ],
  [
    'rlimit-core = "-:1"',
    '1:15: warning: Doubtful rlimit-core = "-:1": the soft limit is above the hard one',
  ],
];

for (const [text, expected] of DOUBTFUL) {
  Deno.test(`validate() doubts ${text}`, () => {
    assertEquals(problems(text).map((line) => line.slice(0, expected.length)), [expected]);
  });
}

Deno.test("validate() has no doubts about limits in order", () => {
  for (const limit of ["1:1", "1:2", "1:-", "-:-", "5:", ":5"]) {
    assertEquals(problems(`rlimit-core = "${limit}"`), [], limit);
  }
});
