import {
  defaultServiceDirectories,
  defaultSocketPath,
  type Instance,
  servicePlaces,
} from "../../core/paths.ts";
import { assertEquals } from "../assert.ts";

function instanceOf(
  isSystem: boolean,
  variables: Record<string, string>,
  home?: string,
): Instance {
  return { isSystem, os: "linux", env: (name) => variables[name], homeFromDatabase: () => home };
}

Deno.test("defaultSocketPath() of the system instance is fixed", () => {
  assertEquals(
    defaultSocketPath(instanceOf(true, { XDG_RUNTIME_DIR: "/run/user/0" })),
    "/run/dinitctl",
  );
});

Deno.test("defaultSocketPath() of a user prefers the runtime directory", () => {
  assertEquals(
    defaultSocketPath(instanceOf(false, { XDG_RUNTIME_DIR: "/run/user/7", HOME: "/h" })),
    "/run/user/7/dinitctl",
  );
  assertEquals(defaultSocketPath(instanceOf(false, { HOME: "/h" })), "/h/.dinitctl");
  assertEquals(defaultSocketPath(instanceOf(false, {}, "/home/u")), "/home/u/.dinitctl");
  assertEquals(defaultSocketPath(instanceOf(false, {})), undefined);
});

Deno.test("paths of a user take an empty variable for one that is not set", () => {
  const empty = { XDG_RUNTIME_DIR: "", XDG_CONFIG_HOME: "", HOME: "" };
  assertEquals(
    defaultSocketPath(instanceOf(false, { ...empty, HOME: "/h" })),
    "/h/.dinitctl",
  );
  assertEquals(defaultSocketPath(instanceOf(false, empty, "/home/u")), "/home/u/.dinitctl");
  assertEquals(defaultSocketPath(instanceOf(false, empty)), undefined);
  assertEquals(defaultSocketPath(instanceOf(false, empty, "")), undefined);
  assertEquals(
    defaultServiceDirectories(instanceOf(false, empty, "/home/u"))[0],
    "/home/u/.config/dinit.d",
  );
  assertEquals(defaultServiceDirectories(instanceOf(false, empty))[0], "/etc/dinit.d");
});

Deno.test("defaultServiceDirectories() of a user names the home directory once", () => {
  assertEquals(
    defaultServiceDirectories(instanceOf(false, { XDG_CONFIG_HOME: "/h/.config/", HOME: "/h" }))
      .slice(0, 2),
    ["/h/.config/dinit.d", "/etc/dinit.d/user"],
  );
  assertEquals(
    defaultServiceDirectories(instanceOf(false, { XDG_CONFIG_HOME: "/c", HOME: "/h" })).slice(
      0,
      2,
    ),
    ["/c/dinit.d", "/h/.config/dinit.d"],
  );
});

Deno.test("defaultServiceDirectories() without a home is the system's list", () => {
  assertEquals(defaultServiceDirectories(instanceOf(false, {}))[0], "/etc/dinit.d");
});

Deno.test("a home that is the root gives paths with one slash", () => {
  const instance = instanceOf(false, { HOME: "/" });
  assertEquals(defaultSocketPath(instance), "/.dinitctl");
  assertEquals(defaultServiceDirectories(instance)[0], "/.config/dinit.d");
});

Deno.test("defaultServiceDirectories() of a container's user ends with the system's", () => {
  const instance = { ...instanceOf(false, { HOME: "/" }), isContainer: true };
  const system = defaultServiceDirectories(instanceOf(true, {}));
  assertEquals(defaultServiceDirectories(instance).slice(-system.length), system);
  assertEquals(defaultServiceDirectories({ ...instance, isSystem: true }), system);
});

Deno.test("servicePlaces() of a system are those of its hierarchy", () => {
  const places = servicePlaces(instanceOf(true, { XDG_STATE_HOME: "/x", HOME: "/root" }));
  assertEquals(Object.values(places), ["/run", "/var/lib", "/var/cache", "/var/log", "/etc"]);
  const freebsd = servicePlaces({ ...instanceOf(true, {}), os: "freebsd" });
  assertEquals(Object.values(freebsd), [
    "/var/run",
    "/var/db",
    "/var/cache",
    "/var/log",
    "/usr/local/etc",
  ]);
});

Deno.test("servicePlaces() of a user are where variables say, or in the home", () => {
  assertEquals(Object.values(servicePlaces(instanceOf(false, { XDG_RUNTIME_DIR: "/r" }, "/h"))), [
    "/r",
    "/h/.local/state",
    "/h/.cache",
    "/h/.local/state/log",
    "/h/.config",
  ]);
  const { runtime, log } = servicePlaces(instanceOf(false, { XDG_STATE_HOME: "/s" }));
  assertEquals([runtime, log], [undefined, "/s/log"]);
});
