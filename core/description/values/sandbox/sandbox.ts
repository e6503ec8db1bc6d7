/**
 * The table `[sandbox]`, or a profile's name in its place: what the service's processes are kept
 * from. Each line is a row here; reader, schema and manual follow.
 */
import { once } from "../../../once.ts";
import { PROFILE_NAMES, type ProfileName, withProfile } from "../../../sandbox/profiles.ts";
import type { Sandbox, SandboxLine } from "../../../sandbox/sandbox.ts";
import { didYouMean } from "../../text/near_miss.ts";
import { quoteList } from "../../contract/problem.ts";
import { isTable } from "../../text/toml_values.ts";
import {
  callError,
  choice,
  families,
  grade,
  type LineKind,
  namespaces,
  paths,
  ports,
  scopes,
  systemCalls,
  toggle,
} from "./sandbox_lines.ts";
import type { Value, ValueScope } from "../value.ts";

/** One line of the table. */
export interface SandboxKey {
  readonly kind: LineKind;
  /** For the manual. */
  readonly about: string;
}

/** Every line but `profile`, in the order of the manual. */
export const sandboxTable = once((): Readonly<Record<SandboxLine, SandboxKey>> => ({
  "no-new-privileges": {
    kind: choice,
    about:
      "No program that is executed gains rights: set-user-id bits and file capabilities have " +
      "no effect. A filter of system calls and Landlock need it unless the processes are root's; " +
      "there it is set for them, and false is an error with run-as.",
  },
  "private-tmp": {
    kind: toggle,
    about: "/tmp and /var/tmp are the process's own: new, empty, in memory, gone with its last " +
      "process. Each launch has others, the stop command too.",
  },
  "private-devices": {
    kind: toggle,
    about:
      "/dev holds null, zero, full, random, urandom, tty, ptmx, pts, shm, mqueue and the socket " +
      "log, and no program can be executed there; devices cannot be made (CAP_MKNOD), nor ports of " +
      "the machine be used (CAP_SYS_RAWIO, @raw-io).",
  },
  "private-users": {
    kind: toggle,
    about:
      "Only the service's own user and group exist, all others are nobody's; capabilities hold " +
      "within the box only. A program that changes its user cannot run so.",
  },
  "private-network": {
    kind: toggle,
    about: "A network of its own, with nothing but the loopback device. Sockets that the manager " +
      "opens for the service are those of the machine's network; notify:socket is not possible.",
  },
  "read-only-system": {
    kind: grade(["full", "strict"]),
    about:
      "Nothing can be written below /usr, /boot, /efi and what of /bin, /sbin, /lib, /lib32 and " +
      '/lib64 is no link there. "full": nor below /etc. "strict": nowhere but in /dev, /proc, /sys and ' +
      "the directories of private-tmp, read-write-paths, and the service's own.",
  },
  "protect-home": {
    kind: grade(["read-only", "empty"]),
    about: '/home, /root and /run/user cannot be entered. "empty": there is nothing in them. ' +
      '"read-only": they can only be read.',
  },
  "protect-kernel-tunables": {
    kind: toggle,
    about: "/proc/sys, /sys and other files by which the kernel is steered can only be read; " +
      "/proc/kallsyms and /proc/kcore cannot be opened.",
  },
  "protect-kernel-modules": {
    kind: toggle,
    about: "No module is loaded or removed (@module, CAP_SYS_MODULE), and the folders of modules " +
      "cannot be entered. What the kernel loads of itself is not kept from it.",
  },
  "protect-kernel-logs": {
    kind: toggle,
    about:
      "The kernel's messages are neither read nor cleared: syslog(2), CAP_SYSLOG, /dev/kmsg, " +
      "/proc/kmsg.",
  },
  "protect-clock": {
    kind: toggle,
    about: "The clock is not set, nor a wake-up timer: @clock, CAP_SYS_TIME, CAP_WAKE_ALARM.",
  },
  "protect-hostname": {
    kind: toggle,
    about: "The machine's name is not changed; a change by others is not seen.",
  },
  "protect-control-groups": {
    kind: toggle,
    about: "/sys/fs/cgroup can only be read.",
  },
  "protect-proc": {
    kind: grade(["noaccess", "invisible", "ptraceable"], { hasTrue: false, off: "default" }),
    about:
      "What /proc shows of other users' processes, by hidepid of proc(5). noaccess: only that " +
      "they are there. invisible: nothing. ptraceable: nothing, not even of the own user's that " +
      "cannot be traced. Who has CAP_SYS_PTRACE, as root has, sees all the same with the first two.",
  },
  "proc-subset": {
    kind: grade(["pid"], { hasTrue: false, off: "all" }),
    about: '"pid": /proc holds the processes and nothing else.',
  },
  "read-write-paths": {
    kind: paths,
    about: "What can be written nevertheless, as far as its file system and modes let it.",
  },
  "read-only-paths": { kind: paths, about: "What can only be read." },
  "inaccessible-paths": {
    kind: paths,
    about: "Directories that are empty and cannot be entered, and files that cannot be opened.",
  },
  "exec-paths": { kind: paths, about: "What can be executed nevertheless." },
  "no-exec-paths": { kind: paths, about: "Where no program can be executed: `/`, for instance." },
  "restrict-address-families": {
    kind: families,
    about: "Families of which sockets can be made, in small letters and without AF_: " +
      '`["unix", "inet", "inet6"]`; `[]`: none; or those of which none can be made, each with an ' +
      'exclamation mark: `["!packet"]`. Rings of io_uring(7), which no filter sees into, are refused.',
  },
  "restrict-namespaces": {
    kind: namespaces,
    about:
      "No namespace can be made or entered, or only those of a list: cgroup, ipc, mnt, net, pid, " +
      "time, user, uts.",
  },
  "restrict-suid-sgid": {
    kind: toggle,
    about: "No file gets a set-user-id or set-group-id bit. Rings of io_uring(7) are refused.",
  },
  "restrict-realtime": { kind: toggle, about: "No process gets real-time priority." },
  "lock-personality": { kind: toggle, about: "The execution domain cannot be changed." },
  "memory-deny-write-execute": {
    kind: toggle,
    about:
      "Memory is never written and executed. Programs that translate at run time (Java, Node, " +
      "PCRE's JIT) cannot run so.",
  },
  "system-calls": {
    kind: systemCalls,
    about: "The system calls that are allowed: names, and groups as systemd has them " +
      "(`systemd-analyze syscall-filter` lists them), for instance `@system-service`. `!` before one " +
      "takes it away from those named before it; if the first has it, everything else is allowed. " +
      "@default and write are allowed always.",
  },
  "system-call-error": {
    kind: callError,
    about:
      'What comes of a call that system-calls refuses: "EPERM" (usual), "EACCES" or "ENOSYS"; ' +
      '"kill": the process ends by SIGSYS.',
  },
  "system-call-architectures": {
    kind: grade(["native"], { hasTrue: false, off: "any" }),
    about:
      '"native": what calls the kernel in the way of another processor, as programs of 32 bits ' +
      "do, is killed. Every line that filters system calls has it so.",
  },
  "landlock-read-paths": {
    kind: paths,
    about:
      "What can be read. This line and the next two go together: what none of them names, with " +
      "all that is below it, can be neither read, written nor executed. They need no rights, and so " +
      "hold for services of ordinary users as well. Linux 6.2.",
  },
  "landlock-write-paths": {
    kind: paths,
    about: "What can be read and written; files can be made and removed there.",
  },
  "landlock-exec-paths": {
    kind: paths,
    about: "What can be read and executed: the service's program must be there, and its libraries.",
  },
  "landlock-bind-ports": {
    kind: ports,
    about: "TCP ports to which a socket can be bound, and no others. Linux 6.7.",
  },
  "landlock-connect-ports": {
    kind: ports,
    about: "TCP ports to which a connection can be made, and no others. Linux 6.7.",
  },
  "landlock-scopes": {
    kind: scopes,
    about:
      "abstract-sockets: no connection to an abstract Unix socket of a process outside of the " +
      "box. signals: none is sent to such a process. Linux 6.12.",
  },
}));

const lineNames = () => Object.keys(sandboxTable()) as readonly SandboxLine[];

/** The table as written: `profile` is resolved, paths have their variables. */
export const sandbox = once((): Value<Sandbox> => ({
  name: "sandbox",
  native: "none",
  schema: {
    oneOf: [
      { enum: PROFILE_NAMES },
      {
        type: "object",
        properties: {
          profile: { enum: PROFILE_NAMES },
          ...Object.fromEntries(
            lineNames().map((line) => {
              const { kind, about } = sandboxTable()[line];
              return [line, { ...kind.schema, description: about }];
            }),
          ),
        },
        additionalProperties: false,
      },
    ],
  },
  read(raw, scope) {
    if (typeof raw === "string") {
      const profile = profileNamed(raw);
      if (profile !== undefined) return withProfile(profile, {});
      return scope.fail(`profiles are ${quoteList(PROFILE_NAMES)}`, {
        hint: didYouMean(raw, PROFILE_NAMES),
      });
    }
    if (!isTable(raw)) {
      return scope.fail(`a profile is needed (${quoteList(PROFILE_NAMES)}), or a table: [sandbox]`);
    }
    return readTable(raw, scope);
  },
}));

function profileNamed(text: unknown): ProfileName | undefined {
  return PROFILE_NAMES.find((name) => name === text);
}

function readTable(raw: Readonly<Record<string, unknown>>, scope: ValueScope): Sandbox | undefined {
  let isFaulty = false;
  let profile: ProfileName = "none";
  const lines: Record<string, unknown> = {};
  for (const [name, written] of Object.entries(raw)) {
    if (name === "profile") {
      const found = profileNamed(written);
      if (found !== undefined) profile = found;
      else {
        scope.fail(`profiles are ${quoteList(PROFILE_NAMES)}`, {
          part: name,
          hint: didYouMean(String(written), PROFILE_NAMES),
        });
        isFaulty = true;
      }
      continue;
    }
    const reading = readLine(name, written, scope);
    if (reading === undefined) isFaulty = true;
    else lines[name] = reading.kind === "off" ? undefined : reading.value;
  }
  if (isFaulty) return undefined;
  const all = Object.entries(withProfile(profile, lines));
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** @returns undefined when a fault was reported. */
function readLine(
  name: string,
  written: unknown,
  scope: ValueScope,
): { readonly kind: "value"; readonly value: unknown } | { readonly kind: "off" } | undefined {
  const key = Object.hasOwn(sandboxTable(), name) ? sandboxTable()[name as SandboxLine] : undefined;
  if (key === undefined) {
    return scope.fail("the table has no such key", {
      part: name,
      isKey: true,
      hint: otherName(name) ?? didYouMean(name, ["profile", ...lineNames()]) ??
        "Settings of the service itself stand above the line [sandbox]",
    });
  }
  const reading = key.kind.read(written);
  if (reading.kind !== "fault") return reading;
  const { why, item, hint } = reading;
  const inner = item === undefined ? {} : { inner: item };
  return scope.fail(why, { part: name, ...inner, hint });
}

/** systemd's words that are others here, in the form of ours. */
const OTHER_NAMES: Readonly<Record<string, SandboxLine>> = {
  "protect-system": "read-only-system",
  "system-call-filter": "system-calls",
  "system-call-error-number": "system-call-error",
  "restrict-suid-sgid": "restrict-suid-sgid",
  "no-exec-paths": "no-exec-paths",
  "proc-subset": "proc-subset",
};

/** For one who wrote `ProtectHome` or `protect_home`. */
function otherName(name: string): string | undefined {
  const ours = name.replaceAll("SUIDSGID", "SuidSgid").replaceAll("_", "-")
    .replaceAll(/(?<=[a-z])[A-Z]/g, "-$&").toLowerCase();
  const renamed = OTHER_NAMES[ours] ?? lineNames().find((line) => line === ours);
  return renamed === undefined ? undefined : `It is called ${renamed} here`;
}
