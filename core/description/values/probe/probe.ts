/**
 * The tables `[readiness]` and `[liveness]`: what is asked of a service, how often, and why. Their
 * keys: `keys.ts`; what is asked: `target.ts`.
 */
import { once } from "../../../once.ts";
import type { HealthProbe, LivenessProbe, UnhealthyAction } from "../../contract/description.ts";
import { quoteList } from "../../contract/problem.ts";
import { didYouMean } from "../../text/near_miss.ts";
import { isTable } from "../../text/toml_values.ts";
import type { Value, ValueScope } from "../value.ts";
import { type Key, probeTable, type WrittenProbe } from "./keys.ts";
import { filledWords, targetOf } from "./target.ts";

const LIVENESS_ONLY: readonly Key[] = ["action", "run"];
/** One of these says what is asked. */
const TARGETS = ["command", "tcp", "unix", "http", "file"] as const;
/** Which go with which. */
const PART_OF: Partial<Readonly<Record<Key, (typeof TARGETS)[number]>>> = {
  "younger-than": "file",
  status: "http",
  contains: "http",
  "ca-file": "http",
};

/** Keys of one of the tables. */
export function probeKeys(purpose: "readiness" | "liveness"): readonly Key[] {
  const keys = Object.keys(probeTable()) as Key[];
  return purpose === "liveness" ? keys : keys.filter((key) => !LIVENESS_ONLY.includes(key));
}

/** What is asked until a service counts as started. */
export const readinessProbe = once((): Value<HealthProbe> => ({
  ...tableFor("readiness"),
  read(raw, scope) {
    const read = readTable(raw, scope, "readiness");
    return read && probeOf(read, scope, { intervalMs: 1000, failures: 0 });
  },
}));

/** What is asked while it is. */
export const livenessProbe = once((): Value<LivenessProbe> => ({
  ...tableFor("liveness"),
  read(raw, scope) {
    const read = readTable(raw, scope, "liveness");
    if (read === undefined) return undefined;
    const probe = probeOf(read, scope, { intervalMs: 10_000, failures: 3 });
    const action = actionOf(read, scope);
    if (probe === undefined || action === undefined) return undefined;
    if (probe.failures > 0) return { ...probe, action };
    return scope.fail("0 would never find anything; at least 1 is needed", { part: "failures" });
  },
}));

function tableFor(
  purpose: "readiness" | "liveness",
): Pick<Value<unknown>, "name" | "native" | "schema"> {
  return {
    name: "probe",
    native: "none",
    schema: {
      type: "object",
      properties: Object.fromEntries(
        probeKeys(purpose).map((key) => [
          key,
          { ...probeTable()[key].value.schema, description: probeTable()[key].about },
        ]),
      ),
      oneOf: TARGETS.map((key) => ({ required: [key] })),
      additionalProperties: false,
    },
  };
}

function readTable(
  raw: unknown,
  scope: ValueScope,
  purpose: "readiness" | "liveness",
): Partial<WrittenProbe> | undefined {
  if (!isTable(raw)) {
    return scope.fail(`a table is needed: [${purpose}], then lines such as tcp = "localhost:80"`);
  }
  const known = probeKeys(purpose);
  const values: Record<string, unknown> = {};
  let isFaulty = false;
  for (const [key, value] of Object.entries(raw)) {
    values[key] = readKey(key, value, scope, known);
    if (values[key] === undefined) isFaulty = true;
  }
  if (isFaulty) return undefined;
  const targets = TARGETS.filter((key) => key in raw);
  if (targets.length !== 1) {
    if (targets.length === 0) {
      return scope.fail("it does not say what is asked", {
        hint: `One of ${quoteList(TARGETS)} is needed`,
      });
    }
    return scope.fail(`it asks more than one thing: ${quoteList(targets)}`, {
      part: targets[1] ?? "",
      isKey: true,
    });
  }
  for (const [key, target] of Object.entries(PART_OF)) {
    if (!(key in raw) || target === targets[0]) continue;
    return scope.fail(`it is a matter of ${target}, not of ${targets[0]}`, {
      part: key,
      isKey: true,
    });
  }
  if (targets[0] === "file" && !("younger-than" in raw)) {
    return scope.fail("how old the file may be is missing", {
      part: "file",
      hint: 'Add: younger-than = "1m"',
    });
  }
  return values as Partial<WrittenProbe>;
}

function readKey(key: string, value: unknown, scope: ValueScope, known: readonly Key[]): unknown {
  if (known.includes(key as Key)) {
    return probeTable()[key as Key].value.read(value, within(scope, key));
  }
  const hint = LIVENESS_ONLY.includes(key as Key)
    ? "Only [liveness] has it: a start that does not become ready fails"
    : didYouMean(key, known);
  return scope.fail("the table has no such key", { part: key, isKey: true, hint });
}

function probeOf(
  written: Partial<WrittenProbe>,
  scope: ValueScope,
  usual: { readonly intervalMs: number; readonly failures: number },
): HealthProbe | undefined {
  const target = targetOf(written, scope);
  if (target === undefined) return undefined;
  return {
    target,
    delayMs: written["initial-delay"] ?? 0,
    intervalMs: written.interval ?? usual.intervalMs,
    timeoutMs: written.timeout ?? 5000,
    successes: written.successes ?? 1,
    failures: written.failures ?? usual.failures,
  };
}

function actionOf(
  { action, run }: Partial<WrittenProbe>,
  scope: ValueScope,
): UnhealthyAction | undefined {
  if (run === undefined) return { kind: action ?? "restart" };
  if (action !== undefined) {
    return scope.fail("it takes the place of action", { part: "run", isKey: true });
  }
  const words = filledWords(run, scope, "run");
  return words && { kind: "run", command: words };
}

/** Reports are about a key of the table. */
function within(scope: ValueScope, part: string): ValueScope {
  return {
    users: scope.users,
    fail: (why, { part: inner, ...options } = {}) =>
      scope.fail(why, { ...options, part, ...inner !== undefined && { inner } }),
    warn: (why, options) => scope.warn(why, { ...options, part }),
    substitute: (value) => scope.substitute(value, part),
  };
}
