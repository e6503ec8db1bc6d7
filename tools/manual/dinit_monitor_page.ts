/** dinit-monitor(8), from its table of options. */
import { MONITOR_OPTIONS } from "../../ctl/monitor/options.ts";
import { CLIENT_ENVIRONMENT, optionList, seeAlso } from "./page_parts.ts";
import { literal, type ManualPage, paragraphs, prose, section } from "./mdoc.ts";

export const DINIT_MONITOR_PAGE: ManualPage = {
  name: "dinit-monitor",
  section: 8,
  summary: "run a command when services start, stop or fail",
  body: [
    section(
      "SYNOPSIS",
      ".Nm\n.Op Ar options\n.Fl c Ar command\n.Ar service ...\n",
      ".Nm\n.Op Ar options\n.Fl c Ar command\n.Fl E\n.Op Ar variable ...\n",
    ),
    section(
      "DESCRIPTION",
      ".Nm\n" +
        prose(
          "runs a command each time one of the services named has started, stopped or failed to start, and waits for it before it looks at the next event. " +
            "With -E it does so for changes of variables in the manager's environment. " +
            "`dinit monitor` is the same program.",
        ),
      ".Pp\n",
      paragraphs(
        "The command is divided at white space; text in double quotes stays together and loses its quotes; no shell is involved. In its words `%n` stands for the name of the service or variable, `%s` for what happened to it, `%v` for the value of the variable, and `%%` for a percent sign.",
        "A failed start that had begun is reported as failed and then as stopped. Starts and stops that were cancelled are not reported. While a service is watched it cannot be reloaded or unloaded by others.",
      ),
      optionList(MONITOR_OPTIONS),
    ),
    section("ENVIRONMENT", CLIENT_ENVIRONMENT),
    section(
      "EXIT STATUS",
      paragraphs(
        "0 after the first command with --exit; 1 for faults, for --help, and when the manager ends. A command that fails is reported and does not end the program.",
      ),
    ),
    section(
      "EXAMPLES",
      paragraphs("Tell the desktop about the state of a service:"),
      literal(`dinit-monitor -i -c 'notify-send "%n" "has %s"' nginx`),
    ),
    seeAlso(["dinit", 8], ["dinitctl", 8]),
  ].join(""),
};
