/**
 * The processes of a scenario's services: real ones, which say what they see and do as they are
 * told, over a socket of the test's.
 */
import { within } from "../../../tools/limit.ts";
import { assert, fail } from "../../assert.ts";
import type { Role, ScenarioService } from "../../scenarios/scenario.ts";

const PROGRAM = new URL("../programs/actor.pl", import.meta.url).pathname;
const LAUNCH_LIMIT_MS = 10_000;

interface Actor {
  readonly name: string;
  readonly role: Role;
  readonly pid: number;
  readonly connection: Deno.UnixConn;
}

export class Cast {
  /** What was seen since the last look. */
  launched: string[] = [];
  signals: string[] = [];
  /** When a process was last heard of, in milliseconds of performance.now. */
  lastHeard = performance.now();
  readonly #socket: string;
  readonly #listener: Deno.UnixListener;
  readonly #services: Map<string, ScenarioService>;
  readonly #launches = new Map<string, number>();
  readonly #actors = new Set<Actor>();
  readonly #accepting: Promise<void>;
  readonly #listening = new Set<Promise<void>>();
  #isClosed = false;

  /** @param folder Gets the socket and the PID files. */
  constructor(folder: string, services: Readonly<Record<string, ScenarioService>>) {
    this.#socket = `${folder}/cast`;
    this.#listener = Deno.listen({ transport: "unix", path: this.#socket });
    this.#services = new Map(Object.entries(services));
    this.#accepting = this.#accept();
  }

  /** From now on the service's processes behave so. */
  redefine(name: string, service: ScenarioService): void {
    this.#services.set(name, service);
  }

  /** Words of the command that launches a process of the service. */
  command(name: string, role: Role, service: ScenarioService): readonly string[] {
    const words = role === "stop" ? service["stop-command"] : service.command;
    if (words === "exec-fail") return ["/nonexistent/program"];
    const ready = service["ready-notification"]?.split(":")[1] ?? "";
    return ["/usr/bin/perl", PROGRAM, this.#socket, name, role, ready, this.pidFile(name)];
  }

  pidFile(name: string): string {
    return `${this.#socket}-${name}.pid`;
  }

  /** Whether the process has said that it runs. */
  knows(pid: number): boolean {
    return [...this.#actors].some((actor) => actor.pid === pid);
  }

  /** A process does something by itself. */
  async act(name: string, role: Role, does: string): Promise<void> {
    const actor = [...this.#actors].find((each) => each.name === name && each.role === role);
    assert(actor !== undefined, `No process ${name}.${role}`);
    await this.#tell(actor, does.replace(":", " "));
  }

  /** Lets go of all processes; those that are left end by that. May be called again. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.close();
    for (const { connection } of this.#actors) connection.close();
    await this.#accepting;
    await within(LAUNCH_LIMIT_MS, "the end of the actors", Promise.all(this.#listening));
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      const listening = this.#listen(connection);
      this.#listening.add(listening);
    }
  }

  async #listen(connection: Deno.UnixConn): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(512);
    let text = "";
    let actor: Actor | undefined;
    for (;;) {
      const count = await connection.read(buffer).catch(() => null);
      this.lastHeard = performance.now();
      if (count === null) break;
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const [word = "", first = "", role = "", pid = ""] = line.split(" ");
        if (word === "launch") {
          actor = { name: first, role: role as Role, pid: Number(pid), connection };
          await this.#enter(actor);
        } else if (actor !== undefined) {
          this.signals.push(`${actor.name}.${actor.role}:${first}`);
        }
      }
    }
    if (actor !== undefined) this.#actors.delete(actor);
    try {
      connection.close();
    } catch { /* closed by us */ }
  }

  async #enter(actor: Actor): Promise<void> {
    this.launched.push(`${actor.name}.${actor.role}`);
    this.#actors.add(actor);
    const orders = [
      ...Object.entries(this.#service(actor.name)["on-signal"] ?? {}).map(([signal, reaction]) =>
        `on ${signal} ${reaction.replace("exit:", "")}`
      ),
      ...this.#orders(actor),
    ];
    if (orders.length > 0) await this.#tell(actor, orders.join("\n"));
  }

  /** What the process does at once. */
  #orders(actor: Actor): readonly string[] {
    const service = this.#service(actor.name);
    const behaviour = this.#behaviour(actor);
    const [word = "", value = "1"] = behaviour.split(":");
    if (word === "exit-after-start") return [`exit-later ${value}`];
    if (word === "fail" || word === "exit") return actor.role === "daemon" ? [] : [`exit ${value}`];
    if (word === "no-pid-file") return ["exit 0"];
    if (word.startsWith("pid-file=")) {
      return [`pid-file ${word.slice("pid-file=".length)}`, "exit 0"];
    }
    if (word === "hang") return [];
    if (word !== "ok") fail(`Unknown behaviour ${behaviour}`);
    switch (actor.role) {
      case "run":
        return service["ready-notification"] === undefined ? [] : ["ready"];
      case "launch":
        return ["daemonize"];
      case "daemon":
        return [];
      default:
        return ["exit 0"];
    }
  }

  #behaviour({ name, role }: Actor): string {
    if (role === "daemon") return "hang";
    const words = this.#service(name)[role === "stop" ? "stop-command" : "command"] ?? "ok";
    if (typeof words === "string") return words;
    const count = this.#launches.get(name) ?? 0;
    this.#launches.set(name, count + 1);
    return words[Math.min(count, words.length - 1)] ?? "ok";
  }

  #service(name: string): ScenarioService {
    return this.#services.get(name) ?? fail(`No service ${name} in this scenario`);
  }

  async #tell(actor: Actor, orders: string): Promise<void> {
    try {
      await actor.connection.write(new TextEncoder().encode(`${orders}\n`));
    } catch { /* a signal was faster */ }
  }
}
