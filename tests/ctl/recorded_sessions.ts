/**
 * Conversations between upstream's client and its daemon, as bytes: what ours must send too.
 *
 * The situation each was recorded in is told by `files`; all files have the same time.
 */
import type { Turn } from "./fake_io.ts";

export interface RecordedSession {
  readonly name: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly directories?: Readonly<Record<string, readonly string[]>>;
  readonly turns: readonly Turn[];
  readonly output: string;
  readonly errors?: string;
  readonly exit: 0 | 1;
  readonly fileChanges?: readonly string[];
}

const VERSION_7: Turn = { send: "00", receive: ["3a 0100 0700"] };
const VERSION_6: Turn = { send: "00", receive: ["3a 0100 0600"] };

const DIRECTORY_REPLY = "4d 0b000000 2f746d702f6370742f7364";
const FILE_TIME = "00f1536500000000 15cd5b0700000000";
const ENVIRONMENT: Turn = {
  send: "1800",
  receive: [
    "4e 1e00000000000000 504154483d2f7573722f62696e3a2f62696e00 484f4d453d2f726f6f7400",
  ],
};
const P = { "/tmp/cpt/sd/p": "type = process\ncommand = /bin/sleep 1000\nrestart = false\n" };
const ENABLING = {
  texts: {
    "/tmp/cpt/sd/boot": "type = internal\nwaits-for.d = boot.d\n",
    "/tmp/cpt/sd/e": "type = internal\n",
  },
};
const LOAD_E: Turn = { send: "02 0100 65", receive: ["3b 00 00000000 00"] };
const FIND_E_STARTED: Turn = { send: "02 0100 65", receive: ["3b 02 00000000 02"] };
const LOAD_BOOT: Turn = { send: "02 0400 626f6f74", receive: ["3b 02 01000000 02"] };
const WHERE_E: Turn = { send: "16 00 00000000", receive: [DIRECTORY_REPLY] };
const WHERE_BOOT: Turn = { send: "16 00 01000000", receive: [DIRECTORY_REPLY] };
const E_STARTED = [
  "65 15 00000000 00 02 02 00 00 0000 00000000 00000000",
  "64 11 00000000 00 02 02 00 00 0000 00000000",
];
const REMOVAL: readonly Turn[] = [
  {
    send: "0c 02 01000000 00000000",
    receive: [
      "65 15 00000000 01 00 00 00 00 0000 00000000 00000000",
      "64 11 00000000 01 00 00 00 00 0000 00000000",
      "32",
    ],
  },
  { send: "1a 00000000", receive: ["46 00 00 00 00 00 0000 00000000 00000000"] },
];

export const RECORDED_SESSIONS: readonly RecordedSession[] = [
  {
    name: "list",
    words: ["list"],
    turns: [VERSION_7, {
      send: "19",
      receive: ["3e 04 02 02 08 00 0000 00000000 00000000 626f6f74", "3f"],
    }],
    output: "[[+]     ] boot\n",
    exit: 0,
  },
  {
    name: "start",
    words: ["start", "p"],
    texts: P,
    turns: [
      VERSION_7,
      { send: "02 0100 70", receive: ["3b 00 00000000 00"] },
      { send: "16 00 00000000", receive: [DIRECTORY_REPLY] },
      {
        send: "1c 00000000",
        receive: [`46 00 00 00 00 00 0000 00000000 00000000 ${FILE_TIME}`],
      },
      {
        send: "03 00 00000000",
        receive: ["32", "65 15 00000000 00 02 02 18 00 0000 c37c0000 00000000"],
      },
    ],
    output: "Service 'p' started.\n",
    exit: 0,
  },
  {
    name: "start of a started service",
    words: ["start", "boot"],
    texts: { "/tmp/cpt/sd/boot": "type = internal\n" },
    turns: [
      VERSION_7,
      { send: "02 0400 626f6f74", receive: ["3b 02 00000000 02"] },
      { send: "16 00 00000000", receive: [DIRECTORY_REPLY] },
      {
        send: "1c 00000000",
        receive: [`46 00 02 02 08 00 0000 00000000 00000000 ${FILE_TIME}`],
      },
      { send: "03 00 00000000", receive: ["3d"] },
    ],
    output: "Service (already) started.\n",
    exit: 0,
  },
  {
    name: "stop of a service that another one needs",
    words: ["stop", "p"],
    turns: [
      VERSION_7,
      { send: "02 0100 70", receive: ["3b 02 00000000 02"] },
      { send: "04 02 00000000", receive: ["41 0100000000000000 01000000"] },
      { send: "0f 00 01000000", receive: ["42 00 0400 626f6f74"] },
    ],
    output: "",
    errors: "dinitctl: cannot stop service 'p' due to the following dependents:\n" +
      "(only direct dependents are listed. Exercise caution before using '--force' !!)\n  boot\n",
    exit: 1,
  },
  {
    name: "restart",
    words: ["restart", "p"],
    texts: P,
    turns: [
      VERSION_7,
      { send: "02 0100 70", receive: ["3b 02 00000000 02"] },
      { send: "16 00 00000000", receive: [DIRECTORY_REPLY] },
      {
        send: "1c 00000000",
        receive: [`46 00 02 02 10 00 0000 d57c0000 00000000 ${FILE_TIME}`],
      },
      {
        send: "04 86 00000000",
        receive: [
          "4f",
          "32",
          "65 15 00000000 01 01 02 00 00 0000 02000000 0f000000",
          "64 11 00000000 01 01 02 00 00 0000 ffffffff",
          "65 15 00000000 00 02 02 10 00 0000 da7c0000 00000000",
        ],
      },
    ],
    output: "Service 'p' stopped.\nService 'p' started.\n",
    exit: 0,
  },
  {
    name: "status",
    words: ["status", "p"],
    texts: P,
    turns: [
      VERSION_7,
      { send: "01 0100 70", receive: ["3b 02 00000000 02"] },
      { send: "16 00 00000000", receive: [DIRECTORY_REPLY] },
      {
        send: "1c 00000000",
        receive: [`46 00 02 02 10 00 0000 df7c0000 00000000 ${FILE_TIME}`],
      },
    ],
    output: "Service: p\n    File: /tmp/cpt/sd/p\n    State: STARTED\n" +
      "    Activation: start due to dependent(s)\n    Process ID: 31967\n",
    exit: 0,
  },
  {
    name: "enable",
    words: ["enable", "e"],
    ...ENABLING,
    directories: { "/tmp/cpt/sd/boot.d": [] },
    turns: [VERSION_7, ENVIRONMENT, LOAD_E, WHERE_E, LOAD_BOOT, WHERE_BOOT, {
      send: "1d 02 01000000 00000000",
      receive: [...E_STARTED, `46 00 02 02 00 00 0000 00000000 00000000 ${FILE_TIME}`],
    }],
    output: "Service 'e' has been enabled.\n",
    exit: 0,
    fileChanges: ["link ../e /tmp/cpt/sd/boot.d/e"],
  },
  {
    name: "enable with a daemon of version 6",
    words: ["enable", "e"],
    ...ENABLING,
    directories: { "/tmp/cpt/sd/boot.d": [] },
    turns: [
      VERSION_6,
      ENVIRONMENT,
      LOAD_E,
      WHERE_E,
      LOAD_BOOT,
      WHERE_BOOT,
      { send: "0e 02 01000000 00000000", receive: [...E_STARTED, "32"] },
      { send: "1a 00000000", receive: ["46 00 02 02 00 00 0000 00000000 00000000"] },
    ],
    output: "Service 'e' has been enabled.\n",
    exit: 0,
    fileChanges: ["link ../e /tmp/cpt/sd/boot.d/e"],
  },
  {
    name: "disable",
    words: ["disable", "e"],
    ...ENABLING,
    directories: { "/tmp/cpt/sd/boot.d": ["e"] },
    turns: [VERSION_7, ENVIRONMENT, FIND_E_STARTED, WHERE_E, LOAD_BOOT, WHERE_BOOT, ...REMOVAL],
    output: "Service 'e' has been disabled.\n",
    exit: 0,
    fileChanges: ["remove /tmp/cpt/sd/boot.d/e"],
  },
  {
    name: "setenv",
    words: ["setenv", "FOO=bar", "HOME"],
    env: { HOME: "/root" },
    turns: [
      VERSION_7,
      { send: "11 0700 464f4f3d626172", receive: ["32"] },
      { send: "11 0a00 484f4d453d2f726f6f74", receive: ["32"] },
    ],
    output: "",
    exit: 0,
  },
  {
    name: "shutdown",
    words: ["-p", "/tmp/cpt/sock", "shutdown"],
    turns: [VERSION_7, { send: "0a 02", receive: ["32", "end"] }],
    output: "Shutting down dinit...\nConnection closed.\n",
    exit: 0,
  },
];
