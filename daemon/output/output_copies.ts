/**
 * Where output goes beside the log of its service, as the manager's other parts know it: into the
 * log store, to syslog. This is all that there is of them before the first service needs one, which
 * loads the rest.
 */
import { crc32 } from "../../core/checksum.ts";
import type { LogCopies } from "../../core/description/mod.ts";
import type { SyslogPlace } from "../../core/log/syslog_place.ts";
import type { StoreLimits } from "../../core/log/store_limits.ts";
import type { Fd, Instant, LogLevel, ServiceName } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import type { KeptStore, LogStore, StoreRun } from "./store/log_store.ts";
import type { SyslogOutput } from "./syslog/syslog_output.ts";
import type { KeptSyslog } from "./syslog/syslog_socket.ts";

export type { StoreRun };

/** The part, in steps: undefined but from the last one on (`tools/build/load_part.ts`). */
export type LoadLogStore = () => typeof import("./store/part.ts") | undefined;

/** More than there are steps: a part that never comes must not be waited for. */
const MOST_STEPS = 16;

/** Takes copies of what one service writes. */
export interface OutputCopy {
  /** What its description asks for. */
  readonly wishes: LogCopies;
  /** @param text As it was read; its memory may be used again afterwards. */
  take(text: Uint8Array): void;
  /** Another process writes from now on. */
  beginRun(): void;
  /** No process of the service is there any more. */
  rest(): void;
  forget(): void;
  /** Greater after each record in the log store; −1: nothing is known of it. */
  readonly position: number;
  /** Whether what was read when a manager that died was at that position is in the store. */
  hasPassed(position: number): boolean;
}

/** What copies are made with. */
export interface OutputCopiesParts {
  readonly platform: Platform;
  readonly load: LoadLogStore;
  /** All services' output goes into the store, if they do not say otherwise. */
  readonly storesAll: boolean;
  /** Of the store; undefined: there is no place for one. */
  readonly directory: string | undefined;
  /** What is above it is made, too, and there at once: nothing is going to be mounted there. */
  readonly isOwnPlace: boolean;
  readonly limits: StoreLimits;
  /** Who gets lines for syslog in the form of RFC 5424; undefined: the system's syslog does. */
  readonly syslogPlace: SyslogPlace | undefined;
  /** Of the store's files; undefined: the manager's own. Asked when the store is opened. */
  readonly logGroup: () => number | undefined;
  /** What this run of the manager is to be called, if it is the first here. */
  readonly runId: () => string;
  readonly wallClock: () => number;
  readonly warn: (text: string) => void;
  /** Of the manager in whose place this one is; undefined: it is the first, or had none. */
  readonly run?: StoreRun | undefined;
}

/** As another manager goes on with it. */
export interface KeptCopies {
  readonly store: KeptStore | undefined;
  readonly syslog?: KeptSyslog | undefined;
}

const LEVEL_CODES: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, warn: 4, error: 3 };
const encoder = new TextEncoder();

export class OutputCopies {
  readonly #parts: OutputCopiesParts;
  readonly #run = new Map<number, StoreRun>();
  /** Which run of the manager this is. */
  readonly facts = new Facts(FACT_KIND.logStore, this.#run);
  readonly #copies = new Map<ServiceName, ServiceCopy>();
  #store: LogStore | undefined;
  #syslog: SyslogOutput | undefined;
  #mayOpen = false;
  #isEnding = false;

  constructor(parts: OutputCopiesParts) {
    this.#parts = parts;
    const { run } = parts;
    if (run === undefined || run.run === 0) return;
    this.#run.set(0, { run: run.run, runId: run.runId });
    this.facts.note(0);
    this.#mayOpen = true;
  }

  /** Whether what a service writes is wanted here. */
  isWanted(wishes: LogCopies): boolean {
    return wishes.syslog !== undefined || this.#isStored(wishes);
  }

  /** undefined: nothing is wanted of what it writes. */
  of(service: ServiceName, wishes: LogCopies): OutputCopy | undefined {
    if (!this.isWanted(wishes)) return undefined;
    let copy = this.#copies.get(service);
    if (copy === undefined) {
      copy = new ServiceCopy(service, wishes, () => void this.#copies.delete(service));
      this.#copies.set(service, copy);
    }
    copy.wishes = wishes;
    copy.store = this.#isStored(wishes) ? this.#loadedStore() : undefined;
    copy.store?.setShare(service, wishes.storeBytes);
    copy.syslog = wishes.syslog === undefined ? undefined : this.#loadedSyslog();
    return copy;
  }

  /** A line of the manager's own. @param text Without its end. */
  line(level: LogLevel, text: string): void {
    const store = this.#parts.storesAll ? this.#loadedStore() : this.#store;
    const bytes = encoder.encode(`${text}\n`);
    store?.write(undefined, { text: bytes, level: LEVEL_CODES[level], beginsLine: true });
  }

  /** File systems are there, as far as the boot mounts them. */
  becomeAvailable(): void {
    this.#mayOpen = true;
    this.#store?.becomeAvailable();
    this.#syslog?.becomeAvailable();
  }

  handleDescriptor(descriptor: Fd): boolean {
    return this.#syslog?.handleDescriptor(descriptor) ?? false;
  }

  next(): Instant | undefined {
    const syslog = this.#syslog?.next();
    const store = this.#store?.next();
    if (syslog === undefined || store === undefined) return syslog ?? store;
    return syslog < store ? syslog : store;
  }

  runDue(now: Instant): void {
    this.#syslog?.runDue(now);
    this.#store?.runDue(now);
  }

  /** All services are to stop. */
  beginEnd(): void {
    this.#isEnding = true;
    if (this.#store !== undefined) this.#store.closesOwn = true;
  }

  /** The manager is about to end. */
  finish(): void {
    this.#store?.finish();
  }

  /** Where the store is, and what this run is called there; undefined: there is none. */
  get place(): { readonly directory: string; readonly runId: string } | undefined {
    const { directory } = this.#parts;
    const run = this.#run.get(0);
    return directory === undefined || run === undefined
      ? undefined
      : { directory, runId: run.runId };
  }

  /** For {@linkcode adopt}. */
  keep(): KeptCopies {
    return { store: this.#store?.keep(), syslog: this.#syslog?.keep() };
  }

  /** Goes on where another manager was. @param kept Undefined: that one knew of no store. */
  adopt(kept: KeptCopies | undefined): void {
    if (kept?.store !== undefined) this.#loadedStore()?.adopt(kept.store);
    if (kept?.syslog !== undefined) this.#loadedSyslog().adopt(kept.syslog);
  }

  #isStored({ store }: LogCopies): boolean {
    return this.#parts.directory !== undefined && (store ?? this.#parts.storesAll);
  }

  #loadedStore(): LogStore | undefined {
    return this.#store ??= this.#load();
  }

  #loadedSyslog(): SyslogOutput {
    return this.#syslog ??= new (this.#loadedPart().SyslogOutput)({
      ...this.#parts,
      place: this.#parts.syslogPlace,
    });
  }

  #load(): LogStore | undefined {
    const { directory, isOwnPlace, runId } = this.#parts;
    if (directory === undefined) return undefined;
    const { LogStore } = this.#loadedPart();
    const store = new LogStore({
      ...this.#parts,
      directory,
      makesParents: isOwnPlace,
      group: this.#parts.logGroup,
      checksum: crc32,
      runId: runId(),
      begun: (run) => {
        this.#run.set(0, run);
        this.facts.note(0);
      },
    }, this.#run.get(0));
    store.closesOwn = this.#isEnding;
    // What opening has to say is for the store.
    this.#store = store;
    if (this.#mayOpen || isOwnPlace) store.becomeAvailable();
    return store;
  }

  #loadedPart(): NonNullable<ReturnType<LoadLogStore>> {
    for (let step = 0; step < MOST_STEPS; step++) {
      const part = this.#parts.load();
      if (part !== undefined) return part;
    }
    throw new Error("The part of the program that keeps logs could not be loaded");
  }
}

/** Copies of one service's output. */
class ServiceCopy implements OutputCopy {
  store: LogStore | undefined;
  syslog: SyslogOutput | undefined;
  wishes: LogCopies;
  readonly #service: ServiceName;
  readonly #forgotten: () => void;
  #beginsLine = false;

  constructor(service: ServiceName, wishes: LogCopies, forgotten: () => void) {
    this.#service = service;
    this.wishes = wishes;
    this.#forgotten = forgotten;
  }

  take(text: Uint8Array): void {
    const beginsLine = this.#beginsLine;
    this.#beginsLine = false;
    this.store?.write(this.#service, { text, level: undefined, beginsLine });
    const { syslog } = this.wishes;
    if (syslog !== undefined) this.syslog?.take(this.#service, syslog, text);
  }

  beginRun(): void {
    this.#beginsLine = true;
    this.#endLine();
  }

  rest(): void {
    this.store?.rest(this.#service);
    this.#endLine();
  }

  #endLine(): void {
    const { syslog } = this.wishes;
    if (syslog !== undefined) this.syslog?.endLine(this.#service, syslog);
  }

  forget(): void {
    this.#endLine();
    this.syslog?.forget(this.#service);
    this.store?.forget(this.#service);
    this.#forgotten();
  }

  get position(): number {
    return this.store?.positionOf(this.#service) ?? -1;
  }

  hasPassed(position: number): boolean {
    return this.store?.hasPassed(this.#service, position) ?? false;
  }
}
