/**
 * A scheduler's state made of the blocks that it was written in.
 *
 * Whatever the bytes are: what comes of it is a state, or why there is none. Of a single block that
 * was changed its check tells, so what is looked at here is what belongs together.
 */
import type { WrittenConsole } from "../service/effects/console_queue.ts";
import { withLink } from "../service/record/link_list.ts";
import type { Link, ServiceRecord } from "../service/record/record.ts";
import { readDescription, readDescriptions, type WrittenDescription } from "./description_block.ts";
import { type Form, readHeader } from "./header_block.ts";
import { type Kept, readKept } from "./kept_reading.ts";
import { KIND, WHOLE } from "./kinds.ts";
import { readLink, type WrittenLink } from "./link_block.ts";
import { readService } from "./service_reading.ts";
import { readConsole, readCounters, readShutdown } from "./whole_block.ts";
import type { SchedulerState } from "./writing.ts";

/** Why a state cannot be used: to go on with "Cannot use the state: ". */
export interface StateRefusal {
  readonly kind: "refused";
  readonly why: string;
}

export type ReadState =
  | { readonly kind: "state"; readonly state: SchedulerState }
  | StateRefusal;

const NOTHING: ReadonlyMap<number, Uint8Array> = new Map();

/** @param bytes Sealed, or the memory of a manager that is gone. */
export function readState(bytes: Uint8Array): ReadState {
  const read = readKept(bytes);
  return read.kind === "kept" ? stateOf(read.kept) : refused(read.why);
}

/** @param kept Blocks of kinds that are not the scheduler's are not looked at. */
export function stateOf(kept: Kept): ReadState {
  const header = kept.get(KIND.header)?.get(0);
  if (header === undefined) return refused("it has no header");
  const form = readHeader(header);
  if (typeof form === "string") return refused(form);
  const whole = kept.get(KIND.whole) ?? NOTHING;
  const counters = readCounters(whole.get(WHOLE.counters), form.counters);
  const console = readConsole(whole.get(WHOLE.console));
  const shutdown = readShutdown(whole.get(WHOLE.shutdown));
  if (counters === undefined || console === undefined || shutdown === undefined) {
    return refused("what it says of the whole is damaged");
  }
  const services = readServices(kept, form);
  if (typeof services === "string") return refused(services);
  const fault = linkServices(services, kept, form) ?? findFault(services, console);
  if (fault !== undefined) return refused(fault);
  return {
    kind: "state",
    state: { services: [...services.values()], counters, console, shutdown },
  };
}

type Services = ReadonlyMap<number, ServiceRecord>;

/** The records by their numbers, without links; or what is wrong. */
function readServices(kept: Kept, form: Form): Services | string {
  const services = new Map<number, ServiceRecord>();
  const consumers = new Map<ServiceRecord, number>();
  const descriptions = readAllDescriptions(kept, form);
  if (typeof descriptions === "string") return descriptions;
  for (const [number, contents] of inOrder(kept.get(KIND.service) ?? NOTHING)) {
    const described = descriptions.get(number);
    if (described === undefined) return `the description of service ${number} is damaged`;
    const layout = form.service;
    const read = readService(number, contents, described, { layout, words: form.words });
    if (read === undefined) return `what it says of "${described.name}" is damaged`;
    services.set(number, read.service);
    if (read.consumer !== 0) consumers.set(read.service, read.consumer);
  }
  const ownDescriptions = kept.get(KIND.description) ?? NOTHING;
  for (const number of ownDescriptions.keys()) {
    if (!services.has(number)) return "services and descriptions do not match";
  }
  for (const [service, number] of consumers) {
    const consumer = services.get(number);
    if (consumer === undefined) return `the reader of "${service.name}" is missing`;
    service.consumer = consumer;
  }
  return services;
}

/** By the numbers of services; those that are gone may be among them. Or what is wrong. */
function readAllDescriptions(
  kept: Kept,
  form: Form,
): ReadonlyMap<number, WrittenDescription> | string {
  const all = new Map<number, WrittenDescription>();
  for (const [number, contents] of kept.get(KIND.descriptions) ?? NOTHING) {
    if (!readDescriptions(contents, form.usual, all)) {
      return `the descriptions of service ${number} and others are damaged`;
    }
  }
  for (const [number, contents] of kept.get(KIND.description) ?? NOTHING) {
    const described = readDescription(contents, form.usual);
    if (described === undefined) return `the description of service ${number} is damaged`;
    all.set(number, described);
  }
  return all;
}

/** Makes the links in both lists of each service. @returns What is wrong; else undefined. */
function linkServices(services: Services, kept: Kept, form: Form): string | undefined {
  const links: Link[] = [];
  for (const [number, contents] of inOrder(kept.get(KIND.link) ?? NOTHING)) {
    const written = readLink(number, contents, form.link, form.words);
    const link = written === undefined ? undefined : linkOf(written, services);
    if (link === undefined) return `link ${number} is damaged`;
    links.push(link);
    // In this order they were made.
    link.to.dependents = withLink(link.to.dependents, link);
    if (link.holds) link.to.holders++;
  }
  for (const link of links.sort((one, other) => one.place - other.place)) {
    link.from.links = withLink(link.from.links, link);
  }
  for (const service of services.values()) {
    if (service.isMarked) service.holders++;
  }
  return undefined;
}

function linkOf(written: WrittenLink, services: Services): Link | undefined {
  const { number, place, kind, waits, holds } = written;
  const from = services.get(written.from);
  const to = services.get(written.to);
  if (from === undefined || to === undefined) return undefined;
  return { number, place, kind, from, to, waits, holds, isChanged: false };
}

/** What cannot be of services that are known by name and of a console. */
function findFault(services: Services, console: WrittenConsole): string | undefined {
  const names = new Set<string>();
  for (const { name } of services.values()) {
    if (names.has(name)) return `"${name}" is there twice`;
    names.add(name);
  }
  const isThere = (number: number) => services.get(number) !== undefined;
  const { owner, announced, waiting } = console;
  const known = waiting.every((number) => services.get(number)?.phase === "waiting-for-console");
  if (!known || (owner !== 0 && !isThere(owner))) return "the console is nobody's";
  return announced === 0 || isThere(announced) ? undefined : "the console was given to nobody";
}

function inOrder<T>(blocks: ReadonlyMap<number, T>): readonly (readonly [number, T])[] {
  return [...blocks].sort(([one], [other]) => one - other);
}

function refused(why: string): StateRefusal {
  return { kind: "refused", why };
}
