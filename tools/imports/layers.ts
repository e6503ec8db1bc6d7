/**
 * The layers of the program as one table: what each may import, as values or as types only.
 *
 * Effects are at the edge: `core` is pure, `platform` knows no rule about services, `daemon` and
 * `ctl` are the only places where the two meet, and share the protocol but no code.
 */

/** A part of the repository. */
export interface Layer {
  /** Paths that begin with this belong to it, unless a longer prefix of another layer fits. */
  readonly prefix: string;
  /** Prefixes of the paths it may import, itself included. */
  readonly values: readonly string[];
  /** Further prefixes that it may take types from. */
  readonly types?: readonly string[];
  /**
   * Its modules may import each other in circles, because what they hold are functions that call
   * each other. Nothing of another layer may be on such a circle, and each module must be one that
   * can be loaded first.
   */
  readonly mayCycle?: boolean;
  /** Without clock, randomness, files, timers and output of its own. */
  readonly isPure?: boolean;
}

/** `core/` but none of its folders is written with this mark at the end. */
const FILES = "*.ts";
const CORE_FILES = `core/${FILES}`;
/**
 * What all of the program may use: the words of the core, and rooms that know of no service, side
 * by side.
 */
const GROUND_ROOMS = ["figures/", "graph/", "program/", "system/", "text/"]
  .map((room) => `core/${room}`);
const GROUND = [CORE_FILES, ...GROUND_ROOMS];
/** What a sandbox is, and the filters of it; the systems put children into it. */
const SANDBOX = "core/sandbox/";
/** What is asked of a machine before a start, and how it is answered. */
const CONDITIONS = "core/conditions/";
const DESCRIPTION = "core/description/contract/description.ts";
/** What others import of the folder. */
const DESCRIPTIONS = "core/description/mod.ts";
const PLATFORM = "platform/mod.ts";
const PLATFORM_FILES = `platform/${FILES}`;
const CTL_FILES = `ctl/${FILES}`;

/**
 * The rooms of `platform/` that the systems are made with, lowest first: what is promised, the way
 * to the kernel, what all systems do alike, the wait by kqueue and the description of a child,
 * another way to make one. Why: docs/design/0024.
 */
const PLATFORM_ROOMS = [
  ...["interface/", "ffi/"],
  ...["posix/kernel/", "posix/descriptors/", "posix/files/"],
  ["posix/logs/", "posix/processes/", "posix/sockets/"],
  "posix/",
  ["kqueue/", "child/"],
  "posix_spawn/",
];
/** The systems: Linux and the BSDs know nothing of each other. */
const LINUX_ROOMS = [
  "linux/kernel/",
  ["linux/poll/", "linux/children/", "linux/processes/", "linux/machine/"],
  "linux/",
];
const BSD_ROOMS = ["bsd/", "freebsd/", "darwin/"];

const FOR_PLATFORM: Omit<Layer, "prefix"> = {
  // Bytes and layouts, not the assembler.
  values: [
    ...["native/code/", "native/programs/child_list.ts"],
    ...["native/programs/last_resort/crash_page.ts", "native/programs/parts_place.ts"],
    ...["core/types.ts", "core/text/", SANDBOX],
  ],
  types: [...GROUND, DESCRIPTION],
};
const FOR_SYSTEMS: Omit<Layer, "prefix"> = {
  ...FOR_PLATFORM,
  values: [...FOR_PLATFORM.values, ...PLATFORM_ROOMS.flat().map((room) => `platform/${room}`)],
};

/**
 * The rooms of `core/description/`, lowest first: what a description is, what texts are made of,
 * how they become values, the table of settings, what is done with it.
 */
const DESCRIPTION_ROOMS = [
  ...["contract/", "text/", "environment/", "values/", "settings/"],
  ...["formats/", "assemble/", "load/", "check/"],
];

/** What every room of the daemon may use of the rest. */
const FOR_DAEMON: readonly string[] = [
  ...[
    ...GROUND,
    "core/calendar/",
    CONDITIONS,
    "core/health/",
    SANDBOX,
    "core/log/",
    "core/plan/",
    "core/protocol/",
    "core/recovery/",
    "core/report/",
    "core/schedule/",
    "core/service/",
    "core/state/",
    "core/timetable/",
  ],
  ...[DESCRIPTIONS, PLATFORM],
];

/**
 * The rooms of unit files, lowest first: how a unit is written, what becomes of names, and rows of
 * directives. The files above them read whole units and put a description together.
 */
const UNIT_ROOMS = ["units/text/", "units/names/", "units/rows/"];

/**
 * The rooms of `daemon/`, lowest first. Those in one line know nothing of each other; the files of
 * `daemon/` itself put all together. Why: docs/design/0022.
 */
const DAEMON_ROOMS = [
  "kept/",
  ["time/", "output/"],
  "start/",
  "processes/",
  [
    "descriptions/",
    "launch/",
    "control/",
    "machine/",
    "succession/",
    "timetable/",
    "conditions/",
    "reports/",
  ],
  "health/",
  "commands/",
  ["orders/", "supervision/"],
  "recovery/",
];

/** What every room of the clients may use of the rest. */
const FOR_CLIENTS: readonly string[] = [
  ...[...GROUND, "core/calendar/", "core/health/", "core/log/", "core/protocol/"],
  DESCRIPTIONS,
];

/**
 * The rooms of `ctl/`, lowest first: what commands, drivers and the world agree on, and the words
 * of command lines; what is shown, in rooms by subject, and what is asked; the world itself, by the
 * platform; the commands of `dinitctl`; the other programs. The files of `ctl/` itself put them
 * together.
 */
const CTL_ROOMS = [
  ["interface/", "words/"],
  ["render/text/", "connection/"],
  ["render/figures/", "render/logs/", "render/starts/", "render/orders/"],
  "render/services/",
  "render/",
  "commands/lookup/",
  ["commands/views/", "commands/orders/"],
  "commands/enabling/",
  ["calendar/", "check/", "monitor/", "probe/", "schema/", "shutdown/"],
  "telinit/",
];

/** All layers. A path that fits none is refused, so that a new folder gets its rules here. */
export const LAYERS: readonly Layer[] = [
  { prefix: CORE_FILES, values: [CORE_FILES], types: [DESCRIPTION], isPure: true },
  ...GROUND_ROOMS.map((prefix) => ({ prefix, values: ["core/types.ts", prefix], isPure: true })),
  // Expressions for points in time; knows nothing of services.
  { prefix: "core/calendar/", values: [...GROUND, "core/calendar/"], isPure: true },
  {
    // When services with a timer run. Whoever uses it tells it the time.
    prefix: "core/timetable/",
    values: [...GROUND, "core/calendar/", "core/timetable/"],
    types: [DESCRIPTION],
    isPure: true,
  },
  {
    // Probes of services, and what answers mean. Whoever uses it tells it the time.
    prefix: "core/health/",
    values: [...GROUND, "core/health/"],
    types: [DESCRIPTION, DESCRIPTIONS],
    isPure: true,
  },
  { prefix: SANDBOX, values: [SANDBOX], isPure: true },
  // What the machine has to be like for a start, answered from facts that others look up.
  { prefix: CONDITIONS, values: [...GROUND, CONDITIONS], isPure: true },
  ...roomsInOrder("core/description/", DESCRIPTION_ROOMS, {
    values: [...GROUND, "core/calendar/", CONDITIONS, SANDBOX],
    isPure: true,
  }),
  { prefix: DESCRIPTIONS, values: ["core/description/"], isPure: true },
  {
    prefix: "core/service/",
    values: [...GROUND, "core/service/", DESCRIPTION],
    types: [PLATFORM],
    mayCycle: true,
    isPure: true,
  },
  // The state of a scheduler as bytes. It knows the records; the scheduler knows it.
  {
    prefix: "core/state/",
    values: [...GROUND, "core/state/", "core/service/", DESCRIPTION],
    isPure: true,
  },
  {
    prefix: "core/schedule/",
    values: [...GROUND, "core/schedule/", "core/state/", "core/service/", DESCRIPTION],
    types: [PLATFORM],
    isPure: true,
  },
  {
    // What a restored scheduler is told when its manager has died.
    prefix: "core/recovery/",
    values: [
      ...[...GROUND, "core/recovery/", "core/schedule/", "core/service/"],
      DESCRIPTION,
    ],
    isPure: true,
  },
  {
    // Asks a copy of the scheduler: what would come of orders.
    prefix: "core/plan/",
    values: [
      ...[...GROUND, "core/plan/", "core/schedule/", "core/service/", CONDITIONS],
      DESCRIPTION,
    ],
    isPure: true,
  },
  {
    // What went into the scheduler, as a report that can be replayed.
    prefix: "core/report/",
    values: [
      ...[...GROUND, "core/report/", "core/schedule/", "core/service/", "core/state/"],
      DESCRIPTION,
    ],
    isPure: true,
  },
  // Services of other init systems as descriptions.
  ...roomsInOrder("core/convert/", UNIT_ROOMS, {
    values: [...GROUND, `core/convert/${FILES}`, CONDITIONS, DESCRIPTIONS],
    isPure: true,
  }),
  {
    prefix: "core/convert/",
    values: [...GROUND, "core/convert/", "core/calendar/mod.ts", CONDITIONS, DESCRIPTIONS],
    isPure: true,
  },
  {
    // A machine with another init: what of it becomes what.
    prefix: "core/migrate/",
    values: [...GROUND, CONDITIONS, "core/convert/mod.ts", "core/migrate/", DESCRIPTIONS],
    isPure: true,
  },
  { prefix: "core/log/", values: [...GROUND, "core/log/"], isPure: true },
  { prefix: "core/protocol/", values: [...GROUND, "core/protocol/"], isPure: true },
  // Machine code: bytes for others, and it knows nothing of them.
  { prefix: "native/", values: ["native/", CORE_FILES, "core/program/"], isPure: true },
  ...roomsInOrder("platform/", PLATFORM_ROOMS, FOR_PLATFORM),
  ...roomsInOrder("platform/", LINUX_ROOMS, FOR_SYSTEMS),
  ...roomsInOrder("platform/", BSD_ROOMS, FOR_SYSTEMS),
  {
    // These alone choose among the systems.
    prefix: PLATFORM_FILES,
    values: [
      ...[PLATFORM_FILES, "platform/interface/", "platform/linux/"],
      ...["platform/bsd/", "platform/freebsd/", "platform/darwin/"],
    ],
  },
  ...roomsInOrder("daemon/", DAEMON_ROOMS, { values: FOR_DAEMON }),
  { prefix: "daemon/", values: ["daemon/", ...FOR_DAEMON] },
  // The one place where the manager meets the clients' commands, so that nothing of them is written
  // twice. It is a part of the program of its own, which `main.ts` loads for the manager at the
  // first order: nobody else may import it.
  {
    prefix: "daemon/clients/",
    values: [
      ...["daemon/clients/", "daemon/control/output.ts", "ctl/served.ts", "ctl/mod.ts"],
      ...[...GROUND, "core/protocol/"],
    ],
    types: ["daemon/control/", DESCRIPTIONS],
  },
  ...roomsInOrder("ctl/", CTL_ROOMS, { values: FOR_CLIENTS }),
  {
    prefix: "ctl/system/",
    // Of the platform a client needs sockets, files and the terminal, not the making of processes.
    values: [
      ...["ctl/system/", "ctl/interface/", "ctl/render/"],
      ...[...FOR_CLIENTS, "platform/client.ts"],
    ],
  },
  // A part of the program of its own, which `main.ts` loads: no other client imports it.
  {
    prefix: "ctl/convert/",
    values: [
      ...["ctl/convert/", "ctl/interface/", "ctl/words/", "ctl/commands/lookup/"],
      ...[...FOR_CLIENTS, "core/convert/"],
    ],
  },
  // Likewise.
  {
    prefix: "ctl/migrate/",
    values: [
      ...["ctl/migrate/", "ctl/interface/", "ctl/words/"],
      ...[...FOR_CLIENTS, "core/convert/mod.ts", "core/migrate/mod.ts"],
    ],
  },
  { prefix: CTL_FILES, values: ["ctl/", ...FOR_CLIENTS] },
  { prefix: "main.ts", values: ["daemon/", "ctl/", "core/program/"] },
  {
    prefix: "tools/",
    values: ["tools/", "services/", "core/", "native/", "platform/", "daemon/", "ctl/"],
  },
  {
    prefix: "tests/",
    values: ["tests/", "tools/", "core/", "native/", "platform/", "daemon/", "ctl/"],
  },
];

/**
 * A layer for each room of a folder: it may import itself and the rooms before it, so that no two
 * can need each other.
 *
 * @param rooms Lowest first, each with a slash at its end; a list of them stands side by side.
 * @param common What all of them may import besides.
 */
function roomsInOrder(
  folder: string,
  rooms: readonly (string | readonly string[])[],
  common: Omit<Layer, "prefix">,
): readonly Layer[] {
  const tiers = rooms.map((tier) => [tier].flat().map((room) => folder + room));
  return tiers.flatMap((tier, index) => {
    const below = tiers.slice(0, index).flat();
    return tier.map((prefix) => ({
      ...common,
      prefix,
      values: [...common.values, ...below, prefix],
    }));
  });
}

/** @returns undefined when the path belongs to none. */
export function layerOf(path: string): Layer | undefined {
  return LAYERS.filter((layer) => fits(path, layer.prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** Whether one path fits a prefix of the table. */
export function fits(path: string, prefix: string): boolean {
  if (!prefix.endsWith(FILES)) return path.startsWith(prefix);
  const folder = prefix.slice(0, -FILES.length);
  return path.startsWith(folder) && !path.slice(folder.length).includes("/");
}
