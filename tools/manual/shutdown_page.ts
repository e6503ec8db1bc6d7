/** shutdown(8) and its other names, from their table of options. */
import { SHUTDOWN_OPTIONS } from "../../ctl/shutdown/options.ts";
import { CLIENT_KIND, optionList, seeAlso } from "./page_parts.ts";
import { definitions, type ManualPage, paragraphs, prose, section } from "./mdoc.ts";

export const SHUTDOWN_PAGE: ManualPage = {
  name: "shutdown",
  section: 8,
  otherNames: ["halt", "poweroff", "reboot", "soft-reboot"],
  summary: "bring the machine down, or up again",
  body: [
    section(
      "SYNOPSIS",
      ".Nm shutdown\n.Op Ar options\n",
      ...["halt", "poweroff", "reboot", "soft-reboot"].map((name) =>
        `.Nm ${name}\n.Op Ar options\n`
      ),
    ),
    section(
      "DESCRIPTION",
      prose(
        "These names ask the system manager to stop all services in order and then to end the run of the machine. " +
          "Without an option reboot reboots, soft-reboot starts the manager anew, and all others power off. " +
          "The last type named counts. " +
          "There is no time to wait for and no message to users: a bare word such as `now` prints help.",
      ),
      optionList(SHUTDOWN_OPTIONS),
      paragraphs(
        "With --system the manager is not asked. All processes get SIGTERM and a second later SIGKILL; the hook is run; unless it succeeds, swap areas are turned off and file systems are unmounted or made read-only; then the machine goes down. The manager itself does this when its services have stopped.",
      ),
    ),
    section("ENVIRONMENT", CLIENT_KIND),
    section(
      "FILES",
      definitions([
        {
          term: "Pa /etc/dinit/shutdown-hook , Pa /lib/dinit/shutdown-hook",
          text:
            "The first of these that can be executed is run before file systems are unmounted, with poweroff, halt, reboot or soft as its argument. Exit status 0 means that file systems and swap are dealt with.",
        },
        { term: "Pa /run/dinitctl", text: "Control socket of the system manager." },
      ]),
    ),
    section(
      "EXIT STATUS",
      paragraphs(
        "1 when the manager could not be asked or refused, and for --help. Otherwise the program waits until it is ended with everything else.",
      ),
    ),
    seeAlso(["dinit", 8], ["dinitctl", 8]),
  ].join(""),
};
