/** The commands of other init systems beside ours: a row for each thing that a person wants. */

/** What is typed for it; undefined: there is nothing of the kind. */
export interface CommandRow {
  readonly wish: string;
  readonly dinit: string;
  readonly systemd?: string;
  readonly runit?: string;
  readonly s6?: string;
  readonly openrc?: string;
  readonly supervisord?: string;
  readonly upstream?: string;
}

export const COMMAND_ROWS: readonly CommandRow[] = [
  {
    wish: "start",
    dinit: "dinit ctl start web",
    systemd: "systemctl start web",
    runit: "sv up web",
    s6: "s6-rc -u change web",
    openrc: "rc-service web start",
    supervisord: "supervisorctl start web",
    upstream: "dinitctl start web",
  },
  {
    wish: "stop",
    dinit: "dinit ctl stop web",
    systemd: "systemctl stop web",
    runit: "sv down web",
    s6: "s6-rc -d change web",
    openrc: "rc-service web stop",
    supervisord: "supervisorctl stop web",
    upstream: "dinitctl stop web",
  },
  {
    wish: "restart",
    dinit: "dinit ctl restart web",
    systemd: "systemctl restart web",
    runit: "sv restart web",
    s6: "s6-svc -r /run/service/web",
    openrc: "rc-service web restart",
    supervisord: "supervisorctl restart web",
    upstream: "dinitctl restart web",
  },
  {
    wish: "let it go, when nothing else needs it",
    dinit: "dinit ctl release web",
    upstream: "dinitctl release web",
  },
  {
    wish: "send a signal",
    dinit: "dinit ctl signal HUP web",
    systemd: "systemctl kill -s HUP web",
    runit: "sv hup web",
    s6: "s6-svc -h /run/service/web",
    supervisord: "supervisorctl signal HUP web",
    upstream: "dinitctl signal HUP web",
  },
  {
    wish: "state of one",
    dinit: "dinit ctl status web",
    systemd: "systemctl status web",
    runit: "sv status web",
    s6: "s6-svstat /run/service/web",
    openrc: "rc-service web status",
    supervisord: "supervisorctl status web",
    upstream: "dinitctl status web",
  },
  {
    wish: "state of all",
    dinit: "dinit ctl list",
    systemd: "systemctl list-units",
    runit: "sv status /etc/service/*",
    s6: "s6-rc -a list",
    openrc: "rc-status",
    supervisord: "supervisorctl status",
    upstream: "dinitctl list",
  },
  {
    wish: "in a script: is it up?",
    dinit: "dinit ctl is-started web",
    systemd: "systemctl is-active web",
    runit: "sv check web",
    s6: "s6-svwait -u /run/service/web",
    openrc: "rc-service web status",
    upstream: "dinitctl is-started web",
  },
  {
    wish: "what it needs, as a tree",
    dinit: "dinit ctl tree web",
    systemd: "systemctl list-dependencies web",
    s6: "s6-rc-db dependencies web",
    openrc: "rc-service web ineed",
  },
  {
    wish: "what it wrote",
    dinit: "dinit ctl catlog web",
    systemd: "journalctl -u web",
    runit: "cat /var/log/web/current",
    s6: "cat /var/log/web/current",
    supervisord: "supervisorctl tail web",
    upstream: "dinitctl catlog web",
  },
  {
    wish: "and go on showing it",
    dinit: "dinit ctl logs -f web",
    systemd: "journalctl -fu web",
    runit: "tail -F /var/log/web/current",
    s6: "tail -F /var/log/web/current",
    supervisord: "supervisorctl tail -f web",
  },
  {
    wish: "start it at every boot",
    dinit: "dinit ctl enable web",
    systemd: "systemctl enable --now web",
    runit: "ln -s /etc/sv/web /etc/service/",
    s6: "s6-rc-bundle add default web",
    openrc: "rc-update add web default",
    upstream: "dinitctl enable web",
  },
  {
    wish: "no more",
    dinit: "dinit ctl disable web",
    systemd: "systemctl disable --now web",
    runit: "rm /etc/service/web",
    openrc: "rc-update del web",
    upstream: "dinitctl disable web",
  },
  {
    wish: "never, whoever asks",
    dinit: "dinit ctl stop --pin web",
    systemd: "systemctl mask web",
    upstream: "dinitctl stop --pin web",
  },
  {
    wish: "read its file again",
    dinit: "dinit ctl reload web",
    systemd: "systemctl daemon-reload",
    s6: "s6-rc-update",
    supervisord: "supervisorctl update",
    upstream: "dinitctl reload web",
  },
  {
    wish: "find faults before they happen",
    dinit: "dinit check web",
    systemd: "systemd-analyze verify web.service",
    s6: "s6-rc-compile",
    upstream: "dinitcheck web",
  },
  { wish: "what would an order lead to?", dinit: "dinit ctl plan stop web" },
  {
    wish: "wait until something is up",
    dinit: "dinit ctl wait web",
    systemd: "systemctl is-active --wait web",
    runit: "sv -w 60 start web",
    s6: "s6-svwait -U /run/service/web",
  },
  {
    wish: "variables for services",
    dinit: "dinit ctl setenv NAME=VALUE",
    systemd: "systemctl set-environment NAME=VALUE",
    upstream: "dinitctl setenv NAME=VALUE",
  },
  {
    wish: "put the manager's new version in its place",
    dinit: "dinit ctl reexec",
    systemd: "systemctl daemon-reexec",
    s6: "s6-svscanctl -b",
  },
  {
    wish: "end the machine",
    dinit: "dinit ctl shutdown",
    systemd: "systemctl poweroff",
    runit: "init 0",
    s6: "s6-linux-init-shutdown -p now",
    openrc: "openrc-shutdown -p now",
    upstream: "dinitctl shutdown",
  },
];
