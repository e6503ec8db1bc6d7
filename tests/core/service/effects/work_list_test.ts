import { WorkList } from "../../../../core/service/effects/work_list.ts";
import { makeRecord, type ServiceRecord } from "../../../../core/service/record/record.ts";
import { serviceId } from "../../../../core/types.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { buildDescription } from "../../../builders.ts";

function makeService(name: string): ServiceRecord {
  return makeRecord(serviceId(1), buildDescription(name));
}

function takeAll(list: WorkList): readonly string[] {
  const names: string[] = [];
  for (let service = list.take(); service !== undefined; service = list.take()) {
    names.push(service.name);
  }
  return names;
}

Deno.test("WorkList gives back the last one first", () => {
  const list = new WorkList("propagationEntries");
  for (const name of ["a", "b", "c"]) list.add(makeService(name));
  assertEquals(takeAll(list), ["c", "b", "a"]);
  assert(list.isEmpty);
});

Deno.test("WorkList takes a service once", () => {
  const list = new WorkList("transitionEntries");
  const [a, b] = [makeService("a"), makeService("b")];
  list.add(a);
  list.add(a);
  list.add(b);
  list.add(b);
  assertEquals(takeAll(list), ["b", "a"]);
});

Deno.test("WorkList takes the one at the bottom a second time, but not a third", () => {
  const list = new WorkList("propagationEntries");
  const [a, b] = [makeService("a"), makeService("b")];
  list.add(a);
  list.add(b);
  list.add(a);
  list.add(a);
  assertEquals(takeAll(list), ["a", "b", "a"]);
  assertEquals(a.propagationEntries, 0);
});
