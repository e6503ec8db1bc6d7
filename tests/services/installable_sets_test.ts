/**
 * The sets of services in services/ that are made to be installed: each passes the check without a
 * word on its own system, holds nothing that is never used, and starts things in the order a
 * machine needs.
 */
import type { ServiceDescription } from "../../core/description/contract/description.ts";
import { assert, assertEquals } from "../assert.ts";
import { EXPECTED_SETS } from "./expected_sets.ts";
import {
  complaints,
  filesIn,
  load,
  type ServiceSet,
  startedBy,
  waitedForBy,
} from "./service_set.ts";

for (const set of EXPECTED_SETS) {
  Deno.test(`services/${set.name}: the check finds nothing`, () => {
    assertEquals(complaints(set), []);
  });

  Deno.test(`services/${set.name}: every service is started by boot, but for those offered`, () => {
    const loaded = load(set);
    const started = startedBy("boot", loaded);
    const left = [...loaded.keys()].filter((name) => !started.has(name));
    assertEquals(left.sort(), [...set.offered].sort());
  });

  Deno.test(`services/${set.name}: every description is in use`, () => {
    const bases = new Set([...load(set).keys()].map((name) => name.replace(/@.*/, "")));
    const described = filesIn(set.folder)
      .filter((name) => name.endsWith(".toml"))
      .map((name) => name.replace(/\.toml$/, ""));
    assertEquals(described.sort(), [...bases].sort());
  });

  Deno.test(`services/${set.name}: every script that is named is there, and no other`, () => {
    assertEquals(usedScripts(set), filesIn(`${set.folder}/scripts`));
  });

  Deno.test(`services/${set.name}: services wait for what they need`, () => {
    const loaded = load(set);
    for (const chain of set.chains) {
      for (const [index, name] of chain.entries()) {
        const earlier = chain[index - 1];
        if (earlier === undefined) continue;
        assert(waitedForBy(name, loaded).has(earlier), `"${name}" must wait for "${earlier}"`);
      }
    }
  });

  Deno.test(`services/${set.name}: services wait for nothing they can do without`, () => {
    const loaded = load(set);
    for (const [name, other] of set.independent) {
      assert(loaded.has(name) && loaded.has(other), `"${name}" and "${other}" are in the set`);
      assert(!waitedForBy(name, loaded).has(other), `"${name}" must not wait for "${other}"`);
    }
  });

  Deno.test(`services/${set.name}: the manager is told once that it can write and log`, () => {
    const services = [...load(set).values()];
    const writable = services.filter(({ options }) => options.startsRwfs);
    assertEquals(writable.map(({ name }): string => name), set.writable);
    const logging = services.filter(({ options }) => options.startsLog);
    assertEquals(logging.map(({ name }): string => name), set.logging);
  });

  Deno.test(`services/${set.name}: a script that has the console has no time limit`, () => {
    for (const service of load(set).values()) {
      if (service.type !== "scripted" || service.console !== "starts") continue;
      assertEquals(service.startTimeoutMs, 0, `"${service.name}" waits for a person or a disk`);
    }
  });

  Deno.test(`services/${set.name}: a start that may be broken off hears of it`, () => {
    for (const service of load(set).values()) {
      const { startInterruptible, unmaskInterrupt } = service.options;
      if (!startInterruptible || service.console === "none") continue;
      assert(unmaskInterrupt, `"${service.name}" has the console, where SIGINT is blocked`);
    }
  });
}

/** Scripts of the folder that commands name, and those that such scripts read, sorted. */
function usedScripts(set: ServiceSet): string[] {
  const open = [...load(set).values()].flatMap(scriptsOf);
  const used = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    const text = Deno.readTextFileSync(`${set.folder}/scripts/${name}`);
    for (const [, other] of text.matchAll(/^\. "\$\{0%\/\*\}\/([\w-]+\.sh)"$/gm)) {
      if (other !== undefined) open.push(other);
    }
  }
  return [...used].sort();
}

function scriptsOf({ command, stopCommand }: ServiceDescription): string[] {
  return [...command, ...stopCommand]
    .filter((word) => word.startsWith("scripts/"))
    .map((word) => word.slice("scripts/".length));
}
