/**
 * The manager's timetable: clocks, zones and files for `core/timetable`, and the reports that it is
 * time. Loaded with the first service that has a timer.
 */
import { readCalendar, type ZoneName, Zones } from "../../core/calendar/mod.ts";
import type { ServiceDescription, TimerDescription } from "../../core/description/mod.ts";
import type { Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import {
  type Clocks,
  randomDelayMs,
  type RunState,
  startedState,
  Timetable,
} from "../../core/timetable/mod.ts";
import type { Fd, Instant, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { LastRuns, type StampFiles } from "./last_runs.ts";

/** What it works on. */
export interface RunningTimesParts {
  readonly platform: Pick<
    Platform,
    "now" | "keepClock" | "readFile" | "openClockWatch" | "poller" | "close"
  >;
  readonly scheduler: Pick<SchedulerApi, "description" | "history" | "list">;
  /** Milliseconds since 1970; may jump. */
  readonly wallClock: () => number;
  /** The variable TZ. */
  readonly tz: string | undefined;
  readonly files: StampFiles;
  /** Where last runs are kept; undefined: nowhere. */
  readonly stateFolder: string | undefined;
  readonly report: (event: Event) => void;
  readonly warn: (text: string) => void;
  /** What is to outlive the manager: undefined when there is nothing more of a service. */
  readonly keep: (service: ServiceId, state: RunState | undefined) => void;
}

/** What is told of a service's runs, in milliseconds. */
export interface RunTimes {
  /** From now on; undefined: none is to come, or it runs. */
  readonly nextInMs: number | undefined;
  readonly lastAgoMs: number | undefined;
}

const MACHINE_FILES = ["/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostid"];
const ZONE_LIMIT_BYTES = 1024 * 1024;
/** Where the system does not tell that its clock was set, it is looked at so often. */
const LOOK_MS = 60_000;
/** More than clocks are apart because they are read one after the other. */
const STEP_MS = 500;
/** The machine's zone may be another one by now: its file is read again. */
const ZONE_AGE_MS = 3_600_000;

export class RunningTimes {
  readonly #parts: RunningTimesParts;
  readonly #zones: Zones;
  readonly #table: Timetable;
  readonly #lastRuns: LastRuns;
  #machine: string | undefined;
  /** Of the machine's boot. */
  readonly #bootedAt: Instant;
  /** What the clock on the wall is ahead of the other by. */
  #wallAheadMs: number;
  #zonesReadAt: Instant;
  /** Of the system's watch over its clock. */
  #watch: Fd | undefined;
  #isWatchKnown = false;
  #nextLook: Instant | undefined;

  constructor(parts: RunningTimesParts) {
    this.#parts = parts;
    const read = (path: string) => this.#readFile(path);
    this.#zones = new Zones({ read, tz: parts.tz });
    this.#table = new Timetable((name) => this.#zoneOf(name));
    this.#lastRuns = new LastRuns({
      files: parts.files,
      folder: parts.stateFolder,
      warn: parts.warn,
    });
    const { instant, kernelMs } = parts.platform.keepClock();
    this.#bootedAt = instant - kernelMs as Instant;
    const { now, wallMs } = this.#clocks();
    this.#wallAheadMs = wallMs - now;
    this.#zonesReadAt = now;
  }

  /** The service waits for its next time from now on, for the first time or after a run. */
  listen(service: ServiceId): void {
    const clocks = this.#clocks();
    if (!this.#table.has(service)) this.#add(service, clocks);
    const { beganAt } = this.#table.view(service)?.state ?? {};
    const { lastEndAt } = this.#parts.scheduler.history(service);
    const isOfRun = lastEndAt !== undefined && beganAt !== undefined && lastEndAt >= beganAt;
    const isDue = this.#table.ends(service, clocks, isOfRun ? lastEndAt : undefined);
    this.#keep(service);
    this.#parts.report({ kind: "listening", service });
    if (isDue) this.#tellDue([service]);
    this.#watchClock(clocks.now);
  }

  /** It is stopped, or gone: nothing is waited for. */
  forget(service: ServiceId): void {
    if (!this.#table.has(service)) return;
    this.#table.remove(service);
    this.#parts.keep(service, undefined);
  }

  /** A process of it is launched. */
  begins(service: ServiceId): void {
    if (!this.#table.has(service)) return;
    this.#table.begins(service, this.#clocks());
    this.#keep(service);
    this.#write(service);
  }

  /** It has other times now. */
  redescribe(service: ServiceId): void {
    const state = this.#table.view(service)?.state;
    const { timer } = this.#parts.scheduler.description(service);
    if (state === undefined || timer === undefined) return;
    this.#put(service, state);
    this.#zones.forgetLocal();
    this.#recount(this.#clocks());
  }

  /** Goes on with what another manager knew. */
  adopt(states: ReadonlyMap<ServiceId, RunState>): void {
    const there = new Set(this.#parts.scheduler.list());
    for (const [service, state] of states) {
      if (there.has(service)) this.#put(service, state);
    }
    const clocks = this.#clocks();
    this.#recount(clocks);
    this.#watchClock(clocks.now);
  }

  times(service: ServiceId): RunTimes | undefined {
    const view = this.#table.view(service);
    if (view === undefined) return undefined;
    const { now, wallMs } = this.#clocks();
    const { due, state: { lastRunMs } } = view;
    return {
      nextInMs: due === undefined ? undefined : Math.max(0, due - now),
      lastAgoMs: lastRunMs === undefined ? undefined : Math.max(0, wallMs - lastRunMs),
    };
  }

  next(): Instant | undefined {
    const { next } = this.#table;
    if (this.#nextLook === undefined) return next;
    return next === undefined || this.#nextLook < next ? this.#nextLook : next;
  }

  runDue(now: Instant): void {
    const next = this.next();
    if (next === undefined || next > now) return;
    const clocks = this.#clocks();
    if (this.#nextLook !== undefined) this.#nextLook = clocks.now + LOOK_MS as Instant;
    if (this.#isStepped(clocks)) return this.#recount(clocks);
    this.#renewZones(clocks.now);
    this.#tellDue(this.#table.takeDue(clocks));
  }

  /** @returns Whether the descriptor is the watch over the clock. */
  handleDescriptor(descriptor: Fd): boolean {
    if (descriptor !== this.#watch) return false;
    this.#closeWatch();
    this.#zones.forgetLocal();
    this.#recount(this.#clocks());
    this.#watchClock(this.#parts.platform.now());
    return true;
  }

  #add(service: ServiceId, clocks: Clocks): void {
    const { name, timer } = this.#parts.scheduler.description(service);
    const kept = timer?.isPersistent === true ? this.#lastRuns.read(name) : undefined;
    this.#put(service, startedState(clocks, { bootedAt: this.#bootedAt, kept }));
    // What it misses from now on is missed.
    if (kept === undefined) this.#write(service);
  }

  #put(service: ServiceId, state: RunState): void {
    const description = this.#parts.scheduler.description(service);
    const { timer } = description;
    if (timer === undefined) return;
    for (const text of timer.calendar) this.#checkZone(description, text);
    this.#table.add(service, state, { timer, delayMs: this.#delayOf(description, timer) });
    this.#parts.keep(service, state);
  }

  #checkZone({ name }: ServiceDescription, text: string): void {
    const expression = readCalendar(text);
    if ("kind" in expression || this.#zones.of(expression.zone) !== undefined) return;
    this.#parts.warn(`${name}: "${text}" never comes: there is no such time zone here`);
  }

  #delayOf({ name }: ServiceDescription, { randomDelayMs: most }: TimerDescription): number {
    if (most === 0) return 0;
    this.#machine ??= this.#findMachine();
    return randomDelayMs(this.#machine, name, most);
  }

  #findMachine(): string {
    for (const path of MACHINE_FILES) {
      const bytes = this.#readFile(path);
      if (bytes !== undefined && bytes.length > 0) return new TextDecoder().decode(bytes).trim();
    }
    return Deno.hostname();
  }

  #readFile(path: string): Uint8Array | undefined {
    const file = this.#parts.platform.readFile(path, ZONE_LIMIT_BYTES);
    return file.kind === "contents" ? file.bytes : undefined;
  }

  #zoneOf(name: ZoneName) {
    return this.#zones.of(name);
  }

  #renewZones(now: Instant): void {
    if (now - this.#zonesReadAt < ZONE_AGE_MS) return;
    this.#zonesReadAt = now;
    this.#zones.forgetLocal();
  }

  #clocks(): Clocks {
    const { platform, wallClock } = this.#parts;
    return { now: platform.now(), wallMs: wallClock() };
  }

  /** Since they were looked at last, one clock has not gone on as the other. */
  #isStepped({ now, wallMs }: Clocks): boolean {
    return Math.abs(wallMs - now - this.#wallAheadMs) > STEP_MS;
  }

  #recount(clocks: Clocks): void {
    this.#wallAheadMs = clocks.wallMs - clocks.now;
    this.#tellDue(this.#table.recount(clocks));
  }

  #tellDue(services: readonly ServiceId[]): void {
    for (const service of services) {
      this.#keep(service);
      this.#parts.report({ kind: "demand", service, wasWaiting: false, where: "its timer" });
    }
  }

  #keep(service: ServiceId): void {
    this.#parts.keep(service, this.#table.view(service)?.state);
  }

  #write(service: ServiceId): void {
    const { name, timer } = this.#parts.scheduler.description(service);
    const state = this.#table.view(service)?.state;
    if (timer?.isPersistent === true && state !== undefined) this.#lastRuns.write(name, state);
  }

  /** From the first point of a calendar on, the clock that can be set is watched. */
  #watchClock(now: Instant): void {
    if (this.#isWatchKnown || !this.#table.hasCalendar) return;
    this.#isWatchKnown = true;
    const { platform, warn } = this.#parts;
    const watch = platform.openClockWatch();
    if (typeof watch === "number") {
      const failure = platform.poller.watch(watch, { read: true, write: false });
      if (failure === undefined) {
        this.#watch = watch;
        return;
      }
      platform.close(watch);
      warn(`Cannot watch the clock: ${failure.message}; it is looked at once a minute`);
    } else if (watch !== undefined) {
      warn(`Cannot watch the clock: ${watch.message}; it is looked at once a minute`);
    }
    this.#nextLook = now + LOOK_MS as Instant;
  }

  #closeWatch(): void {
    const { platform } = this.#parts;
    if (this.#watch === undefined) return;
    platform.poller.unwatch(this.#watch);
    platform.close(this.#watch);
    this.#watch = undefined;
    this.#isWatchKnown = false;
  }
}
