/**
 * Plays a scenario with the built manager and real processes and says what is seen after each step.
 */
import { measureSlowness } from "../../../tools/slowness.ts";
import type { Handle, Reply, Request } from "../../../core/protocol/mod.ts";
import { unreachable } from "../../../core/types.ts";
import { fail } from "../../assert.ts";
import type { Action, Expectation, Scenario, ScenarioService } from "../../scenarios/scenario.ts";
import { assertSeen, sightOf, SIGNAL_NUMBERS } from "../../scenarios/sight.ts";
import { KEEPER } from "../../scenarios/world.ts";
import { Manager } from "../manager.ts";
import { Cast } from "./cast.ts";
import { ScenarioClient } from "./client.ts";
import { descriptionText } from "./description.ts";
import { stretched } from "./time.ts";

/**
 * All is at rest when neither an event nor a launch nor an exit was seen for so long, in
 * milliseconds; 120 when the scenarios were recorded. This and the limits are for a quick machine
 * at rest.
 */
const REST_MS = 120;
const REST_LIMIT_MS = 20_000;
const UNHEARD_LIMIT_MS = 3000;
const UNHEARD_PAUSE_MS = 20;
/** So long what is expected may be late: somebody may have had no processor for a while. */
const LATE_LIMIT_MS = 2000;

/** By how much all times are longer here: four scenarios play at the same time. */
const STRETCH = 5;

/** Plays all steps. @throws {Error} When something else is seen than expected. */
export async function playForReal(recorded: Scenario): Promise<void> {
  const slowness = measureSlowness();
  const scenario = stretched(recorded, STRETCH * pauseFactor(slowness));
  const folder = await Deno.makeTempDir({ prefix: "dinit-scenario-" });
  const cast = new Cast(folder, scenario.services);
  try {
    const manager = await Manager.start({
      services: descriptions(scenario, cast),
      start: scenario.commandLine ?? [KEEPER],
      args: ["-q"],
      onTerminal: needsTerminal(scenario),
    });
    try {
      await playWith(manager, cast, scenario, slowness);
    } finally {
      // Without their cast, processes that ignore signals end as well, and the manager need not
      // wait.
      await cast.close();
      await manager.dispose();
    }
  } finally {
    await cast.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Pauses between steps need not be as long as limits: what is waited for takes a part of them only,
 * and there are hundreds.
 */
function pauseFactor(slowness: number): number {
  return Math.sqrt(slowness);
}

/** Services wait for the console only where there is one. */
function needsTerminal({ services }: Scenario): boolean {
  return Object.values(services).some(({ options }) =>
    options?.some((option) => option.endsWith("-on-console"))
  );
}

function descriptions(scenario: Scenario, cast: Cast): Record<string, string> {
  const services: Record<string, ScenarioService> = {
    ...scenario.services,
    [KEEPER]: { type: "internal", restart: false },
  };
  return Object.fromEntries(
    Object.entries(services).map(([name, each]) => [name, descriptionText(name, each, cast)]),
  );
}

async function playWith(
  manager: Manager,
  cast: Cast,
  scenario: Scenario,
  slowness: number,
): Promise<void> {
  const client = await ScenarioClient.connect(manager.socket);
  const stage = new Stage(manager, cast, client, slowness);
  try {
    for (const name of Object.keys(scenario.services)) await client.load(name);
    await stage.rest();
    for (const [index, step] of scenario.steps.entries()) {
      await stage.perform(step);
      await stage.await((seen) => assertSeen(scenario, index, seen));
    }
  } finally {
    await client.close();
  }
}

class Stage {
  readonly #slowness: number;
  readonly #manager: Manager;
  readonly #cast: Cast;
  readonly #client: ScenarioClient;
  /** The manager's answer to what was done last. */
  #reply: string | undefined;

  constructor(manager: Manager, cast: Cast, client: ScenarioClient, slowness: number) {
    this.#slowness = slowness;
    this.#manager = manager;
    this.#cast = cast;
    this.#client = client;
  }

  async perform(action: Action): Promise<void> {
    const [cast, client] = [this.#cast, this.#client];
    client.events = [];
    cast.launched = [];
    cast.signals = [];
    this.#reply = await this.#perform(action);
  }

  /** Looks at what there is once all is at rest, and again as long as the check fails. */
  async await(check: (seen: Expectation) => void): Promise<void> {
    const end = performance.now() + LATE_LIMIT_MS * this.#slowness;
    for (;;) {
      await this.rest();
      try {
        return check(await this.#see());
      } catch (error) {
        if (performance.now() > end || this.#client.hasEnded) throw error;
      }
    }
  }

  async #see(): Promise<Expectation> {
    const [cast, client] = [this.#cast, this.#client];
    const common = {
      events: client.events,
      ...(this.#reply === undefined ? {} : { reply: this.#reply }),
      launched: [...cast.launched].sort(),
      signals: [...cast.signals].sort(),
    };
    if (client.hasEnded) {
      const { code, signal } = await this.#manager.ended();
      return { ...common, manager: signal === null ? `exited:${code}` : `signal:${signal}` };
    }
    return { ...common, ...sightOf(await client.statuses()) };
  }

  /** Waits until nothing has happened for a while. */
  async rest(): Promise<void> {
    const begin = performance.now();
    for (;;) {
      const last = Math.max(begin, this.#cast.lastHeard, this.#client.lastHeard);
      const left = last + REST_MS * pauseFactor(this.#slowness) - performance.now();
      const unheardLimit = UNHEARD_LIMIT_MS * this.#slowness;
      if (left <= 0 && (await this.#areAllHeard() || left < -unheardLimit)) return;
      const restLimit = REST_LIMIT_MS * this.#slowness;
      if (performance.now() - begin > restLimit) fail("Does not come to rest");
      await delay(Math.max(left, UNHEARD_PAUSE_MS));
    }
  }

  /**
   * A process that runs may not have come to say so. One that a PID file names wrongly never will.
   */
  async #areAllHeard(): Promise<boolean> {
    const client = this.#client;
    if (client.hasEnded) return true;
    const heard = client.lastHeard;
    const statuses = await client.statuses().catch((error: unknown) => {
      if (client.hasEnded) return new Map<string, never>();
      throw error;
    });
    client.lastHeard = heard;
    return [...statuses.values()].every(({ pid }) => pid === 0 || this.#cast.knows(pid));
  }

  async #perform(action: Action): Promise<string | undefined> {
    const client = this.#client;
    switch (action.do) {
      case "advance":
        await delay(action.seconds * 1000);
        return undefined;
      case "process":
        await this.#cast.act(action.service, action.role, action.does);
        return undefined;
      case "manager-signal":
        this.#manager.signal(`SIG${action.signal}` as Deno.Signal);
        return undefined;
      case "load":
        await client.load(action.service);
        return "ok";
      case "reload":
        this.#cast.redefine(action.service, action.definition);
        await Deno.writeTextFile(
          `${this.#manager.folder}/services/${action.service}.toml`,
          descriptionText(action.service, action.definition, this.#cast),
        );
        break;
    }
    const reply = await client.ask(requestOf(client, action));
    if (action.do === "unload" && reply?.kind === "ack") client.forget(action.service);
    // A reload takes the handle of the connection that orders it, whatever comes of it.
    if (action.do === "reload") await client.load(action.service);
    return reply === undefined ? undefined : await this.#replyText(reply);
  }

  async #replyText(reply: Reply): Promise<string> {
    switch (reply.kind) {
      case "signal-no-process":
        return "no-pid";
      case "dependents":
        return `dependents:${(await this.#names(reply.handles)).join(",")}`;
      default:
        return reply.kind;
    }
  }

  async #names(handles: readonly Handle[]): Promise<readonly string[]> {
    const names: string[] = [];
    for (const handle of handles) names.push(await this.#client.nameOf(handle));
    return names;
  }
}

type OrderAction = Exclude<
  Action,
  { readonly do: "advance" | "process" | "manager-signal" | "load" }
>;

function requestOf(client: ScenarioClient, action: OrderAction): Request {
  switch (action.do) {
    case "shutdown":
      return { kind: "shutdown", type: "halt" };
    case "add-dep":
      return { kind: "add-dependency", dependency: action.link, ...ends(client, action) };
    case "rm-dep":
      return { kind: "remove-dependency", dependency: action.link, ...ends(client, action) };
    case "enable":
      return { kind: "enable", dependency: action.link, ...ends(client, action) };
  }
  const handle = client.handle(action.service);
  switch (action.do) {
    case "reload":
    case "unpin":
    case "unload":
      return { kind: action.do, handle };
    case "signal":
      return { kind: "signal", handle, signal: SIGNAL_NUMBERS[action.signal] ?? 0 };
    case "trigger":
    case "untrigger":
      return { kind: "set-trigger", handle, on: action.do === "trigger" };
    case "start":
    case "wake":
    case "release":
      return { kind: action.do, handle, pin: action.pin ?? false, preack: false };
    case "stop":
    case "restart": {
      const gentle = !(action.force ?? false);
      const [pin, restart] = [action.pin ?? false, action.do === "restart"];
      return { kind: "stop", handle, pin, gentle, restart, preack: false };
    }
    default:
      return unreachable(action);
  }
}

function ends(client: ScenarioClient, action: { readonly from: string; readonly to: string }) {
  return { from: client.handle(action.from), to: client.handle(action.to) };
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
