/**
 * Makes random plans: graphs of 1 to 200 services with links of every kind, and orders, ends of
 * processes, passing time, reloads, links and a shutdown to go with them.
 */
import type {
  Dependency,
  DependencyKind,
  HealthProbe,
  ListeningSocket,
  LivenessProbe,
  RestartBackoff,
  ServiceDescription,
  ServiceType,
  TimerDescription,
} from "../../core/description/mod.ts";
import { LONGEST_CHAIN } from "../../core/graph/chain_limit.ts";
import { placeholderDescription } from "../../core/schedule/placeholder.ts";
import type { ServiceName } from "../../core/types.ts";
import type { LastShutdown, Move, Plan } from "./plan.ts";
import { type Random, seededRandom } from "./random.ts";

/** What a run is like as a whole; every run draws its own, so that rare mixes come together. */
interface Temper {
  readonly types: readonly ServiceType[];
  readonly linkKinds: readonly DependencyKind[];
  readonly linkShare: number;
  readonly hasOrdering: boolean;
  readonly hasPins: boolean;
  readonly hasRunTimeLinks: boolean;
  readonly hasReloads: boolean;
  readonly hasConsole: boolean;
  readonly hasSideCommands: boolean;
  readonly hasConditions: boolean;
  readonly hasConflicts: boolean;
  readonly happenShare: number;
}

const TYPES: readonly ServiceType[] = [
  "process",
  "bgprocess",
  "scripted",
  "internal",
  "triggered",
];
const KINDS: readonly DependencyKind[] = ["need", "milestone", "waits-for", "prepared-by"];

export function generatePlan(seed: number): Plan {
  const random = seededRandom(seed);
  const temper = drawTemper(random);
  const count = drawCount(random);
  const services = drawServices(random, temper, count);
  const moveCount = 4 + random.below(random.chance(0.1) ? 250 : 50);
  const moves: Move[] = [];
  for (let i = 0; i < moveCount; i++) moves.push(drawMove(random, temper, services));
  return {
    services,
    broken: drawBroken(random, count),
    moves,
    launchSeed: random.below(2 ** 31),
    launchFailures: random.chance(0.3) ? 0.1 : 0,
    lastShutdown: drawLastShutdown(random),
    restoreSeed: random.below(2 ** 31),
    restores: drawRestores(random),
    isKept: random.chance(0.02),
    crashSeed: random.below(2 ** 31),
    crashes: 0,
  };
}

/** In most runs processes end when they are told to. */
function drawLastShutdown(random: Random): LastShutdown {
  const isHard = random.chance(0.3);
  return {
    graceMs: random.chance(0.1) ? random.pick([0, 3000, 20_000]) : undefined,
    patienceMs: isHard && random.chance(0.5) ? random.pick([0, 3000, 12_000, 40_000]) : undefined,
    stubborn: isHard ? random.pick([0.2, 0.6, 1]) : 0,
    interrupts: isHard && random.chance(0.7),
    undying: isHard && random.chance(0.5) ? random.pick([0.1, 0.5]) : 0,
  };
}

/** In every seventh run once or twice; in few as often as can be, which takes its time. */
function drawRestores(random: Random): number {
  if (random.chance(0.004)) return random.pick([0.2, 1]);
  return random.chance(0.15) ? 0.04 : 0;
}

/** Few runs have services that cannot be loaded. */
function drawBroken(random: Random, count: number): number[] {
  if (!random.chance(0.15)) return [];
  return Array.from({ length: count }, (_, index) => index).filter(() => random.chance(0.25));
}

function drawCount(random: Random): number {
  if (random.chance(0.005)) return 40 + random.below(161);
  if (random.chance(0.05)) return 9 + random.below(24);
  return 1 + random.below(8);
}

function drawTemper(random: Random): Temper {
  const some = <T>(items: readonly T[], share: number) => {
    const chosen = items.filter(() => random.chance(share));
    return chosen.length === 0 ? [random.pick(items)] : chosen;
  };
  return {
    types: some(TYPES, 0.6),
    linkKinds: some(KINDS, 0.6),
    linkShare: 0.2 + 0.5 * random.next(),
    hasOrdering: random.chance(0.3),
    hasPins: random.chance(0.4),
    hasRunTimeLinks: random.chance(0.3),
    hasReloads: random.chance(0.25),
    hasConsole: random.chance(0.25),
    hasSideCommands: random.chance(0.3),
    hasConditions: random.chance(0.25),
    hasConflicts: random.chance(0.25),
    happenShare: 0.3 + 0.4 * random.next(),
  };
}

function drawServices(random: Random, temper: Temper, count: number): ServiceDescription[] {
  const services: ServiceDescription[] = [];
  const heights: number[] = [];
  for (let index = 0; index < count; index++) {
    const service = drawService(random, temper, index, count, heights);
    services.push(service);
    heights.push(heightOf(service, heights));
  }
  return services;
}

function heightOf(service: ServiceDescription, heights: readonly number[]): number {
  const below = service.dependencies.map(({ name }) => heights[Number(name.slice(1))] ?? 1);
  return 1 + Math.max(0, ...below);
}

/** One or two others, earlier or later ones; now and then one that there is not. */
function drawConflicts(random: Random, index: number, count: number): ServiceName[] {
  const others = [random.below(count), random.below(count)].filter((other) => other !== index);
  const names = [...new Set(others)].map(nameOf);
  return random.chance(0.05) ? [...names, "ghost" as ServiceName] : names;
}

const NO_SIDE_COMMANDS = { startPre: [], startPost: [], stopPost: [] };

function drawSideCommands(
  random: Random,
  startsOnDemand: boolean,
): Pick<ServiceDescription, "startPre" | "startPost" | "stopPost"> {
  const commands = () =>
    Array.from({ length: random.pick([0, 0, 1, 2]) }, () => ({
      words: ["/bin/side"],
      mayFail: random.chance(0.3),
    }));
  const startPost = commands();
  return { startPre: commands(), startPost: startsOnDemand ? [] : startPost, stopPost: commands() };
}

/**
 * Names tell the place: `s7`. Links lead from later to earlier services only, so there is no cycle.
 */
export function nameOf(index: number): ServiceName {
  return `s${index}` as ServiceName;
}

function drawService(
  random: Random,
  temper: Temper,
  index: number,
  count: number,
  heights: readonly number[],
): ServiceDescription {
  const type = random.pick(temper.types);
  const isProcess = type === "process" || type === "bgprocess" || type === "scripted";
  const base = placeholderDescription(nameOf(index));
  const after: ServiceName[] = [];
  const before: ServiceName[] = [];
  if (temper.hasOrdering) {
    if (index > 0 && random.chance(0.4)) after.push(nameOf(random.below(index)));
    if (index + 1 < count && random.chance(0.3)) {
      before.push(nameOf(index + 1 + random.below(count - index - 1)));
    }
    if (random.chance(0.05)) after.push("ghost" as ServiceName);
  }
  const activationLimitCount = (index % 3) * 2;
  const sockets = drawSockets(random, type);
  const hasSides = isProcess && temper.hasSideCommands;
  const sides = hasSides ? drawSideCommands(random, sockets.startsOnDemand) : NO_SIDE_COMMANDS;
  return {
    ...base,
    type,
    // Not drawn, so that what is drawn after it stays as it was for a seed.
    onFailure: index % 5 === 3 ? nameOf((index * 7 + 1) % count) : undefined,
    backoff: index % 4 === 1 ? BACKOFF : undefined,
    oomPolicy: index % 3 === 2 ? "stop" : undefined,
    ...drawnProbes(index, type, sockets.startsOnDemand),
    command: isProcess ? ["/bin/run"] : [],
    stopCommand: isProcess && random.chance(0.3) ? ["/bin/stop"] : [],
    ...sides,
    dependencies: drawDependencies(random, temper, index, heights),
    conditions: temper.hasConditions && random.chance(0.5) ? CONDITIONS : [],
    requiresMountsFor: temper.hasConditions && random.chance(0.2) ? ["/x"] : [],
    conflicts: temper.hasConflicts && random.chance(0.4) ? drawConflicts(random, index, count) : [],
    after,
    before,
    ...sockets,
    chainTo: random.chance(0.05) ? nameOf(random.below(count)) : undefined,
    restart: random.pick(["always", "on-failure", "never", "never"]),
    smoothRecovery: random.chance(0.3),
    restartDelayMs: random.pick([0, 200, 1000]),
    restartLimitIntervalMs: 10_000,
    restartLimitCount: random.pick([0, 1, 3]),
    activationLimitCount,
    activationLimitIntervalMs: 10_000,
    startTimeoutMs: random.pick([0, 500, 60_000]),
    stopTimeoutMs: random.pick([0, 300, 10_000]),
    termSignal: random.chance(0.1) ? "none" : "TERM",
    pidFile: type === "bgprocess" ? "/run/x.pid" : undefined,
    readyNotification: type === "process" && random.chance(0.3) && index % 3 !== 1
      ? { kind: "descriptor", number: 3 }
      : { kind: "none" },
    console: temper.hasConsole ? random.pick(["none", "shares", "starts", "runs"]) : "none",
    options: {
      ...base.options,
      alwaysChain: random.chance(0.2),
      startInterruptible: isProcess && random.chance(0.4),
      skippable: type === "scripted" && random.chance(0.3),
      killAllOnStop: (type === "scripted" || type === "internal") && random.chance(0.05),
    },
  };
}

/** Which it is does not count: somebody says whether it holds. */
const CONDITIONS: ServiceDescription["conditions"] = [
  [{ kind: "path-exists", value: "/x", isNegated: false }],
];
const PROBE: HealthProbe = {
  target: { kind: "unix", path: "/run/x" },
  delayMs: 0,
  intervalMs: 1000,
  timeoutMs: 1000,
  successes: 1,
  failures: 1,
};

const ACTIONS: readonly LivenessProbe["action"][] = [
  { kind: "restart" },
  { kind: "mark" },
  { kind: "run", command: ["/bin/tell"] },
];

/** By place, as above. */
function drawnProbes(
  index: number,
  type: ServiceType,
  startsOnDemand: boolean,
): Pick<ServiceDescription, "readiness" | "liveness"> {
  const isAsked = !startsOnDemand && (type === "process" || type === "bgprocess");
  const action = ACTIONS[Math.floor(index / 2) % 3] ?? { kind: "mark" };
  return {
    readiness: isAsked && type === "process" && index % 3 === 1 ? PROBE : undefined,
    liveness: isAsked && index % 2 === 0 ? { ...PROBE, action } : undefined,
  };
}

const BACKOFF: RestartBackoff = {
  factor: 2,
  stepMs: 100,
  capMs: 5000,
  jitter: 0.5,
  goodRunMs: 3000,
};

const SOCKET: ListeningSocket = {
  address: { kind: "unix", path: "/run/x" },
  type: "stream",
  name: undefined,
  mode: 0o666,
  uid: undefined,
  gid: undefined,
  backlog: 128,
  ipv6Only: false,
  blocks: false,
};

const TIMER: TimerDescription = {
  calendar: ["*-*-* *:*:00"],
  afterBootMs: undefined,
  afterStartMs: undefined,
  everyMs: undefined,
  afterEndMs: undefined,
  isPersistent: false,
  onMissed: "run",
  randomDelayMs: 0,
  accuracyMs: 0,
};

/**
 * Some services of type process listen, and some of these start on demand, of the time perhaps.
 */
function drawSockets(
  random: Random,
  type: ServiceType,
): Pick<ServiceDescription, "sockets" | "startsOnDemand" | "timer"> {
  const listens = type === "process" && random.chance(0.2);
  const startsOnDemand = listens && random.chance(0.7);
  const isTimed = startsOnDemand && random.chance(0.3);
  return {
    sockets: listens && !isTimed ? [SOCKET] : [],
    startsOnDemand,
    timer: isTimed ? TIMER : undefined,
  };
}

function drawDependencies(
  random: Random,
  temper: Temper,
  index: number,
  heights: readonly number[],
): Dependency[] {
  const dependencies: Dependency[] = [];
  if (index === 0) return dependencies;
  const tries = 1 + random.below(4);
  for (let i = 0; i < tries; i++) {
    if (!random.chance(temper.linkShare)) continue;
    // Near ones more often, so that chains come about.
    const target = random.chance(0.4) ? index - 1 : random.below(index);
    if ((heights[target] ?? 1) >= LONGEST_CHAIN) continue;
    dependencies.push({ kind: random.pick(temper.linkKinds), name: nameOf(target) });
  }
  return dependencies;
}

function drawMove(random: Random, temper: Temper, services: readonly ServiceDescription[]): Move {
  const service = random.below(services.length);
  if (random.chance(temper.happenShare)) {
    return { kind: "happen", which: random.next(), how: random.next() };
  }
  if (random.chance(0.2)) {
    return { kind: "advance", milliseconds: random.pick([1, 50, 200, 300, 500, 1000, 11_000]) };
  }
  if (temper.hasConsole && random.chance(0.1)) {
    return { kind: "console", isBusy: random.chance(0.5) };
  }
  if (temper.hasPins && random.chance(0.15)) return { kind: "unpin", service };
  if (temper.hasRunTimeLinks && random.chance(0.2)) return drawLinkMove(random, services.length);
  if (temper.hasReloads && random.chance(0.15)) {
    return drawReload(random, temper, services, service);
  }
  if (services[service]?.type === "triggered" && random.chance(0.5)) {
    return { kind: "trigger", service, on: random.chance(0.8) };
  }
  if (random.chance(0.01)) return { kind: "shutdown" };
  return {
    kind: random.pick(["start", "start", "start", "stop", "stop", "restart", "wake", "release"]),
    service,
    pin: temper.hasPins && random.chance(0.3),
    force: random.chance(0.5),
  };
}

function drawLinkMove(random: Random, count: number): Move {
  return {
    kind: random.pick(["add-link", "add-link", "remove-link", "remove-link", "enable"]),
    link: random.pick(["need", "milestone", "waits-for"]),
    from: random.below(count),
    to: random.below(count),
  };
}

function drawReload(
  random: Random,
  temper: Temper,
  services: readonly ServiceDescription[],
  service: number,
): Move {
  const roll = random.next();
  if (roll < 0.25) return { kind: "unload", service };
  if (roll < 0.5) return { kind: "load", service };
  const heights = services.map(() => 1);
  const drawn = drawService(random, temper, service, services.length, heights);
  const old = services[service] ?? drawn;
  // Most reloads keep what a started service may not change.
  const { type, console, pidFile, sockets, startsOnDemand, timer } = old;
  const isAllowed = type === "scripted" || type === "internal";
  const killAllOnStop = isAllowed && drawn.options.killAllOnStop;
  const options = { ...drawn.options, killAllOnStop };
  const hasProcesses = type === "process" || type === "bgprocess" || type === "scripted";
  const { startPre, startPost, stopPost } = hasProcesses ? drawn : NO_SIDE_COMMANDS;
  const sides = { startPre, startPost: startsOnDemand ? [] : startPost, stopPost };
  const description = random.chance(0.2) ? drawn : {
    ...drawn,
    ...sides,
    type,
    console,
    pidFile,
    sockets,
    startsOnDemand,
    timer,
    options,
  };
  return { kind: "reload", service, description };
}
