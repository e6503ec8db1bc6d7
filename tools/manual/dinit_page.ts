/** dinit(8), from the manager's own table of options. */
import { DAEMON_OPTIONS } from "../../daemon/start/options.ts";
import { optionList, seeAlso, SOCKET_FILES } from "./page_parts.ts";
import {
  definitions,
  literal,
  type ManualPage,
  paragraphs,
  prose,
  section,
  subsection,
} from "./mdoc.ts";

export const DINIT_PAGE: ManualPage = {
  name: "dinit",
  section: 8,
  summary: "service manager and init",
  body: [
    section(
      "SYNOPSIS",
      ".Nm\n.Op Ar options\n.Op Ar service ...\n",
      ".Nm\n.Cm ctl | check | monitor | convert | migrate | schema | calendar | probe\n.Op Ar arguments\n",
    ),
    section(
      "DESCRIPTION",
      ".Nm\n" +
        prose(
          "starts services with what they depend on, supervises their processes, restarts those that end, and stops them in order. " +
            "It runs as the first process of a machine or container, or as a user's own manager.",
        ),
      ".Pp\n",
      paragraphs(
        "Without a service named it starts the service boot. It runs until all services have stopped. While it runs, dinitctl(8) controls it through its socket.",
        "With one of the words ctl, check, monitor, convert, migrate, schema, calendar or probe first it is the program dinitctl(8), dinit-check(8), dinit-monitor(8), dinit-convert(8) or dinit-migrate(8), prints the JSON schema of descriptions, or tells the next times of a calendar expression or of crontab's five fields (calendar --help), or asks a server over http or https once (probe --help).",
      ),
      optionList(DAEMON_OPTIONS),
    ),
    section(
      "MODES",
      definitions([
        {
          term: "System manager",
          text:
            "As process 1, unless --container is given, or with --system-mgr. It takes /dev/console, reads /etc/dinit/environment, and when all services have stopped it brings the machine down with shutdown(8).",
        },
        {
          term: "System instance",
          text:
            "For root, or with --system: services of /etc/dinit.d and the other directories of the system, and the system's control socket.",
        },
        {
          term: "User instance",
          text:
            "For everybody else, or with --user: services of ~/.config/dinit.d and the users' directories, and a control socket of the user's own.",
        },
      ]),
      subsection(
        "Words from the kernel",
        paragraphs(
          "As process 1 of root the words come from the kernel's command line: only `single` and what follows --service are taken for services, and words and options that are not known are ignored. After --system-mgr or --container the usual rules hold. On FreeBSD, whose kernel passes on -s only (for `boot -s` at the loader's prompt), that starts single.",
        ),
      ),
    ),
    section(
      "LOG",
      paragraphs(
        "The console shows a line for each service that has started, stopped or failed, and messages from --console-level on. The main log goes to syslog, as soon as a service with the option starts-log is up, or to the file of --log-file, where each line begins with the time (UTC); a file that was moved or removed is made anew. Until then, and while syslog is restarted, up to 16 KiB of messages wait. What cannot be written is dropped by whole messages, and told of when there is room again: nothing waits for a log.",
        "With --log-file /dev/kmsg messages go to the kernel's log, with their levels, from the beginning of the boot on. The kernel takes ten in five seconds, unless its command line has printk.devkmsg=on.",
      ),
    ),
    section(
      "SIGNALS",
      definitions([
        {
          term: "Dv SIGINT",
          text:
            "Stop all services, then reboot (system manager) or exit. The kernel sends it for Ctrl-Alt-Del. Again while services stop: see SHUTDOWN.",
        },
        { term: "Dv SIGTERM", text: "Stop all services, then halt (system manager) or exit." },
        {
          term: "Dv SIGQUIT",
          text:
            "System manager: power off at once, without stopping services in order. With --container: stop all services, then exit. Otherwise: end at once, and leave the services running.",
        },
        {
          term: "Dv SIGTSTP",
          text:
            "System manager: somebody else ends all processes and then the machine's run (reboot(8) and halt(8) of FreeBSD, shutdown -n of sysvinit). Nothing is started any more, no stop command is run and no time limit passes, until SIGHUP or until a shutdown is asked of the manager itself.",
        },
        {
          term: "Dv SIGHUP",
          text:
            "System manager: go on after SIGTSTP, and make the control socket anew if its file is gone. With --container: nothing. Otherwise the session has ended: stop all services, then exit. Where whoever started the manager had it ignore SIGHUP or SIGQUIT, as nohup(1) does, it does.",
        },
        {
          term: "Dv SIGUSR1",
          text: "Open the control socket, or make it anew if its file is gone.",
        },
        {
          term: "Dv SIGPWR",
          text:
            "System manager on Linux: the power fails or its button was pressed. Stop all services, then power off. With --container: stop all services, then exit.",
        },
        {
          term: "Dv SIGRTMIN+3 , SIGRTMIN+4 , SIGRTMIN+5",
          text:
            "On Linux, from engines that take process 1 for systemd: stop all services, then halt, power off, reboot; with --container exit. The system manager also knows SIGRTMIN+6 (kexec) and SIGRTMIN+7 (soft reboot). RTMIN is 34, as glibc has it.",
        },
        {
          term: "Dv SIGUSR2 , SIGALRM , SIGWINCH , SIGTTIN , SIGTTOU",
          text:
            "Nothing, and so with all that is not named here, but SIGKILL, SIGSTOP and the signals of faults (the kernel sends SIGWINCH for the keyboard's Alt-Up when asked to).",
        },
        {
          term: "On Fx",
          text:
            "the system manager takes the signals of its shutdown(8) and kernel instead: SIGUSR1 halts, SIGUSR2 powers off, SIGWINCH reboots.",
        },
      ]),
    ),
    section(
      "SHUTDOWN",
      paragraphs(
        "A service stops when those that need it have; it has its stop-timeout before SIGKILL. A start that cannot be broken off goes on to its start-timeout. One that has none gets SIGTERM 10 seconds after the shutdown was ordered, and SIGKILL when its stop-timeout (10 seconds if it has none) has passed too.",
        "After 5 seconds, and then every 10, the console names the services that have not stopped, what each waits for, and the time until SIGKILL: at most 8 of them, the others are counted. When nothing is left but processes that outlive SIGKILL by 30 seconds, the manager goes on without them.",
        "Each further Ctrl-Alt-Del (SIGINT) names them at once. Five within ten seconds, the first one included, kill the processes of all services; 5 seconds later at the latest what was asked for happens, whatever still runs. While the shutdown hook runs, five kill the hook.",
        "With --grace TIME all that is left is killed so long after the order, in the same way.",
      ),
    ),
    section(
      "MEMORY",
      paragraphs(
        "When memory runs out the kernel kills the process with the highest sum of its memory and its oom_score_adj (proc(5)). On Linux the manager of a machine or container sets its own to -999, the last to be killed, where it may (CAP_SYS_RESOURCE); its services then have what it was started with. Where it may not, and for a user, services get so much more than the manager as makes up for its memory. A service's oom-score-adj (dinit-service(5)) takes the place of that. With --oom-score-adj N the manager gets N; with --oom-score-adj inherit nothing is changed.",
      ),
    ),
    section(
      "BOOT FAILURE",
      paragraphs(
        "When all services of a system manager have stopped and nobody asked for it, the boot has failed. With --auto-recovery the service recovery is started, unless it was within the last 10 seconds. Otherwise the console tells what failed and why, and offers to reboot (r), to start recovery (e), to start boot again (s), to start another init of the machine in the place of this manager (o, where there is one), or to power off (p): one key, without Enter. It waits as long as nobody answers; signals and dinitctl(8) work meanwhile. Without a terminal the machine halts. A boot that dinit-migrate(8) has on trial asks nobody: the machine restarts with its former init.",
      ),
    ),
    section(
      "FILES",
      definitions([
        {
          term: "Pa /etc/dinit.d , Pa /run/dinit.d , Pa /usr/local/lib/dinit.d , Pa /lib/dinit.d",
          text: "Service descriptions of the system, searched in this order.",
        },
        {
          term: "Pa $XDG_CONFIG_HOME/dinit.d , Pa ~/.config/dinit.d , Pa /etc/dinit.d/user , " +
            "Pa /usr/lib/dinit.d/user , Pa /usr/local/lib/dinit.d/user",
          text:
            "Service descriptions of a user, searched in this order; in a container then those of the system.",
        },
        {
          term: "Pa /etc/dinit/environment",
          text: "Environment of the system manager: lines NAME=VALUE.",
        },
        ...SOCKET_FILES,
      ]),
    ),
    section(
      "EXIT STATUS",
      paragraphs(
        "0 when all services have stopped, whatever became of them; 1 for a fault in the options, the socket, the log or the environment file. A manager that is not the system's and was asked to reboot ends by the signal INT.",
        "With --container: 0 after a shutdown that was asked for, 137 if services had to be killed at its end (--grace, SIGINT five times, or the stop-timeout of the service that was started). When that service has failed or ended by itself, its status: its own, 128 and the signal, 124 for a start that took too long, 125 for a log file, a user and the like that cannot be set up, 126 or 127 for a program that cannot be executed or is not there; 1 for a failure without a status, and when nothing could be loaded. It is never 0 for a failure.",
      ),
    ),
    section(
      "EXAMPLES",
      paragraphs("Run the services of a directory as a user, and look at them:"),
      literal("dinit --user -d ./services -p ./socket &\ndinitctl -p ./socket list"),
    ),
    seeAlso(["dinitctl", 8], ["dinit-check", 8], ["dinit-monitor", 8], ["dinit-service", 5], [
      "shutdown",
      8,
    ]),
  ].join(""),
};
