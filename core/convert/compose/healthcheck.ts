/**
 * What becomes of a `healthcheck`: it is asked until the service counts as started, so that what
 * waits for it waits for its health, and then it is only marked, as a container engine does.
 */
import { type Effect, lost } from "../rows.ts";
import { parseTimeSpan } from "../units/text/time_span.ts";
import { composeWords, interpolated } from "./interpolation.ts";
import { entryOf, textOf, type YamlMap, type YamlNode } from "./tree.ts";

/** Of the Compose Specification, in seconds. */
const DEFAULTS = { interval: 30, timeout: 30, retries: 3 };

export function healthcheck(value: YamlNode): readonly Effect[] {
  if (value.kind !== "map") return [lost("the healthcheck is not understood", "some")];
  if (textOf(entryOf(value, "disable")) === "true") return [];
  const test = testOf(entryOf(value, "test"));
  if (test === undefined) {
    return [lost("the healthcheck of the image is not known", "some")];
  }
  const { words, losses } = test;
  if (words.length === 0) return losses;
  const interval = secondsOf(value, "interval") ?? DEFAULTS.interval;
  const timeout = secondsOf(value, "timeout") ?? DEFAULTS.timeout;
  const retries = Number(textOf(entryOf(value, "retries")) ?? DEFAULTS.retries);
  const first = secondsOf(value, "start_interval") ?? Math.min(interval, 5);
  return [
    { kind: "set", key: "readiness", value: { command: words, interval: first, timeout } },
    {
      kind: "set",
      key: "liveness",
      value: {
        ...{ command: words, interval, timeout },
        failures: Number.isInteger(retries) && retries > 0 ? retries : DEFAULTS.retries,
        action: "mark",
      },
    },
    ...losses,
  ];
}

/** Undefined: there is none here. Without words: it says that there is none. */
function testOf(node: YamlNode | undefined): ReturnType<typeof composeWords> | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "list") return inShell(textOf(node) ?? "");
  const [how, ...rest] = node.items.map((item) => textOf(item) ?? "");
  switch (how) {
    case "CMD":
      return composeWords({ ...node, items: node.items.slice(1) });
    case "CMD-SHELL":
      return inShell(rest.join(" "));
    case "NONE":
      return { words: [], losses: [] };
    default:
      return { words: [], losses: [lost("the healthcheck's test is not understood", "some")] };
  }
}

function inShell(text: string): ReturnType<typeof composeWords> {
  const { text: filled, losses } = interpolated(text, "replaced");
  return { words: ["/bin/sh", "-c", filled], losses };
}

/** Undefined: it does not say, or what cannot be used. */
function secondsOf(map: YamlMap, key: string): number | undefined {
  const seconds = parseTimeSpan(textOf(entryOf(map, key)) ?? "");
  return seconds === undefined || seconds === Infinity || seconds < 0.1 ? undefined : seconds;
}
