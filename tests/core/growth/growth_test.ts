/**
 * What a service costs does not depend on how many there are. No time is measured: what is counted
 * is what has to be done, and that twenty times as many services take twenty times as much of it.
 */
import { loadClosure } from "../../../core/description/load/closure.ts";
import type { DescriptionFiles } from "../../../core/description/contract/files.ts";
import type { ServiceDescription } from "../../../core/description/mod.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { instant, type ServiceId } from "../../../core/types.ts";
import { assert, fail } from "../../assert.ts";
import { memoryFiles, USERS } from "../description/descriptions.ts";
import { elementsTouched } from "./array_work.ts";

const [FEW, MANY] = [200, 4000];
/** The goal for all that is measured of many services. */
const FLAT = 1.2;

/** A set in which all stand on `base`, and `all` on all of them. */
function serviceFiles(count: number): DescriptionFiles {
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  return memoryFiles({
    "/d": [...names, "base", "all"].map((name) => `${name}.toml`),
    "/d/base.toml": 'type = "internal"\n',
    "/d/all.toml": `type = "internal"\nwaits-for = ${JSON.stringify(names)}\n`,
    ...Object.fromEntries(
      names.map((name) => [`/d/${name}.toml`, 'type = "internal"\ndepends-on = ["base"]\n']),
    ),
  });
}

function loaded(files: DescriptionFiles): readonly ServiceDescription[] {
  const result = loadClosure("all", {
    ...{ directories: ["/d"], files, users: USERS, managerUid: 0 },
    ...{ environment: new Map(), abilities: undefined, isLoaded: () => false },
  });
  return result.kind === "loaded" ? result.descriptions : fail(result.kind);
}

/** What is counted in one run with so many services, of each. */
function costs(count: number): Readonly<Record<string, number>> {
  let questions = 0;
  const files = serviceFiles(count);
  const counted: DescriptionFiles = {
    read: (path) => (questions++, files.read(path)),
    list: (path) => (questions++, files.list(path)),
    exists: (path) => (questions++, files.exists(path)),
    realDirectory: (path) => (questions++, files.realDirectory(path)),
  };
  const totals: Record<string, number> = {};
  let descriptions: readonly ServiceDescription[] = [];
  totals["elements touched by reading"] = elementsTouched(() => descriptions = loaded(counted));
  totals["questions to the file system"] = questions;

  const scheduler = new Scheduler();
  const memory = new Uint8Array(4096 * (count + 16));
  let all = 0 as ServiceId;
  totals["elements touched by loading"] = elementsTouched(() => {
    scheduler.load({ descriptions }, instant(0));
    all = scheduler.find("all") ?? fail("It is not loaded");
  });
  const keeper = scheduler.keepIn(memory) ?? fail("There is no room");
  keeper.blocks.commit();
  const handled = () => scheduler.handledCount;
  const order = (name: string, work: () => void) => {
    const before = handled();
    totals[`elements touched by the ${name}`] = elementsTouched(work);
    totals[`items handled by the ${name}`] = handled() - before;
    totals[`elements touched by keeping the ${name}`] = elementsTouched(() => {
      assert(keeper.put());
      keeper.blocks.commit();
    });
  };
  order("start", () => {
    const { commands } = scheduler.order({ kind: "start", service: all, pin: false }, instant(1));
    assert(commands.length >= count);
  });
  totals["bytes kept"] = keeper.blocks.liveBytes;
  order("stop", () => {
    scheduler.order({ kind: "stop", service: all, pin: false, force: false }, instant(2));
  });
  assert(scheduler.activeCount === 0);
  // Each before what it stands on: the first is "all", "base" the second to be read.
  const [top, second, base, ...others] = descriptions.map(({ name }) => name);
  order("unloading", () => {
    for (const name of [top, second, ...others, base] as string[]) {
      const service = scheduler.find(name) ?? fail(name);
      const { answer } = scheduler.order({ kind: "unload", service }, instant(3));
      assert(answer.kind === "accepted", `${name}: ${answer.kind}`);
    }
  });
  assert(scheduler.find("base") === undefined);
  return Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, total / count]));
}

Deno.test("a service costs as much among four thousand as among two hundred", () => {
  const [few, many] = [costs(FEW), costs(MANY)];
  for (const [name, cost] of Object.entries(many)) {
    const before = few[name] ?? fail(name);
    assert(
      cost <= before * FLAT + 0.1,
      `${name}: ${before.toFixed(2)} of ${FEW} and ${cost.toFixed(2)} of ${MANY} services each`,
    );
  }
});

Deno.test("elementsTouched() sees a search that goes through all for each", () => {
  const search = (count: number) =>
    elementsTouched(() => {
      const list = Array.from({ length: count }, (_, index) => index);
      for (const item of [...list]) list.indexOf(item);
    }) / count;
  assert(search(1000) >= search(100) * 9);
});
