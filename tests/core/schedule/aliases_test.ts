/** Services that are found by another name, in the scheduler. */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { assert, assertEquals } from "../../assert.ts";
import { buildDescription, type DescriptionParts, serviceName } from "../../builders.ts";
import { Driver } from "./driver.ts";

const SSHD = serviceName("sshd");
const SSH: DescriptionParts = { aliases: [SSHD] };

function reload(driver: Driver, name: string, parts: DescriptionParts) {
  const description = buildDescription(name, parts);
  return driver.order({ kind: "reload", service: driver.id(name), description }).answer;
}

function links(driver: Driver, name: string): readonly string[] {
  return driver.scheduler.links(driver.id(name)).map(({ kind, to }) =>
    `${kind} ${driver.scheduler.description(to).name}`
  );
}

Deno.test("find() knows a service by its alias as long as it has it", () => {
  const driver = new Driver();
  driver.load({ ssh: SSH });
  assertEquals(driver.scheduler.find("sshd"), driver.id("ssh"));
  assertEquals(reload(driver, "ssh", {}).kind, "accepted");
  assertEquals(driver.scheduler.find("sshd"), undefined);
  assertEquals(reload(driver, "ssh", SSH).kind, "accepted");
  assertEquals(driver.scheduler.find("sshd"), driver.id("ssh"));
  driver.order({ kind: "unload", service: driver.id("ssh") });
  assertEquals(driver.scheduler.find("sshd"), undefined);
});

Deno.test("a restored scheduler knows aliases", () => {
  const driver = new Driver();
  driver.load({ ssh: SSH });
  const restored = Scheduler.restored(driver.scheduler.write());
  assert(restored instanceof Scheduler);
  assertEquals(restored.find("sshd"), driver.id("ssh"));
});

Deno.test("no two services have one name", () => {
  const driver = new Driver();
  driver.load({ ssh: SSH, other: {} });
  assertEquals(driver.tryLoad({ sshd: {} }), {
    kind: "refused",
    service: "sshd",
    why: 'its name is an alias of the service "ssh"',
  });
  assertEquals(driver.tryLoad({ drop: SSH }), {
    kind: "refused",
    service: "drop",
    why: 'its alias "sshd" is a name of the service "ssh"',
  });
  assertEquals(driver.tryLoad({ a: { aliases: [serviceName("b")] }, b: {} }).kind, "refused");
  assertEquals(reload(driver, "other", SSH), {
    kind: "refused",
    why: 'its alias "sshd" is a name of the service "ssh"',
  });
  assertEquals(reload(driver, "other", { aliases: [serviceName("ssh")] }).kind, "refused");
});

Deno.test("an alias goes over to another service when both are reloaded in one step", () => {
  const driver = new Driver();
  driver.load({ ssh: SSH, drop: {} });
  const reloads = [
    { service: driver.id("ssh"), description: buildDescription("ssh", {}) },
    { service: driver.id("drop"), description: buildDescription("drop", SSH) },
  ];
  const { answer } = driver.order({ kind: "reload-together", reloads: reloads.toReversed() });
  assertEquals(answer.kind, "accepted");
  assertEquals(driver.scheduler.find("sshd"), driver.id("drop"));
});

Deno.test("an ordering by an alias is one with the service, whichever is loaded first", () => {
  for (const order of [["late", "ssh"], ["ssh", "late"]]) {
    const driver = new Driver();
    const services: Record<string, DescriptionParts> = { ssh: SSH, late: { after: [SSHD] } };
    for (const name of order) driver.load({ [name]: services[name] ?? {} });
    assertEquals(links(driver, "late"), ["after ssh"], order.join(", "));
  }
});

Deno.test("a circle over an alias is refused", () => {
  const first = new Driver();
  first.load({ ssh: { ...SSH, links: { need: [] } }, boot: { links: { need: ["ssh"] } } });
  assertEquals(reload(first, "ssh", { ...SSH, after: [serviceName("boot")] }).kind, "refused");
  const second = new Driver();
  second.load({ late: { after: [SSHD] } });
  const answer = second.tryLoad({ ssh: { ...SSH, after: [serviceName("late")] } });
  assertEquals(answer.kind, "cycle");
  const third = new Driver();
  third.load({ ssh: SSH });
  assertEquals(
    third.tryLoad({ a: { before: [SSHD], after: [serviceName("ssh")] } }).kind,
    "cycle",
  );
});

Deno.test("what is read by consumer-of is the service of that name", () => {
  const driver = new Driver();
  driver.load({ reader: { type: "process", consumerOf: SSHD } });
  driver.load({ ssh: { ...SSH, type: "process" } });
  const [, ssh] = [...driver.scheduler.records()].filter(({ presence }) =>
    presence.kind === "loaded"
  );
  assertEquals([ssh?.name, ssh?.consumer], [serviceName("ssh"), undefined]);
});
