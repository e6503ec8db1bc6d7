/** What settings are called elsewhere, for those who come from another init system. */

/** Lower case without hyphens and underscores → our key, or a sentence where there is none. */
const SYNONYMS: Readonly<Record<string, string>> = {
  "exec": "command",
  "execstart": "command",
  "start": "command",
  "startcommand": "command",
  "cmd": "command",
  "program": "command",
  "run": "command",
  "execstop": "stop-command",
  "stop": "stop-command",
  "runtimedir": "runtime-directory",
  "statedir": "state-directory",
  "cachedir": "cache-directory",
  "logsdirectory": "log-directory",
  "logdir": "log-directory",
  "configdirectory": "configuration-directory",
  "execreload": "reload-command",
  "execstartpre": "start-pre",
  "execstartpost": "start-post",
  "execstoppost": "stop-post",
  "prestart": "start-pre",
  "poststart": "start-post",
  "poststop": "stop-post",
  "reload": "reload-command",
  "refreshcommand": "reload-command",
  "refreshsignal": "reload-signal",
  "user": "run-as",
  "uid": "run-as",
  "username": "run-as",
  "workingdirectory": "working-dir",
  "directory": "working-dir",
  "chdir": "working-dir",
  "cwd": "working-dir",
  "environmentfile": "env-file",
  "envfile": "env-file",
  "envfiles": "env-file",
  "env": "environment",
  "requires": "depends-on",
  "needs": "depends-on",
  "need": "depends-on",
  "depends": "depends-on",
  "dependencies": "depends-on",
  "wants": "waits-for",
  "want": "waits-for",
  "milestone": "depends-ms",
  "restartsec": "restart-delay",
  "successexitstatus": "success-status",
  "restartpreventexitstatus": "restart-prevent-status",
  "restartforceexitstatus": "restart-force-status",
  "timeoutstartsec": "start-timeout",
  "timeoutstopsec": "stop-timeout",
  "timeout": "start-timeout",
  "killsignal": "term-signal",
  "stopsignal": "term-signal",
  "listenstream": "socket-listen",
  "socket": "socket-listen",
  "log": "logfile",
  "output": "logfile",
  "stdout": "logfile",
  "limitnofile": "rlimit-nofile",
  "limitcore": "rlimit-core",
  "limitstack": "rlimit-stack",
  "limitnproc": "rlimit-nproc",
  "limitmemlock": "rlimit-memlock",
  "limitfsize": "rlimit-fsize",
  "limitcpu": "rlimit-cpu",
  "capabilityboundingset": "capability-bounding-set",
  "oomscoreadjust": "oom-score-adj",
  "cgroup": "run-in-cgroup",
  "slice": "run-in-cgroup",
  "nonewprivileges": 'It is a word of options: options = ["no-new-privs"]',
  "documents": "documentation",
  "docs": "documentation",
  "name": "The name of the file is the name of the service",
  "group":
    'run-as takes the groups of its user along; another: run-as = { user = "…", group = "…" }',
  "include": "TOML files include nothing",
  "enablevia": "It belongs to the table [meta]: enable-via",
};

/**
 * What a setting of another name probably is here, as a sentence; undefined: nothing like it is
 * known.
 *
 * @param exists Whether the format at hand has a setting of that name.
 */
export function synonymHint(key: string, exists: (name: string) => boolean): string | undefined {
  const plain = key.toLowerCase().replace(/[-_]/g, "");
  const found = Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : undefined;
  if (found === undefined || found.includes(" ")) return found;
  return exists(found) ? `It is called ${found} here` : undefined;
}

const PROCESS = 'For a program that stays in the foreground: type = "process"';
const SCRIPTED = 'For a command that ends once it is done: type = "scripted"';
const GROUP = 'To start other services only: type = "internal"';

/** Types of services in other init systems → what to write here. */
export const TYPES_ELSEWHERE: Readonly<Record<string, string>> = {
  "simple": PROCESS,
  "exec": PROCESS,
  "idle": PROCESS,
  "dbus": PROCESS,
  "longrun": PROCESS,
  "daemon": PROCESS,
  "respawn": PROCESS,
  "supervised": PROCESS,
  "notify": 'type = "process", with ready-notification = "notify:socket"',
  "notify-reload": 'type = "process", with ready-notification = "notify:socket"',
  "forking":
    'For a program that puts itself into the background: type = "bgprocess", with a pid-file',
  "fork": 'For a program that puts itself into the background: type = "bgprocess", with a pid-file',
  "oneshot": SCRIPTED,
  "task": SCRIPTED,
  "script": SCRIPTED,
  "bundle": GROUP,
  "target": GROUP,
  "virtual": GROUP,
  "none": GROUP,
};
