/**
 * `tree`: what services depend on, as their files say, with the states that the manager tells.
 */
import type { ReportedStatus } from "../../../core/protocol/mod.ts";
import { serviceOfEntry } from "../../../core/description/mod.ts";
import type { TreeNode } from "../../report.ts";
import type { Command } from "../context.ts";
import { serviceDirectories } from "../enabling/description_file.ts";
import { namedServices } from "../named_services.ts";
import {
  managerEnvironment,
  type ReadingContext,
  readingContext,
  readService,
} from "./read_service.ts";

/** One dependency of a service. */
interface Link {
  readonly kind: string;
  readonly name: string;
}

export const tree: Command = function* (context) {
  const { session, operands, io } = context;
  const named = yield* namedServices(context);
  if (operands.length > 0 && named.names.length === 0) return named.exit;
  const statuses = new Map(session.list().map(({ name, status }) => [name, status]));
  const directories = serviceDirectories({ session });
  const reading = readingContext(managerEnvironment(session), io);
  const links = new Map<string, readonly Link[] | "missing">();
  const linksOf = (name: string): readonly Link[] | "missing" => {
    const known = links.get(name) ?? readLinks(name, directories, reading);
    links.set(name, known);
    return known;
  };

  const roots = operands.length > 0 ? named.names : topServices([...statuses.keys()], linksOf);
  const shown = new Set<string>();
  yield {
    kind: "tree",
    roots: roots.map((name) => node(name, undefined, { statuses, linksOf, shown })),
  };
  const missing = named.names.filter((name) => linksOf(name) === "missing");
  for (const service of missing) {
    yield {
      kind: "error",
      lines: [`no service '${service}' (looked in ${directories.join(", ")})`],
    };
  }
  return missing.length === 0 ? named.exit : 1;
};

/** Links of a description that has a fault cannot be told: it counts as having none. */
function readLinks(
  name: string,
  directories: readonly string[],
  reading: ReadingContext,
): readonly Link[] | "missing" {
  const read = readService(name, directories, reading);
  if (read.kind === "missing") return "missing";
  if (read.kind === "faulty") return [];
  const links: Link[] = [];
  for (const { kind, target } of read.draft.dependencies) {
    if (target.kind === "service") links.push({ kind, name: target.name });
    else links.push(...directoryLinks(kind, target.path, reading));
  }
  return links;
}

function directoryLinks(kind: string, path: string, { io }: ReadingContext): readonly Link[] {
  const listed = io.files.list(path);
  if (listed.kind === "unreadable") return [];
  return [...listed.names].sort().flatMap((entry) => {
    const name = serviceOfEntry(entry);
    return name === undefined ? [] : [{ kind, name }];
  });
}

/** Loaded services on which no other loaded one depends; all of them when they go round in circles. */
function topServices(
  loaded: readonly string[],
  linksOf: (name: string) => readonly Link[] | "missing",
): readonly string[] {
  const needed = new Set<string>();
  for (const name of loaded) {
    const links = linksOf(name);
    if (links !== "missing") { for (const link of links) needed.add(link.name); }
  }
  const top = loaded.filter((name) => !needed.has(name));
  return top.length > 0 ? top : loaded;
}

interface Growing {
  readonly statuses: ReadonlyMap<string, ReportedStatus>;
  readonly linksOf: (name: string) => readonly Link[] | "missing";
  /** Services whose dependencies have been shown. */
  readonly shown: Set<string>;
}

function node(name: string, link: string | undefined, growing: Growing): TreeNode {
  const status = growing.statuses.get(name);
  const links = growing.linksOf(name);
  if (links === "missing") return { name, link, status, note: "missing", children: [] };
  if (links.length > 0 && growing.shown.has(name)) {
    return { name, link, status, note: "repeated", children: [] };
  }
  growing.shown.add(name);
  const children = links.map((child) => node(child.name, child.kind, growing));
  return { name, link, status, note: undefined, children };
}
