/** The keys of the tables `[readiness]` and `[liveness]`: a row each. */
import { once } from "../../../once.ts";
import { integer, text, time, timeAtLeast as atLeast, word } from "../basic.ts";
import { type Arguments, command } from "../process.ts";
import type { JsonSchema, Value } from "../value.ts";

/** Either table as written, each key by itself. */
export interface WrittenProbe {
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

/** A key of either table. */
export type Key = keyof WrittenProbe;

/** Shorter ones would be no probe but a load. */
const LEAST_INTERVAL_MS = 100;

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
