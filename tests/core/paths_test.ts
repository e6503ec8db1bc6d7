import {
  defaultServiceDirectories,
  defaultSocketPath,
  type Surroundings,
} from "../../core/paths.ts";
import { assertEquals } from "../assert.ts";

function surroundings(
  isSystem: boolean,
  variables: Record<string, string>,
  home?: string,
): Surroundings {
  return { isSystem, os: "linux", env: (name) => variables[name], homeFromDatabase: () => home };
}

Deno.test("defaultSocketPath() of the system instance is fixed", () => {
  assertEquals(
    defaultSocketPath(surroundings(true, { XDG_RUNTIME_DIR: "/run/user/0" })),
    "/run/dinitctl",
  );
});

Deno.test("defaultSocketPath() of a user prefers the runtime directory", () => {
  assertEquals(
    defaultSocketPath(surroundings(false, { XDG_RUNTIME_DIR: "/run/user/7", HOME: "/h" })),
    "/run/user/7/dinitctl",
  );
  assertEquals(defaultSocketPath(surroundings(false, { HOME: "/h" })), "/h/.dinitctl");
  assertEquals(defaultSocketPath(surroundings(false, {}, "/home/u")), "/home/u/.dinitctl");
  assertEquals(defaultSocketPath(surroundings(false, {})), undefined);
});

Deno.test("paths of a user take an empty variable for one that is not set", () => {
  const empty = { XDG_RUNTIME_DIR: "", XDG_CONFIG_HOME: "", HOME: "" };
  assertEquals(
    defaultSocketPath(surroundings(false, { ...empty, HOME: "/h" })),
    "/h/.dinitctl",
  );
  assertEquals(defaultSocketPath(surroundings(false, empty, "/home/u")), "/home/u/.dinitctl");
  assertEquals(defaultSocketPath(surroundings(false, empty)), undefined);
  assertEquals(defaultSocketPath(surroundings(false, empty, "")), undefined);
  assertEquals(
    defaultServiceDirectories(surroundings(false, empty, "/home/u"))[0],
    "/home/u/.config/dinit.d",
  );
  assertEquals(defaultServiceDirectories(surroundings(false, empty))[0], "/etc/dinit.d");
});

Deno.test("defaultServiceDirectories() of a user names the home directory once", () => {
  assertEquals(
    defaultServiceDirectories(surroundings(false, { XDG_CONFIG_HOME: "/h/.config/", HOME: "/h" }))
      .slice(0, 2),
    ["/h/.config/dinit.d", "/etc/dinit.d/user"],
  );
  assertEquals(
    defaultServiceDirectories(surroundings(false, { XDG_CONFIG_HOME: "/c", HOME: "/h" })).slice(
      0,
      2,
    ),
    ["/c/dinit.d", "/h/.config/dinit.d"],
  );
});

Deno.test("defaultServiceDirectories() without a home is the system's list", () => {
  assertEquals(defaultServiceDirectories(surroundings(false, {}))[0], "/etc/dinit.d");
});

Deno.test("a home that is the root gives paths with one slash", () => {
  const around = surroundings(false, { HOME: "/" });
  assertEquals(defaultSocketPath(around), "/.dinitctl");
  assertEquals(defaultServiceDirectories(around)[0], "/.config/dinit.d");
});

Deno.test("defaultServiceDirectories() of a container's user ends with the system's", () => {
  const around = { ...surroundings(false, { HOME: "/" }), isContainer: true };
  const system = defaultServiceDirectories(surroundings(true, {}));
  assertEquals(defaultServiceDirectories(around).slice(-system.length), system);
  assertEquals(defaultServiceDirectories({ ...around, isSystem: true }), system);
});
