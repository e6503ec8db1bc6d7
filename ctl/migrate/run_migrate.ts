/**
 * `dinit migrate`: a machine from another init, and back.
 *
 * A part of the program of its own: no other client has to read it.
 */
import type { ConvertFiles } from "../../core/convert/mod.ts";
import { formatProblem } from "../../core/description/mod.ts";
import {
  type Change,
  changesTo,
  changesToNothing,
  type DesiredFile,
  initOf,
  type MachinePlan,
  type Manifest,
  manifestAfter,
  planMachine,
  setOf,
} from "../../core/migrate/mod.ts";
import { printable } from "../../core/text/printable.ts";
import type { ClientIo } from "../interface/io.ts";
import { linkTarget } from "../interface/link_target.ts";
import { digestOf, DISK, type Disk } from "./disk.ts";
import { MachineFolder } from "./folder.ts";
import { FOLDER } from "./manifest_file.ts";
import { migrateHelp, type MigrateOrder, parseMigrateLine } from "./options.ts";
import { changesText, keptLines, planJson, planText } from "./plan_text.ts";
import { inRoot, rootedFiles } from "./rooted_files.ts";
import { readSet, serviceFolders } from "./set_reader.ts";
import {
  confirmTrial,
  fallBack,
  isManager,
  removeTrial,
  startTrial,
  type TrialParts,
} from "./trial.ts";

const PROGRAM = "dinit migrate";
/** Scripts of the sets, which start and stop commands name. */
const SCRIPTS = "scripts/";

/**
 * Statuses: nothing is left to do by hand; it cannot be done; the words are wrong; something is
 * left to a person.
 */
export type MigrateStatus = 0 | 1 | 2 | 3;

/** What tests give their own of. */
export interface MigrateEffects {
  readonly disk: Disk;
  readonly linkTarget: (path: string) => string | undefined;
  /** Path of this program. */
  readonly executable: string;
}

/** Of this machine. */
export function migrateEffects(): MigrateEffects {
  return { disk: DISK, linkTarget, executable: Deno.execPath() };
}

/** Carries out one command line of `dinit migrate`. */
export async function runMigrate(
  words: readonly string[],
  io: ClientIo,
  effects: MigrateEffects = migrateEffects(),
): Promise<MigrateStatus> {
  const parsed = parseMigrateLine(words);
  switch (parsed.kind) {
    case "help":
      io.out(migrateHelp());
      return 0;
    case "faulty":
      for (const line of parsed.lines) io.err(`${PROGRAM}: ${printable(line)}\n`);
      return 2;
    case "run":
      return await new Run(parsed.order, io, effects).run();
  }
}

/** The machine with what was written to it before. */
interface Machine {
  readonly plan: MachinePlan;
  readonly desired: readonly DesiredFile[];
  readonly manifest: Manifest;
  readonly changes: readonly Change[];
}

class Run {
  readonly #order: MigrateOrder;
  readonly #io: ClientIo;
  readonly #effects: MigrateEffects;
  readonly #files: ConvertFiles;
  readonly #folder: MachineFolder;

  constructor(order: MigrateOrder, io: ClientIo, effects: MigrateEffects) {
    this.#order = order;
    this.#io = io;
    this.#effects = effects;
    const files = { ...io.files, linkTarget: effects.linkTarget };
    this.#files = rootedFiles(order.root, files);
    this.#folder = new MachineFolder(inRoot(order.root, FOLDER), effects.disk);
  }

  async run(): Promise<MigrateStatus> {
    const { name, root, withinMs } = this.#order;
    if (root !== "" && this.#io.files.list(root).kind !== "names") {
      return this.#fail(`there is no directory ${root}`);
    }
    const trial = this.#trialParts();
    switch (name) {
      case "plan":
        return await this.#plan();
      case "apply":
        return await this.#apply();
      case "undo":
        return await this.#undo();
      case "test":
        return this.#isApplied() ? startTrial(trial, withinMs) : 1;
      case "confirm":
        return confirmTrial(trial);
      case "fall-back":
        return fallBack(trial);
    }
  }

  async #plan(): Promise<MigrateStatus> {
    const machine = await this.#look();
    if (machine === undefined) return 1;
    const { plan, changes } = machine;
    if (this.#order.isJson) this.#io.out(`${planJson(plan, changes)}\n`);
    else if (!this.#order.isQuiet) this.#io.out(planText(plan, changes));
    return statusOf(plan, changes);
  }

  async #apply(): Promise<MigrateStatus> {
    const machine = await this.#look();
    if (machine === undefined) return 1;
    const { plan, desired, manifest, changes } = machine;
    const done: Change[] = [];
    let why: string | undefined;
    for (const change of changes) {
      why = this.#folder.carryOut(change);
      if (why !== undefined) break;
      done.push(change);
    }
    // Also when something failed: what was written is to be known the next time.
    const left = changes.slice(done.length);
    const after = new Map([
      ...manifestAfter(desired, manifest, done),
      ...[...manifest].filter(([path]) => left.some((change) => change.path === path)),
    ]);
    why ??= this.#folder.note(after);
    if (why !== undefined) return this.#fail(why);
    if (this.#order.isJson) this.#io.out(`${planJson(plan, changes)}\n`);
    else if (!this.#order.isQuiet) {
      this.#tell(`${
        changesText(changes).replaceAll(" to write", " written")
          .replace(" to replace", " replaced").replace(" to remove", " removed")
      }.`);
      for (const line of keptLines(changes)) this.#tell(line);
      const byHand = plan.items.filter(({ standing }) => standing === "by-hand").length;
      if (byHand > 0) {
        this.#tell(`${byHand} things are left to you: dinit migrate plan names them.`);
      }
      this.#tell("Next: dinit check, then dinit migrate test.");
    }
    return statusOf(plan, changes);
  }

  async #undo(): Promise<MigrateStatus> {
    const state = this.#written();
    if (state === "faulty") return 1;
    // The machine's init first: without it the rest would leave a machine that cannot start.
    if (this.#order.root === "") {
      const why = removeTrial(this.#trialParts());
      if (why !== undefined) return this.#fail(why);
    }
    if (state === undefined) {
      if (!this.#order.isQuiet) this.#tell(`Nothing was written to ${this.#folder.path} by apply.`);
      return 0;
    }
    // The manager that runs stops its services by them, and from their folder.
    const stays = this.#order.root === "" && isManager(this.#trialParts())
      ? [...state].filter(([path]) => path.startsWith(SCRIPTS))
      : [];
    const going = new Map([...state].filter(([path]) => !stays.some(([each]) => each === path)));
    const digests = await this.#folder.digests(going.keys());
    const changes = changesToNothing(going, (path) => digests.get(path));
    for (const change of changes) {
      const why = this.#folder.carryOut(change);
      if (why !== undefined) return this.#fail(why);
    }
    const why = stays.length > 0 ? this.#folder.note(new Map(stays)) : this.#folder.forget();
    if (why !== undefined) return this.#fail(why);
    this.#folder.removeEmptyFolders(state.keys());
    if (!this.#order.isQuiet) {
      this.#tell(`Removed ${changes.filter(({ kind }) => kind === "remove").length} files.`);
      for (const line of keptLines(changes)) this.#tell(line);
      if (stays.length > 0) {
        this.#tell(
          `${this.#folder.place(SCRIPTS)} stays: the manager that runs stops services by it.`,
        );
        this.#tell("Say dinit migrate undo once more when the machine has restarted.");
      }
    }
    return changes.some(({ kind }) => kind === "keep") ? 3 : 0;
  }

  /** @returns undefined when there is nothing that a plan could be made of; it has been told. */
  async #look(): Promise<Machine | undefined> {
    const { from = initOf(this.#files), services, more } = this.#order;
    if (from === undefined) {
      this.#fail("this machine has no init that can be moved from: name one by --from");
      return undefined;
    }
    const folders = services === undefined
      ? serviceFolders(this.#effects.executable)
      : [services.replace(/\/+$/, "")];
    const set = readSet(folders, setOf(this.#files), this.#effects.disk);
    if (set.kind === "faulty") {
      this.#fail(set.why);
      return undefined;
    }
    const manifest = this.#written();
    if (manifest === "faulty") return undefined;
    const plan = planMachine({ files: this.#files, from, set: set.files, more });
    if (!this.#order.isJson) {
      for (const each of plan.problems) {
        if (each.severity === "error") this.#io.err(`${formatProblem(each)}\n`);
      }
    }
    const desired = await Promise.all(
      plan.files.map(async (file) => ({ ...file, digest: await digestOf(file.content) })),
    );
    const written = manifest ?? new Map<string, string>();
    const paths = new Set([...desired.map(({ path }) => path), ...written.keys()]);
    const digests = await this.#folder.digests(paths);
    const changes = changesTo(desired, written, (path) => digests.get(path));
    return { plan, desired, manifest: written, changes };
  }

  /** @returns undefined: nothing was written yet. */
  #written(): Manifest | undefined | "faulty" {
    const read = this.#folder.written();
    if (read.kind === "faulty") {
      this.#fail(read.why);
      return "faulty";
    }
    return read.kind === "nothing" ? undefined : read.files;
  }

  /** A boot without descriptions would end at a question. */
  #isApplied(): boolean {
    const state = this.#written();
    if (state === "faulty") return false;
    const hasBoot = ["boot.toml", "boot"].some((name) => this.#folder.has(name));
    if (!hasBoot) {
      this.#fail(`there is no service "boot" in ${this.#folder.path}: dinit migrate apply`);
    }
    return hasBoot;
  }

  #trialParts(): TrialParts {
    const { disk, executable } = this.#effects;
    return { io: this.#io, disk, executable, isQuiet: this.#order.isQuiet };
  }

  #tell(line: string): void {
    this.#io.out(`${printable(line)}\n`);
  }

  #fail(why: string): 1 {
    this.#io.err(`${PROGRAM}: ${printable(why)}.\n`);
    return 1;
  }
}

function statusOf({ items }: MachinePlan, changes: readonly Change[]): MigrateStatus {
  const isLeft = items.some(({ standing }) => standing === "by-hand") ||
    changes.some(({ kind }) => kind === "keep");
  return isLeft ? 3 : 0;
}
