/** Rules that only several settings together can break. */
import type { ServiceDescription, ServiceType } from "../contract/description.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import type { SettingsTree } from "../text/tree.ts";
import type { Reading } from "../settings/validate.ts";

/** Reports what is missing for the type of a service, and what the type does not allow. */
export function checkCombinations(
  { name, source }: Pick<ServiceDescription, "name" | "source">,
  reading: Reading,
  tree: SettingsTree,
  reporter: SettingReporter,
): void {
  const { given, values } = reading;
  if (source.format === "toml") checkForgottenType(reading, tree, reporter);
  // What a mistyped type needs cannot be told.
  if (given.has("type") && values.type === undefined) return;
  const type: ServiceType = values.type ?? "internal";
  const isSupervised = type === "process" || type === "bgprocess";
  const isMissing = (key: "command" | "pid-file") => isSettingMissing(key, reading, tree);
  if ((isSupervised || type === "scripted") && isMissing("command")) {
    reporter.fail("type", `A service of type "${type}" needs a command`, {
      hint: 'Add: command = ["PROGRAM", "ARGUMENT"]',
    });
  }
  if (type === "bgprocess" && isMissing("pid-file")) {
    reporter.fail("type", 'A service of type "bgprocess" needs a pid-file', {
      hint: "If the program can stay in the foreground, let it, and use type process",
    });
  }
  if (type === "bgprocess" && given.has("ready-notification")) {
    const message = "ready-notification is not possible on a bgprocess service";
    reporter.fail("ready-notification", message, {
      hint: "Its first process tells that it is ready by ending",
    });
  }
  const readiness = values["ready-notification"];
  const hasReadinessFault = given.has("ready-notification") && readiness === undefined;
  const awaitsSigns = type === "process" && (values["watchdog-timeout"] ?? 0) > 0;
  if (awaitsSigns && readiness?.kind !== "notify" && !hasReadinessFault) {
    reporter.fail("watchdog-timeout", "watchdog-timeout needs a way to get signs of life", {
      hint: 'Add: ready-notification = "notify:socket"',
    });
  }
  if (values["socket-activation"] === "on-demand") {
    const hasSocket = given.has("socket-listen") || given.has("socket");
    if (type !== "process") {
      const message =
        `socket-activation = "on-demand" is not possible on a service of type "${type}"`;
      reporter.fail("socket-activation", message, {
        hint: "Only services of type process can start on demand",
      });
    } else if (!hasSocket) {
      reporter.fail("socket-activation", "A service that starts on demand needs a socket", {
        hint: 'Add: socket-listen = "/run/…", or a table [[socket]]',
      });
    }
  }
  if (!isSupervised && given.has("consumer-of")) {
    const message = `consumer-of is not possible on a service of type "${type}"`;
    reporter.fail("consumer-of", message, {
      hint: "Only process and bgprocess services can read the output of others",
    });
  }
  if (values["consumer-of"] === name) {
    reporter.fail("consumer-of", "A service cannot be the consumer of its own output");
  }
  if (given.has("cgroup") && given.has("run-in-cgroup")) {
    const message = "A service cannot have a control group of its own and run in another";
    reporter.fail("run-in-cgroup", message, { hint: "Leave out run-in-cgroup or [cgroup]" });
  }
  const kills = values.options?.includes("kill-all-on-stop") === true;
  if (kills && (isSupervised || type === "triggered")) {
    reporter.fail("options", `kill-all-on-stop is not possible on a service of type "${type}"`, {
      hint: "Only scripted and internal services can have it",
    });
  }
}

/**
 * A command without a type would start nothing, and the start would succeed. Upstream's format has it so.
 */
function checkForgottenType(
  { given, values, hasUnknown }: Reading,
  tree: SettingsTree,
  reporter: SettingReporter,
): void {
  // A line that was reported may have been meant for the type.
  if (given.has("type") || hasUnknown || tree.hasLostLines) return;
  const key = (["command", "stop-command"] as const).find((each) => values[each] !== undefined);
  if (key === undefined) return;
  const type = given.has("pid-file") ? "bgprocess" : given.has("command") ? "process" : "scripted";
  const other = type === "process" ? ', or "scripted" for a command that ends' : "";
  reporter.fail(
    key,
    `The type is missing: without one the service is "internal" and runs no ${key}`,
    {
      hint: `Add: type = "${type}"${other}`,
    },
  );
}

/** Nothing usable was given, nor anything that was reported and may have been meant for it. */
function isSettingMissing(
  key: "command" | "pid-file",
  { given, values, hasUnknown }: Reading,
  tree: SettingsTree,
): boolean {
  if (!given.has(key)) return !tree.hasLostLines && !hasUnknown;
  const value = values[key];
  return value !== undefined && value.length === 0;
}
