/**
 * The only import of the YAML package: a text → a tree of plain values with lines and comments.
 *
 * It is a part of the program of its own, loaded for files of YAML alone.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from "yaml";
import type { YamlEntry, YamlNode, YamlResult } from "../../core/convert/compose/tree.ts";

/** Nodes beyond which a document is refused: aliases of aliases can be a million times as many. */
const MOST_NODES = 100_000;

/** Reads a document of YAML 1.2; merge keys (`<<`) are understood. */
export function readYaml(text: string): YamlResult {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  const [error] = document.errors;
  if (error !== undefined) return fault(error.message, error.pos[0], lines);
  try {
    return { kind: "document", root: new Reader(document, lines).node(document.contents) };
  } catch (found) {
    if (!(found instanceof TreeFault)) throw found;
    return fault(found.message, found.offset, lines);
  }
}

function fault(message: string, offset: number, lines: LineCounter): YamlResult {
  const { line, col } = lines.linePos(offset);
  return { kind: "fault", line: Math.max(1, line), column: Math.max(1, col), message };
}

/** What is no plain tree. */
class TreeFault extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class Reader {
  readonly #document: Document;
  readonly #lines: LineCounter;
  #count = 0;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  node(node: unknown, depth = 0): YamlNode {
    this.#count++;
    const offset = (node as Node | null)?.range?.[0] ?? 0;
    if (this.#count > MOST_NODES || depth > 100) {
      throw new TreeFault("The document is too large, or an alias names itself", offset);
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) throw new TreeFault(`There is no anchor "${node.source}"`, offset);
      return this.node(target, depth + 1);
    }
    if (isMap(node)) return { kind: "map", entries: this.#entries(node.items, depth) };
    if (isSeq(node)) {
      return { kind: "list", items: node.items.map((item) => this.node(item, depth + 1)) };
    }
    if (!isScalar(node)) return { kind: "scalar", value: null, text: "" };
    const { value } = node;
    if (value === null || value === undefined) return { kind: "scalar", value: null, text: "" };
    const isPlain = typeof value === "string" || typeof value === "number" ||
      typeof value === "boolean";
    // Numbers keep the form in which they are written: 0755, 1.10.
    const text = typeof value === "string" ? value : node.source ?? String(value);
    return { kind: "scalar", value: isPlain ? value : String(value), text };
  }

  #entries(pairs: readonly Pair[], depth: number): readonly YamlEntry[] {
    const entries: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    for (const pair of pairs) {
      const { key, value } = pair;
      const name = isScalar(key) ? keyText(key.value) : "";
      const offset = (key as Node | null)?.range?.[0] ?? 0;
      const read = this.node(value, depth + 1);
      if (name === "<<") {
        merged.push(...mergedEntries(read));
        continue;
      }
      const above = (key as Node | null)?.commentBefore ?? "";
      entries.push({
        key: name,
        value: read,
        line: this.#lines.linePos(offset).line,
        comments: above === "" ? [] : above.split("\n").map((line) => line.trim()),
      });
    }
    const own = new Set(entries.map(({ key }) => key));
    return [...entries, ...merged.filter(({ key }) => !own.has(key))];
  }
}

/** The key of a merge is a symbol whose name is what was written. */
function keyText(value: unknown): string {
  return typeof value === "symbol" ? value.description ?? "" : String(value);
}

/** Entries of a mapping that is merged, or of several of which the first counts most. */
function mergedEntries(node: YamlNode): readonly YamlEntry[] {
  if (node.kind === "map") return node.entries;
  if (node.kind !== "list") return [];
  const found = new Map<string, YamlEntry>();
  for (const entry of node.items.flatMap(mergedEntries)) {
    if (!found.has(entry.key)) found.set(entry.key, entry);
  }
  return [...found.values()];
}
