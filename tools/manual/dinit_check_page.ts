/** dinit-check(8), from its table of options. */
import { CHECK_OPTIONS } from "../../ctl/check/options.ts";
import { CLIENT_ENVIRONMENT, optionList, seeAlso } from "./page_parts.ts";
import { literal, type ManualPage, paragraphs, prose, section } from "./mdoc.ts";

export const DINIT_CHECK_PAGE: ManualPage = {
  name: "dinit-check",
  section: 8,
  summary: "check service descriptions for faults",
  body: [
    section("SYNOPSIS", ".Nm\n.Op Ar options\n.Op Ar service ...\n"),
    section(
      "DESCRIPTION",
      ".Nm\n" +
        prose(
          "reads the descriptions of the services named (of boot, if none is) and of all services that they name, and tells every fault with its file, line and column, and what to do about it. " +
            "`dinit check` is the same program.",
        ),
      ".Pp\n",
      paragraphs(
        "Beyond what keeps a service from loading it finds what will not work later: programs and directories that are not there, settings without effect on the type of service, cycles of dependencies. Nothing is started or changed.",
      ),
      paragraphs(
        "With `--security` nothing is complained of; each service with processes is graded by what they could do to the machine if somebody else steered them: from 0 (nothing is left open) to 10 (everything is), with the line that would gain most. Of a service that is named all such lines are told. The weights are near those of `systemd-analyze security`; they say which service to look at first, and nothing of the program itself.",
      ),
      optionList(CHECK_OPTIONS),
    ),
    section("ENVIRONMENT", CLIENT_ENVIRONMENT),
    section(
      "EXIT STATUS",
      paragraphs("0 when there is nothing to complain about, 1 otherwise."),
    ),
    section(
      "EXAMPLES",
      paragraphs("Check a directory of services before it is installed:"),
      literal("dinit-check -d ./dinit.d web database"),
    ),
    seeAlso(["dinit", 8], ["dinitctl", 8], ["dinit-service", 5]),
  ].join(""),
};
