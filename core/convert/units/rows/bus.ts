/**
 * `Type=dbus`: a service has started when it has its name on the bus. The bus is asked for the
 * name's owner, which starts nothing and which everybody may ask.
 *
 * Sources: systemd.service(5), Type= and "Implicit Dependencies"; dbus-send(1); the D-Bus
 * specification, "org.freedesktop.DBus.GetNameOwner".
 */
import { type Effect, lost } from "../../rows.ts";
import { literalText, type UnitContext } from "./context.ts";

const SERVICE = "Service";

/** It comes with the bus itself: Debian's dbus-bin, of which package dbus depends. */
const ASK = [
  ...[
    "/usr/bin/dbus-send",
    "--print-reply",
    "--dest=org.freedesktop.DBus",
    "/org/freedesktop/DBus",
  ],
  "org.freedesktop.DBus.GetNameOwner",
];

/** Between two questions, seconds: each is a process, and most daemons have their name at once. */
const INTERVAL = 0.2;

/** What a name may be. Source: the D-Bus specification, "Bus names". */
const NAME = /^[A-Za-z_-][A-Za-z0-9_-]*(\.[A-Za-z_-][A-Za-z0-9_-]*)+$/;

export function readyByBusName(context: UnitContext): readonly Effect[] {
  const filled = literalText(context.last(SERVICE, "BusName") ?? "", context);
  if (filled.kind === "fault" || !NAME.test(filled.text)) {
    const why = filled.kind === "fault" ? filled.why : "BusName= gives no name";
    return [lost(`${why}: it counts as started when its program runs`, "some")];
  }
  if (context.type !== "process") {
    return [
      lost("it counts as started without its bus name: it has no process that stays", "some"),
    ];
  }
  const [bus, service] = context.scope === "user"
    ? ["--session", "dbus-session"] as const
    : ["--system", "dbus"] as const;
  const [program = "", ...words] = ASK;
  const command = [program, bus, ...words, `string:${filled.text}`];
  return [
    { kind: "comment", text: "A name that it gives back later does not stop it." },
    // The name is asked of the bus, so it has to be there; systemd adds the same.
    ...context.scope === "user" || context.service === service
      ? []
      : [{ kind: "add", key: "depends-on", values: [service] } as const],
    { kind: "put", table: "readiness", key: "command", value: command },
    { kind: "put", table: "readiness", key: "interval", value: INTERVAL },
  ];
}
