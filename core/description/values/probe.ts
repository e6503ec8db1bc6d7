/** The tables `[readiness]` and `[liveness]`: what is asked of a service, how often, and why. */
import { once } from "../../once.ts";
import type {
  HealthProbe,
  LivenessProbe,
  ProbedHost,
  ProbeTarget,
  UnhealthyAction,
  WantedAnswer,
} from "../contract/description.ts";
import { isHostName } from "../../host_names.ts";
import { parseListenAddress } from "../contract/listen_address.ts";
import { quoteList } from "../contract/problem.ts";
import { didYouMean } from "../text/near_miss.ts";
import { isTable } from "../text/toml_values.ts";
import { integer, text, time, word } from "./basic.ts";
import { type Arguments, command } from "./process.ts";
import type { JsonSchema, Value, ValueScope } from "./value.ts";

/** Either table as written, each key by itself. */
interface WrittenProbe {
  readonly command: Arguments;
  readonly tcp: string;
  readonly unix: string;
  readonly http: string;
  readonly file: string;
  readonly "younger-than": number;
  readonly status: readonly (readonly [number, number])[];
  readonly contains: string;
  readonly "ca-file": string;
  readonly "initial-delay": number;
  readonly interval: number;
  readonly timeout: number;
  readonly successes: number;
  readonly failures: number;
  readonly action: "restart" | "mark";
  readonly run: Arguments;
}

type Key = keyof WrittenProbe;

/** Shorter ones would be no probe but a load. */
const LEAST_INTERVAL_MS = 100;

/** A time of at least so much. */
function atLeast(leastMs: number): Value<number> {
  return {
    ...time,
    read(raw, scope) {
      const value = time.read(raw, scope);
      if (value === undefined || value >= leastMs) return value;
      return scope.fail(leastMs < 1 ? "it has to be greater than 0" : "at least 0.1 s is allowed");
    },
  };
}

const STATUS = /^([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?$/;

/** `204`, `"200-299"`, or a list of such. */
const statuses = once((): Value<readonly (readonly [number, number])[]> => ({
  name: "HTTP statuses",
  native: "none",
  schema: statusSchema(),
  read(raw, scope) {
    const items = Array.isArray(raw) ? raw : [raw];
    if (items.length === 0) return scope.fail("the list is empty");
    const found: (readonly [number, number])[] = [];
    for (const item of items) {
      const match = STATUS.exec(
        typeof item === "number" || typeof item === "string" ? `${item}` : "",
      );
      const [, from = "", to = from] = match ?? [];
      if (match === null || Number(to) < Number(from)) {
        return scope.fail('a status is 100 to 599, or a range in quotes: "200-299"');
      }
      found.push([Number(from), Number(to)]);
    }
    return found;
  },
}));

function statusSchema(): JsonSchema {
  const one = {
    oneOf: [
      { type: "integer", minimum: 100, maximum: 599 },
      { type: "string", pattern: STATUS.source },
    ],
  };
  return { oneOf: [...one.oneOf, { type: "array", items: one, minItems: 1 }] };
}

type KeyTexts = {
  readonly [Each in Key]: { readonly value: Value<WrittenProbe[Each]>; readonly about: string };
};

/** Keys of both tables, for reader, schema and manual. */
export const probeTable = once((): KeyTexts => ({
  command: {
    value: command,
    about:
      "A command that ends with status 0 if all is well. It runs as the service's user, in its environment, with " +
      "the number of the service's process in MAINPID, and is killed with its group when the time is over.",
  },
  tcp: {
    value: text(),
    about:
      'A TCP port that takes connections: "127.0.0.1:80", "[::1]:80", "localhost:80". Names are those of /etc/hosts, whose first address counts; no name server is asked.',
  },
  unix: {
    value: text(),
    about: 'A Unix socket that takes connections: its path, or "@NAME" for an abstract one.',
  },
  http: {
    value: text(),
    about:
      "A URL of which GET has a status and a body as wanted; redirections are not followed. http:// wants an address or " +
      "a name of /etc/hosts, and needs no process. https:// is asked by a process of this program (`dinit probe`), so names are allowed; certificates are checked.",
  },
  file: {
    value: text(),
    about: "A file that was changed less than younger-than ago.",
  },
  "younger-than": { value: atLeast(1e-9), about: "With file: how old it may be." },
  status: {
    value: statuses(),
    about: 'With http: a status, a range ("200-299"), or a list of them; 200 to 399 by default.',
  },
  contains: {
    value: text({ maxBytes: 1024 }),
    about:
      "With http: a text that is in the first 64 kB of the body. Without it the body is not read.",
  },
  "ca-file": {
    value: text(),
    about: "With https: a file of certificates (PEM) that are trusted besides the usual ones.",
  },
  "initial-delay": { value: time, about: "Before the first try; 0 by default." },
  interval: {
    value: atLeast(LEAST_INTERVAL_MS),
    about:
      "From the begin of a try to that of the next, of which there is never more than one: 1 s for readiness, 10 s for liveness.",
  },
  timeout: {
    value: atLeast(1e-9),
    about:
      "A try without an answer within this has failed; 5 s by default. It may be longer than interval.",
  },
  successes: {
    value: integer({ min: 1, max: 1000 }),
    about: "How many good answers in a row count; 1 by default.",
  },
  failures: {
    value: integer({ min: 0, max: 100_000 }),
    about:
      "How many bad ones in a row count: 3 by default for liveness; 0 for readiness, which means that start-timeout alone ends a start.",
  },
  action: {
    value: word<"restart" | "mark">(["restart", "mark"]),
    about:
      'Only liveness. "restart" (default): the process gets term-signal, and after stop-timeout KILL; its end is a ' +
      'failure, and restart decides as after any other. "mark": it is shown as unhealthy and told in the log.',
  },
  run: {
    value: command,
    about:
      "Only liveness. A command that is run once in place of action; the fault is in DINIT_PROBE_FAULT, the number of the service's process in MAINPID.",
  },
}));

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

function targetOf(written: Partial<WrittenProbe>, scope: ValueScope): ProbeTarget | undefined {
  if (written.command !== undefined) {
    const words = filledWords(written.command, scope, "command");
    return words && { kind: "command", command: words };
  }
  if (written.tcp !== undefined) {
    const filled = scope.substitute(written.tcp, "tcp");
    const place = filled === undefined ? undefined : placeOf(filled, "tcp", scope);
    return place && { kind: "tcp", ...place };
  }
  if (written.unix !== undefined) {
    const path = scope.substitute(written.unix, "unix");
    if (path === undefined || /^[/@]./.test(path)) {
      return path && { kind: "unix", path } || undefined;
    }
    return scope.fail("a path from the root, or @NAME, is needed", { part: "unix" });
  }
  if (written.file !== undefined) {
    const path = scope.substitute(written.file, "file");
    if (path === undefined) return undefined;
    if (!path.startsWith("/")) {
      return scope.fail("a path from the root is needed", { part: "file" });
    }
    return { kind: "file", path, youngerThanMs: written["younger-than"] ?? 0 };
  }
  return httpTarget(written, scope);
}

function httpTarget(written: Partial<WrittenProbe>, scope: ValueScope): ProbeTarget | undefined {
  const url = scope.substitute(written.http ?? "", "http");
  if (url === undefined) return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed?.protocol === "http:";
  if (parsed === undefined || (!isPlain && parsed.protocol !== "https:")) {
    return scope.fail('a URL is needed: "http://127.0.0.1:8080/health"', { part: "http" });
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return scope.fail("a user in a URL is not sent", { part: "http", hint: "Use command = […]" });
  }
  const answer: WantedAnswer = {
    statuses: written.status ?? [[200, 399]],
    ...written.contains !== undefined && { contains: written.contains },
  };
  const authorities = written["ca-file"];
  if (!isPlain) {
    return { kind: "https", url, answer, ...authorities !== undefined && { authorities } };
  }
  if (authorities !== undefined) {
    return scope.fail("it is a matter of https", { part: "ca-file", isKey: true });
  }
  const port = parsed.port === "" ? "80" : parsed.port;
  const place = placeOf(`${parsed.hostname}:${port}`, "http", scope);
  return place && { kind: "http", url, ...place, answer };
}

/** A name is looked up at each try, in /etc/hosts alone: the manager cannot wait for a server. */
function placeOf(
  where: string,
  part: string,
  scope: ValueScope,
): { readonly host: ProbedHost; readonly port: number } | undefined {
  const colon = where.lastIndexOf(":");
  const [host, port] = [where.slice(0, colon), where.slice(colon + 1)];
  if (colon <= 0) {
    return scope.fail("address and port are needed", { part, hint: 'As "127.0.0.1:80"' });
  }
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    return scope.fail(`the port ${JSON.stringify(port)} is not 1 to 65535`, { part });
  }
  if (isHostName(host)) return { host, port: Number(port) };
  const address = parseListenAddress(where);
  if (address?.kind === "internet" && address.host !== "any") {
    return { host: address.host, port: address.port };
  }
  return scope.fail(`${JSON.stringify(host)} is no address`, {
    part,
    hint: 'Write the number ("127.0.0.1", "[::1]"), or a name that /etc/hosts has',
  });
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

function filledWords(
  words: Arguments,
  scope: ValueScope,
  part: string,
): readonly string[] | undefined {
  const filled = words.map((each) => scope.substitute(each, part));
  return filled.includes(undefined) ? undefined : filled.map((each) => each ?? "");
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
