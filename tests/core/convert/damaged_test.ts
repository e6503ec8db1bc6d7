/** Whatever is in a file: it becomes descriptions that load, or its fault has a place. */
import {
  type Conversion,
  convertCompose,
  convertDirectory,
  type ConvertFiles,
  convertProcfile,
  convertSupervisord,
  convertUnits,
  loadFaults,
} from "../../../core/convert/mod.ts";
import { formatProblem } from "../../../core/description/mod.ts";
import { readYaml } from "../../../ctl/convert/yaml.ts";
import { assert, assertEquals } from "../../assert.ts";
import { memoryFiles } from "../../ctl/convert/memory_files.ts";
import { constantFrom, holds, integer, string, textOf, tuple } from "../../property.ts";

function check(conversion: Conversion): void {
  for (const file of conversion.files) {
    const faults = loadFaults(file).map((fault) => formatProblem(fault));
    assertEquals(faults, [], file.text);
    assert(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(file.service), file.service);
  }
  for (const { file, line, severity } of conversion.problems) {
    assert(file !== undefined, "a problem names its file");
    if (severity === "warning") assert(line !== undefined && line > 0);
  }
  for (const { line, directive } of conversion.lines) assert(line > 0 && directive !== "");
}

const UNIT_PIECES = [
  ...[
    "[Unit]\n",
    "[Service]\n",
    "[Socket]\n",
    "[Install]\n",
    "[Mount]\n",
    "[",
    "]\n",
    "\n",
    " ",
    "\t",
  ],
  ...[
    "# comment\n",
    "; comment\n",
    "\\\n",
    "\\",
    "=",
    "\n=\n",
    '"',
    "'",
    "$",
    "%",
    "%i",
    "%H",
    "%%",
  ],
  ...[
    "Type=",
    "simple",
    "oneshot",
    "forking",
    "notify",
    "dbus",
    "Restart=",
    "always",
    "on-failure",
  ],
  ...[
    "ExecStart=",
    "ExecStartPre=",
    "ExecStop=",
    "ExecReload=",
    "/bin/x",
    "-/bin/y",
    "@",
    "+",
    "!",
    ":",
  ],
  ...["/bin/kill -HUP $MAINPID", " ; ", "${X}", "$X", "$$", "\\x20", "\\u00e4", "\\;", "PIDFile="],
  ...[
    "After=",
    "Requires=",
    "Wants=",
    "Before=",
    "network.target",
    "a.service",
    "x.socket",
    "b@c.service",
  ],
  ...["User=", "Group=", "root", "99999999999", "-1", "DynamicUser=yes\n", "Environment=", "A=b "],
  ...[
    "EnvironmentFile=-",
    "WorkingDirectory=~\n",
    "LimitNOFILE=",
    "infinity",
    "1:2",
    "Nice=",
    "50",
  ],
  ...["CPUQuota=", "20%", "MemoryMax=", "1G", "TasksMax=", "IOWeight=", "0", "CPUAffinity=", "1-3"],
  ...["ListenStream=", "/run/x", "80", "[::1]:1", "@x", "Accept=yes\n", "SocketMode=", "0999"],
  ...[
    "WatchdogSec=",
    "10s",
    "1h 5min",
    "TimeoutSec=",
    "KillMode=",
    "mixed",
    "none",
    "KillSignal=SIGINT\n",
  ],
  ...[
    "StandardOutput=",
    "file:/x",
    "tty",
    "null",
    "StandardInput=tty\n",
    "UMask=",
    "0022",
    "\u0000",
  ],
  ...[
    "WantedBy=",
    "multi-user.target",
    "Alias=",
    "OnSuccess=",
    "What=/dev/x\n",
    "Where=/y\n",
    "Options=",
  ],
  ...[
    "CapabilityBoundingSet=",
    "~",
    "CAP_KILL",
    "AmbientCapabilities=",
    "SecureBits=",
    "keep-caps",
  ],
  ...["PrivateTmp=", "yes", "ProtectSystem=strict\n", "SystemCallFilter=", "@system-service"],
  ...[
    "RuntimeDirectory=",
    "a/b",
    "RestrictAddressFamilies=",
    "AF_UNIX",
    "ReadWritePaths=-/x +/y\n",
  ],
  ...["RestrictNamespaces=", "~user", "Delegate=", "Slice=x.slice\n", "IOSchedulingClass=", "idle"],
];

Deno.test("convertUnits() makes descriptions that load of any text, or tells its fault", () => {
  const names = constantFrom(
    "web.service",
    "web@.service",
    "web@a-b.service",
    "web.mount",
    "web.target",
  );
  holds(
    tuple(names, textOf(UNIT_PIECES, 60), textOf(UNIT_PIECES, 20)),
    ([name, text, dropIn]) => {
      const files = memoryFiles({
        [`/u/${name}`]: `[Service]\n${text}`,
        [`/u/${name}.d/more.conf`]: dropIn,
        "/u/web.socket": `[Socket]\n${text}`,
      });
      for (const isSweep of [true, false]) {
        check(convertUnits([`/u/${name}`, "/u/web.socket"], { files, isSweep }));
      }
    },
    { runs: 400 },
  );
});

Deno.test("convertUnits() reads a damaged unit, or tells the line", () => {
  const unit = `# A unit.
[Unit]
Description=The web server
After=network.target
[Service]
Type=notify
ExecStart=/usr/bin/web --config "/etc/my web.conf" $OPTIONS
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
User=www
LimitNOFILE=1024:4096
ProtectSystem=full
[Install]
WantedBy=multi-user.target
`;
  holds(
    tuple(
      integer({ min: 0, max: unit.length }),
      integer({ min: 0, max: 8 }),
      string({ maxLength: 6 }),
    ),
    ([at, length, put]) => {
      const damaged = unit.slice(0, at) + put + unit.slice(at + length);
      const files = memoryFiles({ "/u/web.service": damaged });
      const conversion = convertUnits(["/u/web.service"], { files, isSweep: false });
      check(conversion);
      const errors = conversion.problems.filter(({ severity }) => severity === "error");
      assert(conversion.files.length === 1 || errors.every(({ line }) => line !== undefined));
      assertEquals(conversion.files.length, errors.length === 0 ? 1 : 0);
    },
    { runs: 400 },
  );
});

function fileOf(name: string, text: string): ConvertFiles {
  return memoryFiles({ [`/s/${name}`]: text });
}

Deno.test("convertSupervisord() makes descriptions that load of any text, or tells its fault", () => {
  const pieces = [
    ...[
      "[program:web]\n",
      "[program:b c]\n",
      "[group:all]\n",
      "[supervisord]\n",
      "[",
      "]",
      "\n",
      "\n  ",
      " ;x",
    ],
    ...[
      "command=",
      "/bin/x ",
      '"',
      "'",
      "%(ENV_HOME)s",
      "%(process_num)02d",
      "%(here)s",
      "%",
      "numprocs=",
    ],
    ...[
      "3",
      "-1",
      "environment=",
      'A="1",',
      "B=2",
      "autorestart=",
      "true",
      "unexpected",
      "stopsignal=TERM\n",
    ],
    ...[
      "user=",
      "www",
      "umask=",
      "022",
      "stdout_logfile=",
      "/var/log/x",
      "NONE",
      "AUTO",
      "priority=1\n",
    ],
    ...[
      "stdout_logfile_maxbytes=",
      "1MB",
      "programs=web,b c\n",
      "# c\n",
      "; d\n",
      "exitcodes=0,2\n",
      ": ",
    ],
  ];
  holds(textOf(pieces, 50), (text) => {
    check(convertSupervisord("/s/supervisord.conf", fileOf("supervisord.conf", text)));
  }, { runs: 300 });
});

Deno.test("convertProcfile() makes descriptions that load of any text, or tells its fault", () => {
  const pieces = [
    "web: ",
    "worker: ",
    "\n",
    "# c\n",
    "A=b ",
    "$PORT",
    "${X}",
    "$",
    '"',
    "'",
    "|",
    "&",
    "x",
  ];
  holds(textOf(pieces, 20), (text) => {
    check(convertProcfile("/s/Procfile", fileOf("Procfile", text)));
  });
});

Deno.test("convertDirectory() makes descriptions that load of any scripts", () => {
  const pieces = [
    ...[
      "#!/bin/sh\n",
      "#!/command/execlineb -P\n",
      "exec ",
      "2>&1\n",
      "chpst ",
      "-u www:adm ",
      "-e ./env ",
    ],
    ...[
      "-n 5 ",
      "-o x ",
      "s6-setuidgid ",
      "fdmove -c 2 1\n",
      "/bin/x ",
      "$X",
      "{",
      "}",
      '"',
      "\\\n",
      "# c\n",
      "\n",
    ],
  ];
  holds(
    tuple(textOf(pieces, 20), textOf(["3", "\n", "x", "SIGQUIT", " "], 4)),
    ([script, value]) => {
      const names = [
        "notification-fd",
        "down-signal",
        "max-death-tally",
        "timeout-kill",
        "consumer-for",
      ];
      const files = memoryFiles({
        "/s/web/run": script,
        "/s/web/log/run": script,
        ...Object.fromEntries(names.map((name) => [`/s/web/${name}`, value])),
      });
      check(convertDirectory("/s/web", "s6", files));
      check(convertDirectory("/s/web", "runit", files));
    },
  );
});

Deno.test("convertCompose() makes descriptions that load of any text, or tells its fault", () => {
  const pieces = [
    ...[
      "services:\n",
      "  web:\n",
      "  db:\n",
      "    command: ",
      "    entrypoint: ",
      "[a, b]\n",
      "a b\n",
      "    ",
    ],
    ...[
      "    environment:\n",
      "      A: ",
      "      - A=",
      "1\n",
      "null\n",
      "true\n",
      "${X}",
      "${X:-y}",
      "$$",
    ],
    ...[
      "    restart: ",
      "always\n",
      "on-failure:3\n",
      "    depends_on: ",
      "[db]\n",
      "    user: ",
      '"1:2"\n',
    ],
    ...[
      "    mem_limit: ",
      "1g\n",
      "    cpus: ",
      "0.5\n",
      "    ulimits:\n      nofile: ",
      "-1\n",
      "&a ",
      "*a ",
      "<<: *a\n",
    ],
    ...[
      "    ports: ",
      '["80:81"]\n',
      "    deploy: ",
      "{replicas: 3}\n",
      "{",
      "}",
      "[",
      "\n",
      "\t",
      "- ",
      "# c\n",
    ],
  ];
  holds(textOf(pieces, 40), (text) => {
    check(
      convertCompose("/s/compose.yaml", fileOf("compose.yaml", `services:\n${text}`), readYaml),
    );
  }, { runs: 300 });
});
