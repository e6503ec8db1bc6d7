/** The table `[timer]`: when the process of a service is run. */
import { once } from "../../once.ts";
import {
  type CalendarExpression,
  type CalendarFault,
  normalForm,
  readCalendar,
  readCron,
} from "../../calendar/mod.ts";
import type { TimerDescription } from "../contract/description.ts";
import { quoteList } from "../contract/problem.ts";
import { didYouMean } from "../text/near_miss.ts";
import { isTable } from "../text/toml_values.ts";
import { boolean, readText, time, word } from "./basic.ts";
import type { JsonSchema, Value, ValueScope } from "./value.ts";

/** The table as written, each key by itself. */
interface WrittenTimer {
  readonly calendar: readonly string[];
  /** As normal forms of calendar expressions. */
  readonly cron: readonly string[];
  readonly "after-boot": number;
  readonly "after-start": number;
  readonly every: number;
  readonly "after-end": number;
  readonly persistent: boolean;
  readonly "random-delay": number;
  readonly accuracy: number;
  readonly "on-missed": "run" | "skip";
}

const DEFAULT_ACCURACY_MS = 1000;

/** Reads a text, or several, into normal forms of calendar expressions. */
function calendars(
  name: string,
  read: (text: string) => readonly CalendarExpression[] | CalendarFault,
): Value<readonly string[]> {
  const one: JsonSchema = { type: "string", minLength: 1 };
  return {
    name,
    native: "none",
    schema: { oneOf: [one, { type: "array", items: one, minItems: 1 }] },
    read(raw, scope) {
      if (!Array.isArray(raw)) return formsOf(raw, scope);
      if (raw.length === 0) return scope.fail("the list is empty");
      const forms = raw.map((item, index) => formsOf(item, scope, index));
      return forms.includes(undefined) ? undefined : forms.flatMap((form) => form ?? []);
    },
  };

  function formsOf(raw: unknown, scope: ValueScope, inner?: number): readonly string[] | undefined {
    const at = inner === undefined ? scope : insideOf(scope, inner);
    const text = readText(raw, at);
    if (text === undefined) return undefined;
    const result = read(text);
    if (!("kind" in result)) return result.map(normalForm);
    const { offset, why, hint } = result;
    return at.fail(why.charAt(0).toLowerCase() + why.slice(1), { offset, hint });
  }
}

const calendar = calendars("calendar expression, or a list of them", (text) => {
  const read = readCalendar(text);
  return "kind" in read ? read : [read];
});

const cron = calendars("text of five fields, or a list of such", readCron);

/** A time greater than 0. */
const interval: Value<number> = {
  ...time,
  read(raw, scope) {
    const value = time.read(raw, scope);
    return value === 0 ? scope.fail("it has to be greater than 0") : value;
  },
};

type TimerKey = {
  readonly [Key in keyof WrittenTimer]: {
    readonly value: Value<WrittenTimer[Key]>;
    readonly about: string;
  };
};

/** Keys of `[timer]`, for reader, schema and manual. */
export const timerTable = once((): TimerKey => ({
  calendar: {
    value: calendar,
    about:
      'Points in time as systemd.time(7) writes them: "Mon..Fri 02:00", "*-*~1 18:00", "*:0/15", ' +
      '"daily Europe/Berlin". `dinit calendar` prints what one means.',
  },
  cron: {
    value: cron,
    about: 'Points in time as crontab(5) writes them: "*/5 8-18 * * mon-fri", "@daily".',
  },
  "after-boot": {
    value: time,
    about: "Once, so long after the machine has booted.",
  },
  "after-start": {
    value: time,
    about: "Once, so long after this service has started.",
  },
  every: {
    value: interval,
    about: "So long after the last run began; the first time after the service has started.",
  },
  "after-end": {
    value: interval,
    about: "So long after the last run ended; the first time after the service has started.",
  },
  persistent: {
    value: boolean,
    about:
      "The last run is kept on disk, so that a point in time that passed while the machine or the manager was off " +
      "counts as missed; false by default.",
  },
  "on-missed": {
    value: word(["run", "skip"]),
    about:
      "What becomes of points in time at which no run could begin, because the machine slept, its clock was set, or the " +
      'run before had not ended: "run" (default), one run for all of them as soon as it can be, or "skip".',
  },
  "random-delay": {
    value: time,
    about:
      "Points of the calendar, after-boot and after-start are later by up to so much: always the same time for this " +
      "service on this machine, another on others. 0 by default.",
  },
  accuracy: {
    value: time,
    about: "A run may be later by so much, so that several begin at one wake-up; 1 s by default.",
  },
}));

const keys = () => Object.keys(timerTable()) as (keyof WrittenTimer)[];
/** One of these says when. */
const WHEN = ["calendar", "cron", "after-boot", "after-start", "every", "after-end"] as const;

/** When a process is run. */
export const timer = once((): Value<TimerDescription> => ({
  name: "table of times",
  native: "none",
  schema: {
    type: "object",
    properties: Object.fromEntries(
      keys().map((key) => [
        key,
        { ...timerTable()[key].value.schema, description: timerTable()[key].about },
      ]),
    ),
    anyOf: WHEN.map((key) => ({ required: [key] })),
    additionalProperties: false,
  },
  read(raw, scope) {
    if (!isTable(raw)) {
      return scope.fail('a table is needed: [timer], then lines such as calendar = "daily"');
    }
    const values: Record<string, unknown> = {};
    let isFaulty = false;
    for (const [key, value] of Object.entries(raw)) {
      values[key] = readKey(key, value, scope);
      if (values[key] === undefined) isFaulty = true;
    }
    if (isFaulty) return undefined;
    if (!WHEN.some((key) => key in raw)) {
      return scope.fail("it does not say when", { hint: `One of ${quoteList(WHEN)} is needed` });
    }
    return described(values as Partial<WrittenTimer>);
  },
}));

function readKey(key: string, value: unknown, scope: ValueScope): unknown {
  if (Object.hasOwn(timerTable(), key)) {
    return timerTable()[key as keyof WrittenTimer].value.read(value, within(scope, key));
  }
  const hint = didYouMean(key, keys()) ??
    "Settings of the service itself stand above the line [timer]";
  return scope.fail("the table has no such key", { part: key, isKey: true, hint });
}

function described(written: Partial<WrittenTimer>): TimerDescription {
  return {
    calendar: [...new Set([...written.calendar ?? [], ...written.cron ?? []])],
    afterBootMs: written["after-boot"],
    afterStartMs: written["after-start"],
    everyMs: written.every,
    afterEndMs: written["after-end"],
    isPersistent: written.persistent ?? false,
    onMissed: written["on-missed"] ?? "run",
    randomDelayMs: written["random-delay"] ?? 0,
    accuracyMs: written.accuracy ?? DEFAULT_ACCURACY_MS,
  };
}

/** Reports are about a key of the table. */
function within(scope: ValueScope, part: string): ValueScope {
  return {
    users: scope.users,
    fail: (why, options) => scope.fail(why, { ...options, part }),
    warn: (why, options) => scope.warn(why, { ...options, part }),
    substitute: (text) => scope.substitute(text, part),
  };
}

/** Reports are about an element of the list that a key has. */
function insideOf(scope: ValueScope, inner: number): ValueScope {
  return {
    ...scope,
    fail: (why, options) => scope.fail(why, { ...options, inner }),
    warn: (why, options) => scope.warn(why, { ...options, inner }),
  };
}
