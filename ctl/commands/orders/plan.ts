/** `plan`: what would come of orders, before they are given. */
import { goesWrong, PLANNED_VERBS, touchesOthers } from "../../../core/planned.ts";
import type { Request } from "../../../core/protocol/mod.ts";
import { nearestName } from "../../../core/description/mod.ts";
import { takesOrdersTogether } from "../../connection/extensions.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { ExitCode, Reporting } from "../../interface/report.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { namedServices } from "../lookup/named_services.ts";
import { wantedType } from "./shutdown.ts";

/** What can be asked about. */
export const ASKED_VERBS: readonly string[] = [...PLANNED_VERBS, "shutdown"];

export const plan: Command = function* (context) {
  const { session } = context;
  const orders = dividedOrders(context.operands);
  for (const [verb] of orders) checkVerb(verb);
  if (!(yield* takesOrdersTogether(session))) {
    throw new ClientError(
      "this manager cannot tell what would come of an order: only a manager of this program can.",
    );
  }
  let exit: ExitCode = 0;
  for (const [verb = "", ...words] of orders) {
    session.renewPatience();
    const { requests, exit: named } = yield* requestsOf({ ...context, operands: words }, verb);
    if (named !== 0) exit = 1;
    for (const request of requests) yield* sendOrder(context, request);
  }
  session.renewPatience();
  const { plan } = yield* session.expect({ kind: "plan" }, "plan");
  yield { kind: "plan", plan };
  if (exit !== 0 || goesWrong(plan)) return 1;
  return touchesOthers(plan) ? 3 : 0;
};

/** The words of each order: a comma, alone or at the end of a word, stands between two. */
function dividedOrders(words: readonly string[]): readonly (readonly string[])[] {
  const orders: string[][] = [[]];
  for (const word of words) {
    const isLast = word.endsWith(",");
    const rest = isLast ? word.slice(0, -1) : word;
    if (rest !== "") orders.at(-1)?.push(rest);
    if (isLast) orders.push([]);
  }
  return orders;
}

function checkVerb(verb: string | undefined): void {
  if (verb === undefined) throw new ClientError("an order is missing before or after a comma.");
  if (ASKED_VERBS.includes(verb)) return;
  const near = nearestName(verb, ASKED_VERBS);
  throw new ClientError(
    `'${verb}' is no order that can be asked about: those are ${ASKED_VERBS.join(", ")}.`,
    ...near === undefined ? [] : [`did you mean '${near}'?`],
  );
}

function* requestsOf(
  context: CommandContext,
  word: string,
): Reporting<{ readonly requests: readonly Request[]; readonly exit: ExitCode }> {
  const verb = PLANNED_VERBS.find((each) => each === word);
  if (verb === undefined) {
    return { requests: [{ kind: "plan-shutdown", type: wantedType(context) }], exit: 0 };
  }
  if (context.operands.length === 0) {
    if (verb === "reload") return { requests: [{ kind: "plan-reload" }], exit: 0 };
    throw new ClientError(`'${verb}' wants the name of a service.`);
  }
  const { pin, force } = context.options;
  const { names, exit } = yield* namedServices(context);
  const requests = [...names].map((
    name,
  ) => ({ kind: "plan-order", verb, name, pin, force } as const));
  return { requests, exit };
}

function* sendOrder({ session }: CommandContext, request: Request): Reporting<void> {
  const { kind } = yield* session.expect(request, "ack", "nak");
  if (kind === "nak") {
    const causes = yield* session.causes();
    throw new ClientError(...causes.length === 0 ? ["the manager takes no such order."] : causes);
  }
}
