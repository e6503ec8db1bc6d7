/** What those get who were let in, and what is told of it. */
import {
  handle,
  PASSED_RIGHTS,
  type Reply,
  type Request,
  type Role,
  ROLE_RIGHTS,
} from "../../../core/protocol/mod.ts";
import { isFinal } from "../../../core/protocol/replies.ts";
import { ControlHub } from "../../../daemon/control/hub.ts";
import { assert, assertEquals } from "../../assert.ts";
import { REQUEST_EXAMPLES } from "../../core/protocol/examples.ts";
import { FakeHost } from "./fake_host.ts";
import { SessionClient } from "./session_client.ts";

const H0 = handle(0);
const START: Request = { kind: "start", handle: H0, pin: false, preack: true };

function setUp(role: Role | "passed") {
  const host = new FakeHost();
  const hub = new ControlHub();
  host.listeners = hub;
  const orders: string[] = [];
  const refusals: string[] = [];
  const service = host.add("web", new TextEncoder().encode("line\n"));
  const peer = {
    rights: role === "passed" ? PASSED_RIGHTS : ROLE_RIGHTS[role],
    isGuest: role !== "passed",
    who: () => "user 7",
  };
  const client = new SessionClient(host, hub, {
    peer,
    noteOrder: (text) => orders.push(text),
    noteRefusal: (text) => refusals.push(text),
  });
  client.ask({ kind: "find", name: "web" });
  return { host, hub, client, orders, refusals, service };
}

function why(client: SessionClient): readonly string[] {
  const [reply] = client.replies({ kind: "query-cause" });
  return reply?.kind === "cause" ? reply.faults : [];
}

Deno.test("a reader's order is refused by nak alone, with the reason for those who ask", () => {
  const { client, host, refusals, orders } = setUp("read");
  assertEquals(client.ask(START), ["nak"], "without the preack that upstream's clients wait for");
  assertEquals(why(client), [
    "Not allowed: this needs the right to give orders. " +
    "Root and the manager's user have it, " +
    "and members of a group that is let in by --control-group",
  ]);
  assertEquals(host.orders, []);
  assertEquals([orders, refusals], [[], ['Refused an order by user 7: start "web"']]);
});

Deno.test("a reader loads what is loaded, and nothing else", () => {
  const { client, host } = setUp("read");
  host.loadable.set("other", "loaded");
  assertEquals(client.ask({ kind: "load", name: "web" }), ["service-record"]);
  assertEquals(client.ask({ kind: "load", name: "other" }), ["load-error"]);
  assert(why(client)[0]?.startsWith("Not allowed: ") === true);
  assertEquals(client.ask({ kind: "find", name: "other" }), ["no-service"]);
});

Deno.test("output and environment are for those who may see them", () => {
  const log: Request = { kind: "read-log", handle: H0, clear: false };
  const clear: Request = { kind: "read-log", handle: H0, clear: true };
  const environment: readonly Request[] = [
    { kind: "list-environment" },
    { kind: "listen-environment" },
    { kind: "set-environment", text: "A=1" },
  ];
  const answers = (role: Role) => setUp(role).client.ask(log, clear, ...environment);
  assertEquals(answers("read"), ["nak", "nak", "nak", "nak", "nak"]);
  assertEquals(answers("log"), ["log", "nak", "nak", "nak", "nak"]);
  assertEquals(answers("power"), ["nak", "nak", "nak", "nak", "nak"]);
  assertEquals(answers("control"), ["log", "log", "nak", "nak", "nak"]);
});

Deno.test("what a description's fault says is told to those who may read output only", () => {
  const fault = (role: Role) => {
    const { client, host } = setUp(role);
    const details = host.details();
    host.details = () => ({ ...details, fault: { text: "PASSWORD=x", agoMs: 1 } });
    const replies: Reply[] = client.replies({ kind: "query-details", handle: H0 });
    return replies.map((reply) => reply.kind === "details" ? reply.details.fault?.text : "?");
  };
  assertEquals([fault("read"), fault("log")], [[undefined], ["PASSWORD=x"]]);
});

Deno.test("the power group shuts down, and that is told", () => {
  const { client, host, orders } = setUp("power");
  assertEquals(client.ask({ kind: "shutdown", type: "reboot" }), ["ack"]);
  assertEquals(host.orders.map(({ kind }) => kind), ["shutdown"]);
  assertEquals(client.ask(START), ["nak"]);
  assertEquals(orders, ["Order by user 7: shutdown reboot"]);
});

Deno.test("the control group orders, but names no program", () => {
  const { client, orders, host } = setUp("control");
  assertEquals(client.ask(START), ["preack", "started 0 form 5", "started 0 form 1", "already"]);
  assertEquals(client.ask({ kind: "reexec", program: "/tmp/mine" }), ["nak"]);
  assertEquals(why(client), [
    "Not allowed: this needs the right to name the program that takes the manager's place. " +
    "Root and the manager's user alone have it",
  ]);
  client.ask({ kind: "reexec", program: "-" });
  assertEquals(host.successors, [undefined]);
  assertEquals(orders, ['Order by user 7: start "web"', "Order by user 7: reexec"]);
});

Deno.test("a service that was given a connection does all but name a program", () => {
  const { client, orders } = setUp("passed");
  assertEquals(client.ask({ kind: "reexec", program: "/tmp/mine" }), ["nak"]);
  assertEquals(client.ask({ kind: "set-environment", text: "KEY=secret" }), ["ack"]);
  assertEquals(orders, ['Order by user 7: setenv "KEY"'], "values are not told");
});

Deno.test("a guest's handles keep nobody from an unload, and end with the service", () => {
  const { client, host, hub } = setUp("read");
  const owner = new SessionClient(host, hub);
  owner.ask({ kind: "find", name: "web" });
  assertEquals(owner.ask({ kind: "unload", handle: H0 }), ["ack"]);
  assertEquals(client.session.phase, "closed", "what it waits for will never come");
  const other = setUp("control");
  const second = new SessionClient(other.host, other.hub);
  second.ask({ kind: "find", name: "web" });
  assertEquals(other.client.ask({ kind: "reload", handle: H0 }), ["nak"], "an owner's do");
});

Deno.test("every kind of request is answered or refused once, whoever asks", () => {
  for (const role of ["read", "log", "power", "control"] as const) {
    for (const [request] of REQUEST_EXAMPLES) {
      // The unknown handles of the examples end the connection of one who may order.
      const { client } = setUp(role);
      const finals = client.replies(request).map(({ kind }) => kind).filter(isFinal);
      const isLater = request.kind === "reexec" || request.kind === "refresh";
      assert(finals.length === 1 || isLater, `${role}: ${JSON.stringify(request)}: ${finals}`);
    }
  }
});
