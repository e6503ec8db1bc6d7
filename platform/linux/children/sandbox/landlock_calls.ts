/**
 * Landlock: rules that a process lays on itself, without any right. They are made while the child
 * still has the manager's rights, for a path may lie where its user cannot go, and laid on at the
 * end.
 *
 * Source: landlock(7), linux/landlock.h.
 */
import {
  LANDLOCK_SCOPES,
  type Sandbox,
  type SandboxLine,
} from "../../../../core/sandbox/sandbox.ts";
import type { ChildCall } from "../../../child/call.ts";
import type { FolderSetting, OwnFolder } from "../../../interface/child_settings.ts";
import { ERRNO, FILE } from "../../kernel/abi.ts";
import { LANDLOCK, LANDLOCK_RULE_NET_PORT } from "../../kernel/sandbox_abi.ts";
import { boxing, forgiving, unlessMissing } from "./boxed_call.ts";

/** Versions of Landlock that know a right, LANDLOCK_ACCESS_FS_*. */
const EXECUTE = 1;
const WRITE_FILE = 2;
const READ_FILE = 4;
const READ_DIRECTORY = 8;
/** Removing and making of directories, files, devices, sockets, pipes, links. */
const CHANGE_DIRECTORY = 0x1ff0;
/** Into other directories; version 2. */
const REFER = 0x2000;
/** Version 3. */
const TRUNCATE = 0x4000;
/** Version 5: its absence forbids nothing that earlier ones did. */
const DEVICE_CONTROL = 0x8000;
const DEVICE_CONTROL_VERSION = 5;

const READ = READ_FILE | READ_DIRECTORY;
const WRITE = READ | WRITE_FILE | CHANGE_DIRECTORY | REFER | TRUNCATE | DEVICE_CONTROL;
const ALL = WRITE | EXECUTE;
/** What there is to a file that is no directory: the kernel takes no more for one. */
const OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_CONTROL;

const PATH_RIGHTS = {
  "landlock-read-paths": READ,
  "landlock-write-paths": WRITE,
  "landlock-exec-paths": READ | EXECUTE,
} as const satisfies Partial<Record<SandboxLine, number>>;

/** LANDLOCK_ACCESS_NET_BIND_TCP, LANDLOCK_ACCESS_NET_CONNECT_TCP. */
const PORT_RIGHTS = {
  "landlock-bind-ports": 1,
  "landlock-connect-ports": 2,
} as const satisfies Partial<Record<SandboxLine, number>>;

type PathLine = keyof typeof PATH_RIGHTS;
type PortLine = keyof typeof PORT_RIGHTS;

/** The version that a group of lines needs, by its first line. */
const NEEDED = [
  { lines: Object.keys(PATH_RIGHTS) as PathLine[], version: 3, since: "6.2" },
  { lines: Object.keys(PORT_RIGHTS) as PortLine[], version: 4, since: "6.7" },
  { lines: ["landlock-scopes"], version: 6, since: "6.12" },
] as const;

/**
 * Why the kernel cannot do what is asked, a sentence without its end; undefined: it can.
 *
 * @param version Of the kernel's Landlock; 0: it has none.
 */
export function landlockFault(sandbox: Sandbox, version: number): string | undefined {
  for (const { lines, version: needed, since } of NEEDED) {
    const line = lines.find((each) => sandbox[each] !== undefined);
    if (line === undefined || version >= needed) continue;
    const present = version === 0 ? "this one has none" : `this one has version ${version}`;
    return `${line}: the kernel's Landlock must have version ${needed} (Linux ${since}); ${present}`;
  }
  return undefined;
}

/**
 * Makes the rules. The service's own folders are allowed where paths are restricted at all.
 *
 * @param ruleset Number that their descriptor gets; it must be free.
 */
export function landlockRules(
  { sandbox, ownFolders }: {
    readonly sandbox: Sandbox;
    readonly ownFolders: readonly OwnFolder[];
  },
  version: number,
  ruleset: number,
): readonly ChildCall[] {
  const pathLines = (Object.keys(PATH_RIGHTS) as PathLine[])
    .filter((line) => sandbox[line] !== undefined);
  const portLines = (Object.keys(PORT_RIGHTS) as PortLine[])
    .filter((line) => sandbox[line] !== undefined);
  const scopes = sandbox["landlock-scopes"] ?? [];
  const [first] = [...pathLines, ...portLines, "landlock-scopes" as const];
  const known = version >= DEVICE_CONTROL_VERSION ? ALL : ALL & ~DEVICE_CONTROL;
  const handled = [
    pathLines.length === 0 ? 0 : known,
    portLines.reduce((rights, line) => rights | PORT_RIGHTS[line], 0),
    scopes.reduce((flags, scope) => flags | LANDLOCK_SCOPES[scope], 0),
  ];
  // A kernel takes a longer structure than its own only if the rest is zero; so no more is given.
  const needed = handled.findLastIndex((word) => word !== 0) + 1;
  const { call } = boxing(first as SandboxLine);
  const words = { kind: "words64", words: handled } as const;
  const rules: readonly PathRule[] = pathLines.length === 0 ? [] : [
    ...pathLines.flatMap((line) => (sandbox[line] ?? []).map((text) => writtenRule(line, text))),
    ...ownFolders.map((folder) => ({ ...folder, rights: WRITE })),
  ];
  return [
    call("landlock_create_ruleset", words, Math.max(needed, 1) * 8, 0),
    call("dup3", { kind: "result" }, ruleset, FILE.O_CLOEXEC),
    ...rules.flatMap((rule) => pathRules(rule, known, ruleset)),
    ...portLines.flatMap((line) =>
      (sandbox[line] ?? []).map((port) => portRule(line, port, ruleset))
    ),
  ];
}

/** What may be done at a path and below it. */
interface PathRule extends Omit<OwnFolder, "line"> {
  readonly line: PathLine | FolderSetting;
  readonly rights: number;
}

function writtenRule(line: PathLine, text: string): PathRule {
  const isOptional = text.startsWith("-");
  return { line, path: isOptional ? text.slice(1) : text, isOptional, rights: PATH_RIGHTS[line] };
}

/**
 * Twice: a rule with rights of directories is refused for a file, and what is there only the child
 * sees.
 */
function pathRules(
  { line, path, isOptional, rights }: PathRule,
  known: number,
  ruleset: number,
): readonly ChildCall[] {
  const { call } = boxing(line, path);
  const opened = unlessMissing(
    isOptional,
    call("openat", FILE.AT_FDCWD, path, FILE.O_PATH | FILE.O_CLOEXEC, 0),
  );
  const rule = (allowed: number): ChildCall => {
    const words = [allowed & known, 0, -1];
    const attributes = { kind: "words32-with-result", words, index: 2 } as const;
    const { LANDLOCK_RULE_PATH_BENEATH } = LANDLOCK;
    return call("landlock_add_rule", ruleset, LANDLOCK_RULE_PATH_BENEATH, attributes, 0);
  };
  const ofFiles = rule(rights & OF_FILES);
  return [
    opened,
    { ...rule(rights), onFailure: "ignore" },
    opened,
    isOptional ? forgiving(ERRNO.EBADF, ofFiles) : ofFiles,
  ];
}

function portRule(line: PortLine, port: number, ruleset: number): ChildCall {
  const words = { kind: "words64", words: [PORT_RIGHTS[line], port] } as const;
  const { call } = boxing(line, String(port));
  return call("landlock_add_rule", ruleset, LANDLOCK_RULE_NET_PORT, words, 0);
}

/** Lays them on. */
export function landlockRestriction(sandbox: Sandbox, ruleset: number): ChildCall {
  const lines = NEEDED.flatMap(({ lines }): readonly SandboxLine[] => lines);
  const line = lines.find((each) => sandbox[each] !== undefined) ?? "landlock-read-paths";
  return boxing(line).call("landlock_restrict_self", ruleset, 0);
}
