/**
 * Readers for settings about processes: commands, restart, signals, readiness; and for the tables.
 */
import type { SignalName } from "../../types.ts";
import type { ReadyNotification, RestartMode } from "../contract/description.ts";
import { restartMeant } from "../text/other_words.ts";
import { didYouMean } from "../text/near_miss.ts";
import { quoteList } from "../contract/problem.ts";
import { isTable } from "../text/toml_values.ts";
import { show, type Value, type ValueScope } from "./value.ts";
import { booleanHint, readText } from "./basic.ts";
import { parseLimit } from "./limits.ts";
import { splitWords } from "../text/words.ts";

/** Program and arguments, variables not yet replaced. */
export type Arguments = readonly string[];

/** A command: a text that is divided like upstream's lines, or a list of arguments. */
export const command: Value<Arguments> = {
  name: "command",
  native: "words",
  schema: {
    oneOf: [
      { type: "string", minLength: 1 },
      { type: "array", items: { type: "string" }, minItems: 1 },
    ],
  },
  read(raw, scope) {
    if (typeof raw === "string") return readCommandLine(raw, scope);
    if (!Array.isArray(raw)) {
      return scope.fail('a command is a text or a list: ["PROGRAM", "ARGUMENT"]');
    }
    const found: string[] = [];
    for (const [index, item] of raw.entries()) {
      const argument = readText(item, scope, index);
      if (argument !== undefined) found.push(argument);
    }
    if (found.length < raw.length) return undefined;
    if (found[0] === "") return scope.fail("the program is empty", { part: 0 });
    return found;
  },
};

function readCommandLine(raw: string, scope: ValueScope): Arguments | undefined {
  const line = readText(raw, scope);
  if (line === undefined) return undefined;
  const split = splitWords(line, "plain");
  if (split.kind === "fault") return scope.fail(split.why, { offset: split.offset });
  return split.words;
}

export const restart: Value<RestartMode> = {
  name: 'boolean or "on-failure"',
  native: "restart",
  schema: { enum: [true, false, "on-failure"] },
  read(raw, scope) {
    if (raw === true) return "always";
    if (raw === false) return "never";
    if (raw === "on-failure") return raw;
    const near = typeof raw === "string" ? didYouMean(raw, ["on-failure"]) : undefined;
    return scope.fail('allowed are true, false, "on-failure"', { hint: restartHint(raw) ?? near });
  },
};

function restartHint(raw: unknown): string | undefined {
  switch (typeof raw === "string" ? restartMeant(raw) : undefined) {
    case "always":
      return "To restart always, write true";
    case "never":
      return "Write false, without quotes";
    case "on-failure":
      return 'Write "on-failure"';
    case undefined:
      return booleanHint(raw);
  }
}

const SIGNALS = [
  "HUP",
  "INT",
  "QUIT",
  "KILL",
  "USR1",
  "USR2",
  "TERM",
  "CONT",
  "STOP",
  "INFO",
] as const;

/** A signal without `SIG`, or none. */
export const signal: Value<SignalName | "none"> = {
  name: "signal",
  native: "text",
  schema: { enum: [...SIGNALS, "none", "NONE"] },
  read(raw, scope) {
    if (raw === "none" || raw === "NONE") return "none";
    return readSignal(raw, scope, [...SIGNALS, "none"]);
  },
};

/** A signal without `SIG`. */
export const signalName: Value<SignalName> = {
  name: "signal name",
  native: "text",
  schema: { enum: SIGNALS },
  read: (raw, scope) => readSignal(raw, scope, SIGNALS),
};

function readSignal(
  raw: unknown,
  scope: ValueScope,
  allowed: readonly string[],
): SignalName | undefined {
  const found = SIGNALS.find((candidate) => candidate === raw);
  if (found !== undefined) return found;
  const bare = String(raw).toUpperCase().replace(/^SIG/, "");
  const hint = SIGNALS.some((candidate) => candidate === bare)
    ? `Write "${bare}"`
    : didYouMean(String(raw), SIGNALS);
  return scope.fail(`allowed are ${quoteList(allowed)}`, { hint });
}

const MAX_DESCRIPTOR = 2147483647;

/** `pipefd:N`, `pipevar:NAME` or `notify:socket`. */
export const readiness: Value<ReadyNotification> = {
  name: "readiness protocol",
  native: "text",
  schema: { type: "string", pattern: "^(pipefd:[0-9A-Fa-fxX]+|pipevar:[^=]+|notify:socket)$" },
  read(raw, scope) {
    if (raw === "notify:socket") return { kind: "notify" };
    const match = typeof raw === "string" ? /^(pipefd|pipevar):(.*)$/s.exec(raw) : null;
    if (match === null) {
      const forms = 'allowed are "pipefd:NUMBER", "pipevar:NAME" and "notify:socket"';
      return scope.fail(forms, { hint: readinessHint(raw) });
    }
    const [, how, rest = ""] = match;
    if (how === "pipevar") {
      if (rest === "") return scope.fail("the name of the variable is missing after pipevar:");
      if (rest.includes("\0")) return scope.fail("it holds a NUL character");
      if (rest.includes("=")) return scope.fail("the name of a variable cannot hold =");
      return { kind: "variable", name: rest };
    }
    const number = parseLimit(rest.trimStart().replace(/^\+/, ""));
    if (typeof number !== "bigint" || number > MAX_DESCRIPTOR) {
      return scope.fail(`a descriptor number from 0 to ${MAX_DESCRIPTOR} must follow pipefd:`);
    }
    return { kind: "descriptor", number: Number(number) };
  },
};

function readinessHint(raw: unknown): string | undefined {
  const isMeant = typeof raw === "string" && /notify/i.test(raw);
  return isMeant ? 'For sd_notify(3) write "notify:socket"' : undefined;
}

/** Variables set for the processes. */
export const environment: Value<ReadonlyMap<string, string>> = {
  name: "table of texts",
  native: "none",
  schema: { type: "object", additionalProperties: { type: "string" } },
  read(raw, scope) {
    if (!isTable(raw)) {
      return scope.fail('a table is needed: [environment], then NAME = "value" lines');
    }
    const variables = new Map<string, string>();
    for (const [name, item] of Object.entries(raw)) {
      const value = readText(item, scope, name);
      if (name === "" || name.includes("=") || name.includes("\0")) {
        scope.fail("a variable's name cannot be empty or hold =", { part: name, isKey: true });
      } else if (value !== undefined) {
        variables.set(name, value);
      }
    }
    return variables.size === Object.keys(raw).length ? variables : undefined;
  },
};

/** What tools keep in a description; the manager only checks the key it knows. */
export const meta: Value<{ readonly enableVia: string | undefined }> = {
  name: "table",
  native: "none",
  schema: {
    type: "object",
    properties: { "enable-via": { type: "string", minLength: 1 } },
    additionalProperties: true,
  },
  read(raw, scope) {
    if (!isTable(raw)) return scope.fail("a table is needed: [meta]");
    const via = raw["enable-via"];
    if (via === undefined) return { enableVia: undefined };
    if (typeof via === "string" && via !== "") return { enableVia: via };
    return scope.fail(`${show(via)} is no service`, { part: "enable-via" });
  },
};
