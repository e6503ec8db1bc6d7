/** A YAML document as the converter of Compose files takes it: plain values, each with its line. */

export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly value: YamlNode;
  /** From 1. */
  readonly line: number;
  /** Comment lines above it, without their mark. */
  readonly comments: readonly string[];
}

export interface YamlList {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

/** `text` is the value as it is shown; of null it is empty. */
export interface YamlScalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly text: string;
}

export type YamlResult =
  | { readonly kind: "document"; readonly root: YamlNode }
  /** Line and column count from 1. */
  | {
    readonly kind: "fault";
    readonly line: number;
    readonly column: number;
    readonly message: string;
  };

/** Reads a text; `ctl/convert/yaml.ts` does, which is loaded only when it is needed. */
export type ReadYaml = (text: string) => YamlResult;

/** The value of a key. */
export function entryOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === "map" ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** The text of a scalar that is not null. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? node.text : undefined;
}

/** The texts of a list, or of a single scalar. */
export function textsOf(node: YamlNode | undefined): readonly string[] {
  if (node?.kind === "list") return node.items.flatMap((item) => textOf(item) ?? []);
  const text = textOf(node);
  return text === undefined ? [] : [text];
}

/** A node on one line, for reports. */
export function shown(node: YamlNode): string {
  switch (node.kind) {
    case "scalar":
      return node.text;
    case "list":
      return `[${node.items.map(shown).join(", ")}]`;
    case "map":
      return `{${node.entries.map(({ key, value }) => `${key}: ${shown(value)}`).join(", ")}}`;
  }
}
