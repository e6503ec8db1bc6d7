/** The reader of `devices`: files of devices, drivers, and what may be done with them. */
import type { DeviceChoice, DeviceRule } from "../../../sandbox/devices.ts";
import { quote } from "../../contract/problem.ts";
import { elements, readText } from "../basic.ts";
import type { Value, ValueScope } from "../value.ts";

/** More than the kernel's program has room for. */
const MOST_RULES = 200;

const FORMS = 'allowed are "/dev/NAME rwm", "char-DRIVER rw", "block-DRIVER r" and "@standard"';

/** `["@standard", "/dev/net/tun rw", "char-pts rw", "-/dev/kvm rw"]`; an empty list allows none. */
export const devices: Value<readonly DeviceRule[]> = {
  name: "list of devices",
  native: "words",
  schema: {
    type: "array",
    items: {
      type: "string",
      pattern: "^(@standard|(-?/.+|(char|block)-[^ ]+)( [rwm]{1,3})?)$",
    },
    maxItems: MOST_RULES,
  },
  read(raw, scope) {
    const found: DeviceRule[] = [];
    let isFaulty = !Array.isArray(raw);
    for (const [part, item] of elements(raw, scope)) {
      const rule = readRule(item, scope, part);
      if (rule === undefined) isFaulty = true;
      else found.push(rule);
    }
    if (found.length > MOST_RULES) {
      return scope.fail(`there are ${found.length}, and ${MOST_RULES} are allowed`);
    }
    return isFaulty ? undefined : found;
  },
};

function readRule(item: unknown, scope: ValueScope, part: number): DeviceRule | undefined {
  const written = readText(item, scope, part);
  const text = written === undefined ? undefined : scope.substitute(written, part);
  if (text === undefined) return undefined;
  if (text === "@standard") return { device: { kind: "standard" }, access: "rwm" };
  const [, name = "", access = "rw"] = /^(.*?)(?: +([^ /]*))?$/s.exec(text.trim()) ?? [];
  if (!/^[rwm]{1,3}$/.test(access) || new Set(access).size < access.length) {
    return scope.fail(`${quote(access)} is no access: r, w and m are, each once`, { part });
  }
  const device = choiceOf(name);
  return device === undefined ? scope.fail(FORMS, { part }) : { device, access };
}

function choiceOf(name: string): DeviceChoice | undefined {
  const driver = /^(char|block)-([A-Za-z0-9_.*?-]+)$/.exec(name);
  if (driver !== null) {
    const [, type, driverName = ""] = driver;
    return { kind: "driver", type: type === "char" ? "char" : "block", name: driverName };
  }
  const path = /^(-?)(\/.+)$/s.exec(name);
  if (path === null) return undefined;
  return { kind: "path", path: path[2] ?? "", isOptional: path[1] === "-" };
}
