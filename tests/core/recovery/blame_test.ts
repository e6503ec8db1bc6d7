import { judgeCrash, setAsideText, withoutBlame } from "../../../core/recovery/blame.ts";
import { serviceId } from "../../../core/types.ts";
import { assertEquals } from "../../assert.ts";

const WEB = { service: serviceId(1), what: "exited" };
const DB = { service: serviceId(2), what: "exited" };

Deno.test("judgeCrash() blames nobody for a crash at nothing of a service", () => {
  const kept = [{ ...WEB, crashes: 1 }];
  assertEquals(judgeCrash(kept, undefined), { blames: kept, setAside: undefined });
});

Deno.test("judgeCrash() sets a service aside at the second crash at the same", () => {
  const first = judgeCrash([], WEB);
  assertEquals(first, { blames: [{ ...WEB, crashes: 1 }], setAside: undefined });
  const other = judgeCrash(first.blames, DB);
  assertEquals(other.setAside, undefined);
  const second = judgeCrash(other.blames, WEB);
  assertEquals(second, { blames: [{ ...DB, crashes: 1 }], setAside: { ...WEB, crashes: 2 } });
});

Deno.test("judgeCrash() takes another event of the service for another cause", () => {
  const { blames } = judgeCrash([], WEB);
  assertEquals(judgeCrash(blames, { ...WEB, what: "ready" }).setAside, undefined);
});

Deno.test("judgeCrash() forgets the oldest of very many", () => {
  let blames = judgeCrash([], WEB).blames;
  for (let number = 2; number < 70; number++) {
    blames = judgeCrash(blames, { service: serviceId(number), what: "exited" }).blames;
  }
  assertEquals(blames.length, 64);
  assertEquals(judgeCrash(blames, WEB).setAside, undefined);
});

Deno.test("withoutBlame() takes back what was handled after all", () => {
  assertEquals(withoutBlame([{ ...WEB, crashes: 1 }, { ...DB, crashes: 1 }], WEB), [
    { ...DB, crashes: 1 },
  ]);
});

Deno.test("setAsideText() says what happened and what to do", () => {
  assertEquals(
    setAsideText({ ...WEB, crashes: 2 }, "web"),
    'Set aside: the manager crashed 2 times while it handled "exited" of it. ' +
      '"dinitctl unpin web" releases it',
  );
});
