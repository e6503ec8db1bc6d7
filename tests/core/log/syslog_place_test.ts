import { parseSyslogPlace } from "../../../core/log/syslog_place.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("parseSyslogPlace() knows paths, addresses and names", () => {
  assertEquals(parseSyslogPlace("/run/log"), { kind: "path", path: "/run/log" });
  assertEquals(parseSyslogPlace("@log"), { kind: "path", path: "@log" });
  const udp = (host: readonly number[] | string, port: number) =>
    ({ kind: "udp", host, port }) as const;
  assertEquals(parseSyslogPlace("udp:10.0.0.1:5140"), udp([10, 0, 0, 1], 5140));
  assertEquals(parseSyslogPlace("udp:10.0.0.1"), udp([10, 0, 0, 1], 514));
  assertEquals(parseSyslogPlace("udp:[::1]"), udp([...Array<number>(15).fill(0), 1], 514));
  assertEquals(parseSyslogPlace("udp:loghost:1"), udp("loghost", 1));
});

Deno.test("parseSyslogPlace() says what is allowed of what it does not know", () => {
  const bad = ["udp:", "udp::514", "udp:a:0", "udp:a:65536", "udp:1.2.3", "udp:::1", "udp:[x]:1"];
  for (const text of bad) assert(typeof parseSyslogPlace(text) === "string", text);
});
