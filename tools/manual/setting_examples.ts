/**
 * Examples for the manual: one for each kind of service, socket and control group. A test loads
 * them all, so that what is shown works.
 */

/** A description file, and what it is an example of. */
export interface Example {
  readonly title: string;
  /** What to know about it, a paragraph. */
  readonly about: string;
  /** Base name of the file. */
  readonly file: string;
  readonly text: string;
}

/** In the order of the manual. */
export const EXAMPLES: readonly Example[] = [
  {
    title: "A program in the foreground",
    about:
      "Type process: the program is supervised, and started again when it fails. Where it can stay in " +
      "the foreground, it should.",
    file: "web.toml",
    text: `type = "process"
command = ["/usr/sbin/web", "--no-daemon", "$/WEB_OPTIONS"]
env-file = "-/etc/default/web"
run-as = "www"
depends-on = ["network"]
waits-for = ["database"]
restart = "on-failure"
stop-timeout = "30s"
log-type = "buffer"`,
  },
  {
    title: "A program that tells when it is ready",
    about:
      "What depends on it starts only then. Programs written for systemd mostly speak sd_notify(3); " +
      "others write a line to a descriptor (pipefd:N).",
    file: "database.toml",
    text: `type = "process"
command = ["/usr/lib/database/server", "-D", "/var/lib/database"]
run-as = "www"
ready-notification = "notify:socket"
watchdog-timeout = "30s"
start-timeout = "2m"
logfile = "/var/log/database.log"
log-rotate-size = "10M"`,
  },
  {
    title: "A program that puts itself into the background",
    about:
      "Type bgprocess: its first process must end with status 0 once the service is ready, and the PID " +
      "file names the process that stays.",
    file: "old-daemon.toml",
    text: `type = "bgprocess"
command = ["/usr/sbin/old-daemon", "-d"]
pid-file = "/run/old-daemon.pid"
smooth-recovery = true`,
  },
  {
    title: "Commands that start and stop something",
    about:
      "Type scripted: the service is up once its command has ended with status 0. A script of more than " +
      "one line is better a file of its own; here $$ stands for the shell's dollar sign.",
    file: "firewall.toml",
    text: `type = "scripted"
command = ["/bin/sh", "-c", "for f in /etc/nft/*; do nft -f $$f || exit 1; done"]
stop-command = ["/usr/sbin/nft", "flush", "ruleset"]
before = ["network"]
restart = false`,
  },
  {
    title: "A group of services",
    about:
      "Type internal: nothing is run. Each file in the folder boot.d, whatever is in it, names a service " +
      "to be started; one that fails or cannot be loaded does not keep the others.",
    file: "boot.toml",
    text: `depends-on = ["network"]
waits-for-d = ["boot.d"]`,
  },
  {
    title: "A state that another program tells",
    about:
      "Type triggered: it starts once dinitctl trigger was called for it, and what depends on it waits.",
    file: "network-online.toml",
    text: `type = "triggered"
depends-on = ["network"]`,
  },
  {
    title: "A template",
    about: "getty@tty1 and getty@ttyS0 are services of this file; $1 is what follows the @.",
    file: "getty.toml",
    text: `type = "process"
command = ["/sbin/agetty", "$1", "linux"]
term-signal = "HUP"`,
  },
  {
    title: "A socket that is opened for a program",
    about:
      "The socket is there before the program is, so clients need not wait for it. socket-listen is one " +
      "stream socket in the file system, passed as descriptor 3.",
    file: "printer.toml",
    text: `type = "process"
command = ["/usr/sbin/printer"]
socket-listen = "/run/printer.sock"
socket-permissions = "660"
socket-gid = "www"`,
  },
  {
    title: "Several sockets, and a start on demand",
    about:
      "The program is started by the first connection or datagram, and finds its sockets by name: " +
      "sd_listen_fds_with_names(3).",
    file: "resolver.toml",
    text: `type = "process"
command = ["/usr/sbin/resolver"]
socket-activation = "on-demand"

[[socket]]
name = "control"
listen = "/run/resolver.sock"
permissions = "600"

[[socket]]
name = "tcp"
listen = "127.0.0.1:53"

[[socket]]
name = "udp"
listen = "127.0.0.1:53"
type = "datagram"`,
  },
  {
    title: "A program that runs at certain times",
    about:
      "The service is started once and then waits; at each time its program runs, and may end. What was " +
      "missed while the machine was off is made up for by one run. dinitctl trigger runs it now, dinitctl " +
      "timers tells of last and next runs.",
    file: "backup.toml",
    text: `type = "process"
command = ["/usr/local/bin/backup", "--all"]
log-type = "buffer"
nice = 10

[timer]
calendar = ["Mon..Fri 02:00", "Sat,Sun 04:00"]
persistent = true
random-delay = "15m"`,
  },
  {
    title: "A program that is asked whether it is well",
    about:
      "What depends on it starts when its address answers. When that is silent three times in a row, its process is ended and " +
      "started again, later each time. When nothing helps, the next one is started.",
    file: "shop.toml",
    text: `type = "process"
command = ["/usr/bin/shop", "--port", "8080"]
run-as = "www"
log-type = "buffer"
restart-delay = 1
restart-delay-factor = 2
restart-delay-cap = "5m"
restart-delay-jitter = 0.2
on-failure = "alert"

[readiness]
http = "http://127.0.0.1:8080/health"
contains = "ready"

[liveness]
http = "http://127.0.0.1:8080/health"
interval = "10s"
timeout = "2s"
failures = 3`,
  },
  {
    title: "A command that is run when another service has failed",
    about: "It is done once for each failure, and finds in its environment whose it was.",
    file: "alert.toml",
    text: `type = "scripted"
command = ["/bin/sh", "-c", 'mail -s "$$DINIT_FAILED_SERVICE: $$DINIT_FAILED_REASON" root </dev/null']
start-timeout = "1m"
log-type = "buffer"`,
  },
  {
    title: "Limits for a service and all that it starts",
    about:
      "The table cgroup gives it a control group of its own; kill-tree lets nothing of it be left over.",
    file: "build.toml",
    text: `type = "process"
command = ["/usr/bin/build-server"]
run-as = "www"
kill-tree = true
nice = 5
rlimit-nofile = { soft = 4096, hard = "-" }

[cgroup]
memory-max = "2G"
cpu-weight = 50
pids-max = 500`,
  },
  {
    title: "A program that logs for another",
    about:
      'What noisy writes is the standard input of this one; noisy.toml must have log-type = "pipe".',
    file: "noisy-log.toml",
    text: `type = "process"
command = ["/usr/bin/logger", "-t", "noisy"]
consumer-of = "noisy"`,
  },
];
