/** dinit-migrate(8), from its tables of orders and options. */
import {
  MIGRATE_OPTIONS,
  MIGRATE_ORDERS,
  type MigrateOrderName,
} from "../../ctl/migrate/options.ts";
import { definitions, literal, type ManualPage, paragraphs, prose, section } from "./mdoc.ts";
import { optionList, seeAlso } from "./page_parts.ts";

const ORDERS: Readonly<Record<MigrateOrderName, string>> = {
  plan:
    "Looks at what the machine's init has enabled (units with what targets want, aliases, masked ones, sockets, timers, mounts, generators of packages; init scripts; OpenRC's runlevels; boot.d of upstream's dinit), at /etc/fstab, /etc/crypttab, the network, sysctl, modules and tmpfiles, and tells for each what becomes of it, with a reason: a service of our set does it, it is converted, a person has to see to it, or nothing is lost without it. Writes nothing.",
  apply:
    "Writes the set of services, what was converted and the links of what is on to /etc/dinit.d, and nothing anywhere else. Again it changes only what has changed since: what was written is noted with its digest in /etc/dinit.d/.migrate.json, and a file that you edited, removed or had before is never touched.",
  test:
    "Has the next boot be with dinit, and only that one: by GRUB's entry for one boot, or where there is no GRUB that can, by a script in the place of /sbin/init. When dinitctl confirm-boot is not said in time, or nothing can be started, the machine restarts with its former init.",
  undo:
    "Removes what apply wrote and nobody edited, and gives the machine the init back that it had, in place of what test and confirm-boot changed. Where the package dinit-deno-init has /sbin/init, the other init takes its place until that package is replaced.",
};

export const DINIT_MIGRATE_PAGE: ManualPage = {
  name: "dinit-migrate",
  section: 8,
  summary: "move a machine from another init system, and back",
  body: [
    section(
      "SYNOPSIS",
      `.Nm dinit migrate\n.Op Ar options\n.Cm ${Object.keys(ORDERS).join(" | ")}\n`,
    ),
    section(
      "DESCRIPTION",
      prose(
        "`dinit migrate` takes over what systemd, OpenRC or upstream's dinit have enabled on a machine. It asks no running manager, so it works on the root of another machine, too.",
      ),
      definitions(
        Object.keys(MIGRATE_ORDERS).map((name) => ({
          term: `Cm ${name}`,
          text: ORDERS[name as MigrateOrderName],
        })),
      ),
      optionList(MIGRATE_OPTIONS),
    ),
    section(
      "FILES",
      definitions([
        { term: "Pa /etc/dinit.d/.migrate.json", text: "What apply wrote, by digest." },
        {
          term: "Pa /etc/dinit.d/boot-trial.toml",
          text: "The service that ends a boot which nobody has confirmed, while there is one.",
        },
        {
          term: "Pa /sbin/init.before-dinit",
          text:
            "What /sbin/init was, while something else stands there. dpkg is told (dpkg-divert).",
        },
        {
          term: "Pa /boot/grub/custom.cfg",
          text: "Gets the entry for one boot, between two lines that say so.",
        },
      ]),
    ),
    section(
      "EXIT STATUS",
      paragraphs(
        "0 when nothing is left to do by hand; 3 when something is (plan, apply), or when a file that was edited stays (apply, undo); 1 when it cannot be done; 2 for a fault in the words.",
      ),
    ),
    section(
      "EXAMPLES",
      literal(
        "dinit migrate plan\ndinit migrate apply\ndinit check\ndinit migrate test && reboot\n" +
          "dinit ctl confirm-boot",
      ),
      paragraphs("And back:"),
      literal("dinit migrate undo && reboot"),
    ),
    seeAlso(["dinit", 8], ["dinit-convert", 8], ["dinitctl", 8]),
  ].join(""),
};
