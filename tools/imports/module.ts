/** What one module takes from elsewhere: its imports, and the global names that the rules ask for. */
import { type Token, tokenize } from "./tokens.ts";

/** An `import` or `export … from`, or an `import()` of a fixed text. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Gone after compilation: `import type`, or all names in the braces have `type` before them. */
  readonly isTypeOnly: boolean;
}

/** A word of the module that could be a global name: not a property, not a key. */
export interface GlobalName {
  /** `Deno`, or with one property: `Math.random`. */
  readonly name: string;
  readonly line: number;
}

/** One source file. */
export interface Module {
  /** Relative to the repository: `core/types.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
  readonly globals: readonly GlobalName[];
}

/** Reads a module from its source text. */
export function readModule(path: string, source: string): Module {
  const tokens = tokenize(source);
  return { path, imports: findImports(tokens), globals: findGlobals(tokens) };
}

function findImports(tokens: readonly Token[]): Import[] {
  const imports: Import[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== "word" || isSign(tokens[i - 1], ".")) continue;
    if (token.text !== "import" && token.text !== "export") continue;
    const found = token.text === "import" && isSign(tokens[i + 1], "(")
      ? { specifier: tokens[i + 2], clause: [] }
      : readClause(tokens, i + 1);
    if (found?.specifier?.kind !== "string") continue;
    imports.push({
      specifier: found.specifier.text,
      line: found.specifier.line,
      isTypeOnly: isTypeOnly(found.clause),
    });
  }
  return imports;
}

/** The tokens between `import` or `export` and the specifier; undefined when there is no specifier. */
function readClause(
  tokens: readonly Token[],
  start: number,
): { readonly specifier: Token | undefined; readonly clause: readonly Token[] } | undefined {
  if (tokens[start]?.kind === "string") return { specifier: tokens[start], clause: [] };
  // A clause has names, commas, braces and `*` only; anything else is another statement.
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || (token.kind === "sign" && !"{},*".includes(token.text))) return;
    const after = tokens[i + 1];
    if (token.text === "from" && after?.kind === "string") {
      return { specifier: after, clause: tokens.slice(start, i) };
    }
    if (token.kind === "string") return;
  }
  return undefined;
}

function isTypeOnly(clause: readonly Token[]): boolean {
  const [first, second] = clause;
  // `import type X`, `import type { X }`; but `import type from` names a default export "type".
  if (first?.text === "type" && second !== undefined && !isSign(second, ",")) return true;
  if (!isSign(first, "{") || !isSign(clause.at(-1), "}")) return false;
  const names = clause.slice(1, -1).map((token) => token.text).join(" ").split(",");
  return names.every((name) => name.trim() === "" || /^\s*type \S/.test(name));
}

function findGlobals(tokens: readonly Token[]): GlobalName[] {
  const globals: GlobalName[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== "word" || isSign(tokens[i - 1], ".")) return;
    // `{ Date: … }` is a key; `a ? Date : b` is rare enough to be taken for one, too.
    if (isSign(tokens[i + 1], ":")) return;
    // `value instanceof Date` looks at a value that somebody else made.
    if (tokens[i - 1]?.text === "instanceof") return;
    const property = isSign(tokens[i + 1], ".") ? tokens[i + 2] : undefined;
    globals.push({ name: token.text, line: token.line });
    if (property?.kind === "word") {
      globals.push({ name: `${token.text}.${property.text}`, line: token.line });
    }
  });
  return globals;
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === "sign" && token.text === text;
}
