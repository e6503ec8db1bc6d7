/** dinitctl(8), from the tables of verbs and options. */
import { EXIT_STATUSES } from "../../ctl/words/exit_statuses.ts";
import { optionsOf } from "../../ctl/words/help.ts";
import { CTL_OPTIONS } from "../../ctl/words/options.ts";
import { PATTERN_RULE, VERB_GROUPS, type VerbRow, VERBS } from "../../ctl/words/verbs.ts";
import type { VerbGroup } from "../../ctl/words/verbs/row.ts";
import {
  CLIENT_ENVIRONMENT,
  CLIENT_KIND,
  optionList,
  seeAlso,
  sentence,
  SOCKET_FILES,
} from "./page_parts.ts";
import {
  definitions,
  escapeText,
  literal,
  type ManualPage,
  paragraphs,
  prose,
  section,
  subsection,
} from "./mdoc.ts";

export const DINITCTL_PAGE: ManualPage = {
  name: "dinitctl",
  section: 8,
  summary: "control services of a running dinit",
  body: [
    section("SYNOPSIS", ".Nm\n.Op Ar options\n.Ar command\n.Op Ar arguments\n"),
    section(
      "DESCRIPTION",
      ".Nm\n" +
        prose(
          "sends one command to a running manager, waits for what comes of it, and tells it. " +
            "`dinit ctl` is the same program.",
        ),
      ".Pp\n",
      paragraphs(
        "Options are whole words: there is no --name=value, and short options cannot be put together. Those listed here may stand anywhere; those listed with a command only after it.",
      ),
      optionList(CTL_OPTIONS.filter((row) => row.verbs === undefined)),
    ),
    section(
      "COMMANDS",
      prose(PATTERN_RULE),
      ...(Object.keys(VERB_GROUPS) as VerbGroup[]).map(group),
    ),
    section(
      "OUTPUT FOR PROGRAMS",
      paragraphs(
        "Where the output is no terminal, list and status print the same lines as upstream's dinitctl, without colours. With --json, list and status print an array of objects with these members, also for one service or none:",
      ),
      definitions([
        {
          term: "name , loaded",
          text: "Its name; whether it is loaded. Without being loaded it has no other member.",
        },
        {
          term: "description",
          text: "What its description says that it is, or null.",
        },
        { term: "state", text: "One of stopped, starting, started, stopping." },
        { term: "target", text: "Where it is going: stopped or started." },
        { term: "failed", text: "Whether it is stopped for another reason than an ordinary stop." },
        { term: "activation", text: "Why it is to be up: explicit, dependent, or null." },
        { term: "startSkipped", text: "Whether its start was skipped." },
        { term: "console", text: "Its use of the console: held, waited-for, or null." },
        { term: "pid", text: "Number of its process, or null." },
        {
          term: "stopReason",
          text:
            "Why it stopped last: normal, dependency-restarted, dependency-failed, failed, exec-failed, timed-out, terminated.",
        },
        {
          term: "exit",
          text:
            "How its process ended: an object with status, or with signal and dumpedCore; or null.",
        },
        {
          term: "launchFailure",
          text: "What could not be launched: stage, stageText and errno; or null.",
        },
        {
          term: "file , modifiedSinceLoaded , output",
          text:
            "For status: path of its description, whether that is newer than what was loaded, and its last lines of output, each null if not known.",
        },
        {
          term: "aliases , documentation",
          text:
            "For status: arrays of its other names, and of where to read about it; null is not known.",
        },
        {
          term:
            "statusText , since , restarts , restartLimitReached , lastEnd , pinnedStarted , pinnedStopped , unmetCondition , failedDependency , fault",
          text:
            "For status of a manager of this program's kind: what it says of itself; since when it has been in its state; automatic restarts since it was last started otherwise; whether the limit kept it from another; time and status or signal of the last end of its process; its pins; the condition for which its start was skipped; the dependency that made it fail; text and time of the last fault that the log has of it, or of that dependency. Times are as in 2026-11-30T10:12:01.000Z; null is not known.",
        },
        {
          term: "health",
          text:
            "For status, of a service that is asked (readiness, liveness): purpose, what it is asked for at present; state, unknown, healthy or unhealthy; since, when that was found, or null; why, what was wrong with the last answer, or null. Otherwise null.",
        },
        {
          term: "nextTry , startedForFailureOf",
          text:
            "For status: when its process is launched again, while a restart delay passes; and the service because of whose failure it is started (on-failure). Null where there is none.",
        },
        {
          term: "timer",
          text:
            "For status, of a service with a timer: times as a text, next and last (begin of its next and last run, or null); otherwise null.",
        },
      ]),
    ),
    section(
      "TIMERS FOR PROGRAMS",
      paragraphs(
        "With --json, timers prints an array of objects with these members: name, state; times, next and last as in timer above; running, whether a run is under way; lastEnd, time and status or signal of the last end of its process, or null.",
      ),
    ),
    section(
      "PLANS FOR PROGRAMS",
      paragraphs("With --json, plan prints one object with these members:"),
      definitions([
        {
          term: "orders",
          text:
            "For each order: its words (order), its answer (accepted, already, refused), and an array of faults.",
        },
        {
          term: "steps",
          text:
            "Starts and stops in the order in which they begin: service, action (start or stop), begins and ends in seconds after the orders (ends is null if it does not end), usualDuration in seconds or null, result (done, failed, cancelled, unfinished), why it fails or null, and waitsFor, an array of names.",
        },
        {
          term: "services",
          text:
            "Those that are touched: name, state before and after, named by an order, and lost: it was ordered up by name and is not up any more.",
        },
        { term: "goOnWithout", text: "Services that stay up, and what they go on without." },
        {
          term: "reloads",
          text: "For each service: changes, with setting, before and after, null for none.",
        },
        {
          term: "end",
          text:
            "whole; waiting, if something waits for what no one can know; cut, if there was no end to it.",
        },
      ]),
    ),
    section(
      "ENVIRONMENT",
      CLIENT_ENVIRONMENT,
      definitions([
        { term: "Ev NO_COLOR", text: "If it is set and not empty, there are no colours." },
      ]),
      CLIENT_KIND,
    ),
    section("FILES", definitions(SOCKET_FILES)),
    section(
      "EXIT STATUS",
      definitions(
        EXIT_STATUSES.map(({ verb, status, when }) => ({
          term: verb === undefined ? String(status) : `${status}, of ${verb}`,
          text: `${when.charAt(0).toUpperCase()}${when.slice(1)}.`,
        })),
      ),
    ),
    section(
      "GROUPS OF SERVICES",
      paragraphs(
        "All loaded services are named by '*', quoted for the shell. A group is a service of type internal: what its waits-for or depends-on names comes up with it, and what nothing else holds goes down with it.",
      ),
    ),
    section(
      "EXAMPLES",
      paragraphs("Start a web server now, and at each boot:"),
      literal("dinitctl enable nginx"),
      paragraphs("Which services have failed, and why one of them did:"),
      literal("dinitctl list --failed\ndinitctl status nginx"),
      paragraphs("Wait in a script until the network is up:"),
      literal("dinitctl wait network --timeout 30s || exit 1"),
      paragraphs("What would be stopped with the network, before it is:"),
      literal("dinitctl plan stop network --force"),
      paragraphs("Apply a changed description:"),
      literal("dinit-check nginx && dinitctl reload nginx && dinitctl restart nginx"),
    ),
    seeAlso(["dinit", 8], ["dinit-check", 8], ["dinit-monitor", 8], ["dinit-service", 5], [
      "shutdown",
      8,
    ]),
  ].join(""),
};

function group(name: VerbGroup): string {
  const verbs = VERBS.filter((verb) => verb.group === name);
  return subsection(VERB_GROUPS[name], ...verbs.map(verbEntry));
}

/** A list of its own for each verb, so that its options can stand below it. */
function verbEntry(verb: VerbRow): string {
  const text = [sentence(verb.summary), ...verb.details].map(prose).join("");
  const options = optionList(optionsOf(verb));
  // A bracket at the end would be taken for punctuation.
  const usage = escapeText(verb.usage).replace(/]$/, "]\\&");
  const term = `Cm ${verb.name}${usage === "" ? "" : ` Ar ${usage}`}`;
  return `.Bl -tag -width Ds\n.It ${term}\n${text}${options}.El\n`;
}
