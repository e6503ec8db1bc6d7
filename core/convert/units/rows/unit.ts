/** What becomes of the sections [Unit] and [Install]. Source: systemd.unit(5). */
import { type Effect, irrelevant, type Lost, lost } from "../../rows.ts";
import { SETTING_NAMES } from "../../setting_names.ts";
import { CONDITION_ROWS } from "./conditions.ts";
import {
  isAfterEarly,
  literalText,
  nameText,
  type UnitContext,
  variableText,
  withText,
} from "./context.ts";
import { fillSpecifiers } from "../text/specifiers.ts";
import {
  each,
  list,
  lostIfTrue,
  lostUnless,
  mapped,
  notUnderstood,
  one,
  type UnitFate,
  type UnitRow,
} from "./makers.ts";
import {
  BEFORE_EARLY,
  followerOf,
  NOTHING,
  ONLY_AFTER,
  specialUnit,
  WITH_FOLDER,
} from "../names/special_units.ts";
import { parseTimeSpan } from "../text/time_span.ts";

const UNIT = "Unit";
const INSTALL = "Install";

/** Names of services in lists, by what each unit of a list comes to. */
function eachUnit(
  value: string,
  context: UnitContext,
  effect: (service: string, unit: string) => readonly Effect[],
): readonly Effect[] {
  return value.split(/\s+/).filter((word) => word !== "").flatMap((word) => {
    const filled = fillSpecifiers(word, context, "word");
    if (filled.kind === "fault") return [lost(filled.why, "much")];
    const named = context.names.named(filled.text);
    if (named.kind === "nothing") return [];
    if (named.kind === "none") return [lost(named.why, "some")];
    // A socket and its service are one.
    if (named.name === context.service) return [];
    return effect(nameText(named.name), word);
  });
}

/** A list of services that are started too. */
function dependency(key: string, caveat?: Lost): UnitFate {
  return mapped(`\`${key}\``, (value, context) => {
    const effects = eachUnit(value, context, (service, unit) => {
      if (isIn(unit, ["Before"], context)) {
        // What is started first cannot wait for this one.
        return specialUnit(unit) === undefined
          ? [lost(`${service} is not started with it, only after it`, "some")]
          : [];
      }
      const isNeeded = key === "waits-for" && isIn(unit, NEEDS, context);
      return isNeeded ? [] : [{ kind: "add", key, values: [service] }];
    });
    return caveat === undefined || effects.length === 0 ? effects : [...effects, caveat];
  });
}

const NEEDS = ["Requires", "BindsTo", "Requisite"] as const;
const STARTS = [...NEEDS, "Wants", "Upholds"] as const;

function isIn(unit: string, names: readonly string[], context: UnitContext): boolean {
  return names.some((name) =>
    context.all(UNIT, name).some((value) => value.split(/\s+/).includes(unit))
  );
}

/** Order: what is started too is waited for anyhow. */
function order(key: "after" | "before"): UnitFate {
  return mapped(
    `\`${key}\``,
    (value, context) =>
      eachUnit(key === "before" ? withFollowers(value) : value, context, (service, unit) => {
        if (key === "after" && isIn(unit, STARTS, context)) return [];
        if (key === "before" && comesAfter(service, unit, context)) {
          return [lost(`${service} does not wait for it`, "little")];
        }
        // What boot waits for cannot wait for boot.
        if (service !== "boot") return [{ kind: "add", key, values: [service] }];
        return key === "after" ? [{ kind: "add", key, values: ["system"] }] : [];
      }),
  );
}

/** Units that come after the targets which only say so stand in their places. */
function withFollowers(value: string): string {
  return value.split(/\s+/).map((unit) => {
    const follower = followerOf(unit);
    return follower === undefined ? unit : `${follower}.service`;
  }).join(" ");
}

/** Whether to wait for the service would be to wait for oneself. */
function comesAfter(service: string, unit: string, context: UnitContext): boolean {
  if (ONLY_AFTER.has(unit)) return true;
  const after = ["After", ...STARTS].flatMap((name) => context.all(UNIT, name))
    .flatMap((value) => value.split(/\s+/)).filter((other) => other !== unit && other !== "");
  const isNamed = after.some((other) => {
    const named = context.names.named(other);
    return named.kind === "service" && named.name === service;
  });
  return isNamed || isAfterEarly(context) && BEFORE_EARLY.has(service);
}

export const UNIT_ROWS: readonly UnitRow[] = [
  one(
    UNIT,
    "Description",
    mapped(
      "`description`",
      (value, context) =>
        withText(literalOrArgument(value, context), (text) => [
          isForUnit("description", context)
            ? { kind: "set", key: "description", value: text }
            : { kind: "comment", text },
        ]),
    ),
  ),
  list(
    UNIT,
    "Documentation",
    mapped(
      "`documentation`",
      (value, context) =>
        withText(literalOrArgument(value, context), (text) => [
          isForUnit("documentation", context)
            ? { kind: "add", key: "documentation", values: text.split(/\s+/) }
            : { kind: "comment", text: `Documentation: ${text}` },
        ]),
    ),
  ),
  list(UNIT, "Requires", dependency("depends-on")),
  list(UNIT, "BindsTo", dependency("depends-on")),
  list(
    UNIT,
    "Requisite",
    dependency("depends-on", lost("what is not up is started, instead of failing", "little")),
  ),
  list(UNIT, "Wants", dependency("waits-for")),
  list(
    UNIT,
    "Upholds",
    dependency("waits-for", lost("it is not started again each time it stops", "some")),
  ),
  list(UNIT, "After", order("after")),
  list(UNIT, "Before", order("before")),
  list(
    UNIT,
    "PartOf",
    mapped(
      "nothing, where `depends-on` says it too; else lost",
      (value, context) =>
        eachUnit(
          value,
          context,
          (service, unit) =>
            isIn(unit, NEEDS, context)
              ? []
              : [lost(`a stop or restart of ${service} leaves this service alone`, "some")],
        ),
    ),
  ),
  list(
    UNIT,
    "Conflicts",
    mapped(
      "`conflicts`",
      (value, context) =>
        eachUnit(value, context, (service) => [
          { kind: "add", key: "conflicts", values: [service] },
        ]),
      {
        needs: ["conflicts"],
        until: {
          ...lost("a start of the other does not stop this service", "some"),
          isVoid: (value) => value.split(/\s+/).every((unit) => specialUnit(unit) === NOTHING),
        },
      },
    ),
  ),
  list(
    UNIT,
    "RequiresMountsFor",
    mapped('`requires-mounts-for`; else `after = ["local-fs"]`', (value, context) => {
      if (!SETTING_NAMES.has("requires-mounts-for")) {
        return context.scope === "user" ? [] : [
          { kind: "add", key: "after", values: ["local-fs"] },
        ];
      }
      return value.split(/\s+/).flatMap((path) =>
        withText(variableText(path, context), (text) => [
          { kind: "add", key: "requires-mounts-for", values: [text] },
        ])
      );
    }),
  ),
  list(UNIT, "OnFailure", started("on-failure")),
  list(UNIT, "OnSuccess", started("chain-to")),
  list(UNIT, "PropagatesReloadTo", lost("a reload stays with the service", "little")),
  list(UNIT, "ReloadPropagatedFrom", lost("a reload of others does not reach it", "little")),
  list(UNIT, "PropagatesStopTo", lost("a stop of it leaves others alone", "some")),
  list(UNIT, "StopPropagatedFrom", lost("a stop of others leaves it alone", "some")),
  list(UNIT, "JoinsNamespaceOf", lost("it does not share the other's box", "some")),
  one(
    UNIT,
    "DefaultDependencies",
    mapped('no `after = ["early"]`, if it says no', () => []),
  ),
  ...each(
    UNIT,
    "AllowIsolate IgnoreOnIsolate",
    irrelevant("there is nothing like isolate"),
  ),
  ...each(
    UNIT,
    "OnFailureJobMode OnSuccessJobMode",
    irrelevant("orders have one mode"),
  ),
  one(
    UNIT,
    "StopWhenUnneeded",
    irrelevant("a service that nothing needs any more and nobody ordered is stopped anyhow"),
  ),
  one(UNIT, "RefuseManualStart", lostIfTrue("anybody with control may start it", "little")),
  one(UNIT, "RefuseManualStop", lostIfTrue("anybody with control may stop it", "little")),
  one(UNIT, "CollectMode", irrelevant("a failed service keeps no more than a stopped one")),
  one(UNIT, "SourcePath", irrelevant("it names the file that the unit was made of")),
  one(UNIT, "SurviveFinalKillSignal", lostIfTrue("it is killed at the end of a shutdown", "some")),
  one(
    UNIT,
    "StartLimitIntervalSec",
    mapped("`restart-limit-interval`; 0: `restart-limit-count = 0`", (value) => {
      const seconds = parseTimeSpan(value);
      if (seconds === undefined) return [notUnderstood(value)];
      if (seconds === 0) return [{ kind: "set", key: "restart-limit-count", value: 0 }];
      if (seconds === Infinity) {
        return [{ kind: "set", key: "restart-limit-interval", value: YEAR }];
      }
      return [{ kind: "set", key: "restart-limit-interval", value: seconds }];
    }),
  ),
  one(
    UNIT,
    "StartLimitBurst",
    mapped("`restart-limit-count`, one less: it counts restarts, not starts", (value, context) => {
      if (!/^[0-9]+$/.test(value)) return [notUnderstood(value)];
      // Without an interval there is no limit.
      const interval = parseTimeSpan(context.last(UNIT, "StartLimitIntervalSec") ?? "10");
      const starts = interval === 0 ? 0 : Number(value);
      const restarts = starts === 0 ? 0 : Math.max(1, starts - 1);
      return [{ kind: "set", key: "restart-limit-count", value: restarts }];
    }),
  ),
  ...each(
    UNIT,
    "StartLimitAction FailureAction SuccessAction",
    lostUnless(["none", ""], "the machine goes on whatever becomes of the service", "some"),
  ),
  ...each(
    UNIT,
    "FailureActionExitStatus SuccessActionExitStatus RebootArgument JobTimeoutRebootArgument",
    lost("there is no such action", "little"),
  ),
  ...each(
    UNIT,
    "JobTimeoutSec JobRunningTimeoutSec",
    lostUnless(["infinity", "0"], "waiting for dependencies has no limit of time", "little"),
  ),
  one(UNIT, "JobTimeoutAction", lostUnless(["none", ""], "there is no such action", "little")),
  ...CONDITION_ROWS,
  list(
    INSTALL,
    "WantedBy",
    mapped("`[meta] enable-via`, where it is not boot", (value, context) => {
      const others: string[] = [];
      const effects = eachUnit(value, context, (service) => {
        others.push(service);
        return [];
      });
      const [given, ...rest] = others.filter((service) => service !== "boot");
      // What else is swap comes before early, as the set's own does.
      const first = given === "swap" && context.unit.kind === "swap" ? "early" : given;
      if (first === undefined || others.includes("boot")) return effects;
      // It comes after what wants it anyhow, so boot is early enough.
      if (first === "early" && isAfterEarly(context) && given === "early") return effects;
      if (first === "early" && !comesBeforeEarly(context) || isWithoutFolder(first)) {
        return [lost(`it is enabled in boot, which comes after ${first}`, "little")];
      }
      return [
        ...first === "early" ? [afterDisks(context)] : [],
        { kind: "put", table: "meta", key: "enable-via", value: first },
        ...rest.map((name) => lost(`it is enabled in one place, not in ${name}`, "little")),
      ];
    }),
  ),
  list(
    INSTALL,
    "RequiredBy",
    lost("enabling it makes others wait for it, not fail with it", "little"),
  ),
  list(INSTALL, "UpheldBy", lost("enabling it makes others wait for it only", "little")),
  list(
    INSTALL,
    "Alias",
    mapped("`aliases`", (value, context) => {
      const names = value.split(/\s+/).map((word) => context.names.named(word))
        .flatMap((named) => named.kind === "service" ? [named.name] : [])
        .filter((name) => name !== context.service);
      if (names.length === 0) return [];
      return SETTING_NAMES.has("aliases")
        ? [{ kind: "add", key: "aliases", values: names }]
        : [lost(`it has one name, and ${names.join(", ")} is none`, "little")];
    }),
  ),
  list(
    INSTALL,
    "Also",
    mapped(
      "nothing for its own socket or timer",
      (value, context) =>
        eachUnit(value, context, (service) => [
          lost(`enabling it leaves ${service} as it is`, "little"),
        ]),
    ),
  ),
  one(INSTALL, "DefaultInstance", lost("a template is enabled by its whole name", "little")),
];

/** Longer than any service runs without being looked at. */
const YEAR = 31_536_000;

/** Services of our sets that have no folder of entries which `enable` makes. */
function isWithoutFolder(service: string): boolean {
  return !WITH_FOLDER.has(service) && WITHOUT_FOLDER.has(service);
}

const WITHOUT_FOLDER: ReadonlySet<string> = new Set([
  ...["local-fs", "remote-fs", "network", "nss-lookup", "system-log", "swap", "clock"],
]);

/** Whether nothing that the unit waits for comes after `early` in our sets. */
function comesBeforeEarly(context: UnitContext): boolean {
  return ["After", ...STARTS].flatMap((name) => context.all(UNIT, name))
    .flatMap((value) => value.split(/\s+/)).every((unit) => {
      // What only comes before a target does not wait for it.
      if (isIn(unit, ["Before"], context)) return true;
      const service = specialUnit(unit) ?? NOTHING;
      return service === NOTHING || service !== "early" && BEFORE_EARLY.has(service);
    });
}

/**
 * systemd has a unit wait for the mounts of its folders, whatever DefaultDependencies= says; one
 * that comes before the mounts themselves waits for the root alone.
 */
function afterDisks(context: UnitContext): Effect {
  const before = context.all(UNIT, "Before").flatMap((value) => value.split(/\s+/));
  const isOfDisks = before.some((unit) =>
    ["local-fs-pre.target", "local-fs.target"].includes(unit)
  );
  return { kind: "add", key: "after", values: [isOfDisks ? "root-rw" : "local-fs"] };
}

/** What a socket or timer says of itself is a comment in its service's description. */
function isForUnit(key: string, { unit }: UnitContext): boolean {
  return SETTING_NAMES.has(key) && !["socket", "timer", "path", "automount"].includes(unit.kind);
}

/** Texts for people do without the argument. */
function literalOrArgument(value: string, context: UnitContext) {
  const filled = literalText(value, context);
  return filled.kind === "text" ? filled : literalText(value.replace(/%[a-zA-Z]/g, "…"), context);
}

/** The first of several units is started; there is room for one. */
function started(key: "on-failure" | "chain-to"): UnitFate {
  return mapped(`\`${key}\``, (value, context) => {
    const found: string[] = [];
    const effects = eachUnit(value, context, (service) => {
      found.push(service);
      return [];
    });
    const [first, ...others] = found;
    if (first === undefined) return effects;
    return [
      { kind: "set", key, value: first },
      ...others.map((name) => lost(`${name} is not started: there is one ${key}`, "some")),
    ];
  });
}
