import { handle } from "../../../../core/protocol/mod.ts";
import { assertEquals } from "../../../assert.ts";
import type { Turn } from "../../fake_io.ts";
import { converse } from "../../session_runner.ts";
import { greeting, record, startedStatus, turn } from "../../turns.ts";

const MASK = "/etc/dinit.d/web.toml.d/masked";
const DIRECTORIES = {
  "/etc/dinit.d": ["web.toml.d"],
  "/etc/dinit.d/web.toml.d": ["masked"],
};

const WHERE = turn({ kind: "query-load-mechanism" }, {
  ...{ kind: "load-mechanism", mechanism: 1, workingDirectory: "/" } as const,
  directories: ["/etc/dinit.d", "/usr/lib/dinit.d"],
});

function listing(...names: readonly string[]): Turn {
  const status = startedStatus();
  const entries = names.map((name) => ({ kind: "service-info", name, form: 5, status }) as const);
  return turn({ kind: "list-5" }, ...entries, { kind: "list-done" });
}

const RELOAD: readonly Turn[] = [
  turn({ kind: "find", name: "web" }, record(0, "started")),
  turn({ kind: "reload", handle: handle(0) }, { kind: "ack" }),
];

Deno.test("mask makes a file in the first directory, and reloads what is loaded", () => {
  const result = converse(["-s", "mask", "web"], [
    ...[greeting(5), WHERE, listing("boot", "web"), ...RELOAD],
  ], { directories: { "/etc/dinit.d": [] } });
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(result.io.fileChanges, ["folder /etc/dinit.d/web.toml.d", `make ${MASK}: `]);
  assertEquals(
    result.output,
    "Service 'web' has been masked.\nService 'web' reloaded.\n",
  );
  assertEquals(
    result.errors,
    "dinitctl: 'web' is up and stays so; 'dinitctl stop web' stops it for good.\n",
  );
});

Deno.test("mask says by what a service is masked already", () => {
  const result = converse(["-s", "mask", "web"], [greeting(5), WHERE], {
    directories: DIRECTORIES,
    texts: { [MASK]: "" },
  });
  assertEquals([result.faults, result.exit, result.io.fileChanges], [[], 1, []]);
  assertEquals(
    result.errors,
    `dinitctl: cannot mask service 'web': ${MASK} masks it already.\n`,
  );
});

Deno.test("unmask takes the file away, and the folder if nothing else is in it", () => {
  const result = converse(["-s", "unmask", "web"], [greeting(5), WHERE, listing("boot")], {
    directories: DIRECTORIES,
    texts: { [MASK]: "" },
  });
  assertEquals([result.faults, result.exit], [[], 0]);
  assertEquals(result.io.fileChanges, [`remove ${MASK}`, "no folder /etc/dinit.d/web.toml.d"]);
});

Deno.test("mask and unmask work without a manager", () => {
  const options = { directories: DIRECTORIES, texts: { [MASK]: "" } };
  const words = ["-o", "-d", "/etc/dinit.d"];
  const unmasked = converse([...words, "unmask", "web"], [], options);
  assertEquals([unmasked.exit, unmasked.io.fileChanges[0]], [0, `remove ${MASK}`]);
  const masked = converse([...words, "mask", "db"], [], options);
  assertEquals(masked.io.fileChanges.at(-1), "make /etc/dinit.d/db.toml.d/masked: ");
  const none = converse([...words, "unmask", "db"], [], options);
  assertEquals(
    [none.exit, none.errors],
    [1, "dinitctl: cannot unmask service 'db': it is not masked.\n"],
  );
  const faulty = converse([...words, "mask", "a b"], [], options);
  assertEquals([faulty.exit, faulty.io.fileChanges], [1, []]);
});

Deno.test("is-enabled says that a service is masked, with status 1", () => {
  const result = converse(["-s", "is-enabled", "web"], [
    greeting(5),
    WHERE,
    turn({ kind: "list-environment" }, { kind: "environment", entries: [] }),
  ], { directories: DIRECTORIES, texts: { [MASK]: "" } });
  assertEquals([result.faults, result.exit, result.output], [[], 1, "masked\n"]);
});
