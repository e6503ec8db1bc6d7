/** Which folders are made and removed for services, without any. */
import type { ServiceFolder } from "../../../core/description/contract/description.ts";
import { instant } from "../../../core/types.ts";
import { type FolderPlaces, ServiceFolders } from "../../../daemon/launch/service_folders.ts";
import type { Failure, MadeFolder } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";

const PLACES: FolderPlaces = {
  runtime: "/run",
  state: "/var/lib",
  cache: "/var/cache",
  log: "/var/log",
  configuration: undefined,
};

function scene(failures: readonly (Failure | undefined)[] = [], steps = 0) {
  const done: string[] = [];
  const left = [...failures];
  const clock = { ms: 0 };
  const folders = new ServiceFolders({
    places: PLACES,
    warn: (text) => void done.push(`warn ${text}`),
    platform: {
      now: () => instant(clock.ms++),
      makeDirectory: (path) => {
        done.push(`mkdir ${path}`);
        return undefined;
      },
      makeServiceFolder: ({ base, path, mode, uid, gid }: MadeFolder) => {
        done.push(`make ${base} ${path} ${mode.toString(8)} ${uid} ${gid}`);
        return left.shift();
      },
      *removeServiceFolder({ base, path, uid }) {
        done.push(`remove ${base} ${path} ${uid}`);
        for (let step = 0; step < steps; step++) yield;
        done.push("removed");
        return left.shift();
      },
    },
  });
  return { folders, done };
}

function folder(kind: ServiceFolder["kind"], path: string, keep = false): ServiceFolder {
  return { kind, path, mode: 0o750, keep };
}

function service(...folders: readonly ServiceFolder[]) {
  const { attributes } = buildDescription("web");
  const runAs = { kind: "named", user: "www", uid: 33, gid: 34, groups: [] } as const;
  return buildDescription("web", {
    type: "process",
    folders,
    attributes: { ...attributes, runAs },
  });
}

const FAILURE: Failure = { kind: "failure", call: "mkdir", errno: 30, message: "read-only" };
const MISSING: Failure = { ...FAILURE, errno: 2 };

Deno.test("ServiceFolders makes folders with the service's user and names them to it", () => {
  const { folders, done } = scene();
  const web = service(folder("runtime", "a"), folder("runtime", "b/c"), folder("state", "a"));
  assertEquals(folders.prepare(web), undefined);
  assertEquals(done, [
    "make /run a 750 33 34",
    "make /run b/c 750 33 34",
    "make /var/lib a 750 33 34",
  ]);
  assertEquals(folders.variables(web), [
    "RUNTIME_DIRECTORY=/run/a:/run/b/c",
    "STATE_DIRECTORY=/var/lib/a",
  ]);
});

Deno.test("ServiceFolders makes a place that is missing, for its user alone", () => {
  const { folders, done } = scene([MISSING, undefined]);
  assertEquals(folders.prepare(service(folder("state", "a"))), undefined);
  assertEquals(done, [
    "make /var/lib a 750 33 34",
    "mkdir /var",
    "mkdir /var/lib",
    "make /var/lib a 750 33 34",
  ]);
});

Deno.test("ServiceFolders says which folder cannot be made, and why", () => {
  const { folders, done } = scene([FAILURE]);
  const why = 'Cannot make the cache directory "/var/cache/a": read-only';
  const failed = folders.prepare(service(folder("cache", "a")));
  assertEquals([failed?.errno, failed?.why], [30, why]);
  assertEquals(done.at(-1), `warn web: ${why}`);
  assertEquals(
    folders.prepare(service(folder("configuration", "a")))?.why,
    'Cannot make the configuration directory "a": this manager knows no place for it',
  );
});

Deno.test("ServiceFolders removes what is not kept when the service has stopped", () => {
  const { folders, done } = scene([], 3);
  folders.serviceStopped(
    service(folder("runtime", "a"), folder("state", "b", true), folder("configuration", "c")),
  );
  assertEquals([done, folders.next()], [["remove /run a 33", "removed"], undefined]);
});

Deno.test("ServiceFolders removes much in turns with other work, and tells what is left", () => {
  const { folders, done } = scene([FAILURE], 205);
  folders.serviceStopped(service(folder("runtime", "a")));
  assertEquals([done, folders.next()], [["remove /run a 33"], instant(0)]);
  let turns = 0;
  for (; folders.next() !== undefined; turns++) folders.runDue();
  assertEquals([turns > 1, done.slice(1)], [true, [
    "removed",
    'warn web: Cannot remove "/run/a": read-only',
  ]]);
});

Deno.test("ServiceFolders removes the rest at once when nothing of any service is left", () => {
  const { folders, done } = scene([], 1000);
  folders.serviceStopped(service(folder("runtime", "a")));
  folders.finish();
  assertEquals([done.at(-1), folders.next()], ["removed", undefined]);
});
