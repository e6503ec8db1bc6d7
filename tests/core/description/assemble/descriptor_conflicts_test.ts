import { assertEquals } from "../../../assert.ts";
import { describe, hints, load, problems, problemsOf } from "../descriptions.ts";

const RUN = 'type = "process"\ncommand = "/x"\n';
const SOCKETS = '[[socket]]\nlisten = "/a"\n[[socket]]\nlisten = "80"\n';

Deno.test("a readiness pipe cannot have the number of a passed socket", () => {
  assertEquals(problems(`${RUN}socket-listen = "/s"\nready-notification = "pipefd:3"`), [
    "4:22: error: Cannot use descriptor 3 for readiness: 3 is the socket that the process is passed",
  ]);
  const all = `${RUN}ready-notification = "pipefd:5"\nsocket-listen = "/s"\n${SOCKETS}`;
  assertEquals(problems(all), [
    "3:22: error: Cannot use descriptor 5 for readiness: 3 to 5 are the sockets that the process is passed",
  ]);
  assertEquals(hints(all), [
    'Write "pipefd:6", or "pipevar:NAME", which takes a number that is free',
  ]);
  assertEquals(
    problems(`${RUN}ready-notification = "pipefd:6"\nsocket-listen = "/s"\n${SOCKETS}`),
    [],
  );
  assertEquals(problems(`${RUN}ready-notification = "pipefd:3"`), []);
});

Deno.test("the same holds in upstream's format", () => {
  const text = "type = process\ncommand = /x\nsocket-listen = /s\nready-notification = pipefd:3\n";
  assertEquals(problemsOf(load("s", { "/d/s": text })), [
    "4:22: error: Cannot use descriptor 3 for readiness: 3 is the socket that the process is passed",
  ]);
  const name = "type = process\ncommand = /x\nready-notification = pipevar:A=B\n";
  assertEquals(problemsOf(load("s", { "/d/s": name })), [
    '3:22: error: Cannot read ready-notification = "pipevar:A=B": the name of a variable cannot hold =',
  ]);
});

Deno.test("a readiness pipe cannot be where a consumer reads, or where the console is", () => {
  const producer = { "/d/p.toml": `${RUN}log-type = "pipe"` };
  const text = `${RUN}consumer-of = "p"\nready-notification = "pipefd:0"`;
  assertEquals(problems(text, { others: producer }), [
    '4:22: error: Cannot use descriptor 0 for readiness: it is the output of "p", by consumer-of',
  ]);
  for (const option of ["runs-on-console", "starts-on-console", "shares-console"]) {
    assertEquals(problems(`${RUN}options = ["${option}"]\nready-notification = "pipefd:0"`), [
      "4:22: error: Cannot use descriptor 0 for readiness: it is the console",
    ]);
  }
  for (const number of [0, 1, 2]) {
    describe(`${RUN}ready-notification = "pipefd:${number}"`);
  }
});

Deno.test("a readiness variable cannot be one that the manager sets for something else", () => {
  const listens = `${RUN}socket-listen = "/s"\n`;
  for (const name of ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"]) {
    assertEquals(problems(`${listens}ready-notification = "pipevar:${name}"`), [
      `4:22: error: Cannot use the variable ${name} for readiness: the manager sets it already`,
    ]);
    describe(`${RUN}ready-notification = "pipevar:${name}"`);
  }
  assertEquals(
    problems(`${RUN}options = ["pass-cs-fd"]\nready-notification = "pipevar:DINIT_CS_FD"`),
    [
      "4:22: error: Cannot use the variable DINIT_CS_FD for readiness: the manager sets it already",
    ],
  );
});
