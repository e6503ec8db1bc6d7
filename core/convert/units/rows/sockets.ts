/** What becomes of the section [Socket]: tables `[[socket]]`. Source: systemd.socket(5). */
import { LISTEN_FORMS, parseListenAddress } from "../../../description/mod.ts";
import { type Effect, irrelevant, lost, type TomlValue } from "../../rows.ts";
import { literalText, variableText } from "./context.ts";
import {
  each,
  list,
  lostIfTrue,
  lostUnless,
  mapped,
  one,
  timeLimit,
  type UnitFate,
  type UnitRow,
} from "./makers.ts";

const SOCKET = "Socket";

/** A socket of `[[socket]]`, with what the unit says of all of its sockets. */
function listen(type: "stream" | "datagram" | "seqpacket"): UnitFate {
  return mapped("`[[socket]] listen`", (value, context) => {
    const filled = variableText(value, context);
    if (filled.kind === "fault") return [lost(filled.why, "much")];
    const address = parseListenAddress(filled.text);
    if (address === undefined) return [lost(LISTEN_FORMS, "much")];
    if (address.kind === "internet" && type === "seqpacket") {
      return [lost("sockets of this type have paths", "much")];
    }
    const entries: Record<string, TomlValue> = { listen: filled.text };
    if (type !== "stream") entries.type = type;
    const faults: Effect[] = [];
    for (const [name, key, read] of OF_ALL_SOCKETS) {
      const given = context.last(SOCKET, name);
      if (given === undefined) continue;
      if (key !== "backlog" && key !== "ipv6-only" && key !== "name" && !isPath(filled.text)) {
        continue;
      }
      const text = literalText(given, context);
      if (text.kind === "fault") faults.push(lost(`${name}: ${text.why}`, "some"));
      else {
        const read_ = read(text.text);
        if (read_ !== undefined) entries[key] = read_;
      }
    }
    // systemd's mode of a socket's file is that of ours as well: 0666.
    return [{ kind: "append", table: "socket", entries }, ...faults];
  });
}

function isPath(listen: string): boolean {
  return listen.startsWith("/");
}

function id(value: string): TomlValue {
  return /^[0-9]+$/.test(value) ? Number(value) : value;
}

const OF_ALL_SOCKETS: readonly (readonly [
  string,
  string,
  (value: string) => TomlValue | undefined,
])[] = [
  ["FileDescriptorName", "name", (value) => value],
  ["SocketMode", "permissions", (value) => value],
  ["SocketUser", "uid", id],
  ["SocketGroup", "gid", id],
  [
    "Backlog",
    "backlog",
    (value) => /^[0-9]+$/.test(value) ? Math.min(65535, Math.max(1, Number(value))) : undefined,
  ],
  ["BindIPv6Only", "ipv6-only", (value) => value === "ipv6-only" ? true : undefined],
];

const OF_SOCKETS = mapped("a key of each `[[socket]]`", () => []);

/** Options of sockets that nobody sets here. */
const SOCKET_OPTIONS =
  "KeepAliveTimeSec KeepAliveIntervalSec KeepAliveProbes Priority DeferAcceptSec " +
  "ReceiveBuffer SendBuffer IPTOS IPTTL Mark PipeSize Timestamping TCPCongestion " +
  "MessageQueueMaxMessages MessageQueueMessageSize SmackLabel SmackLabelIPIn SmackLabelIPOut";
const SOCKET_FLAGS = "KeepAlive NoDelay ReusePort FreeBind Transparent Broadcast PassCredentials " +
  "PassSecurity PassPacketInfo SELinuxContextFromNet Writable FlushPending PassFileDescriptorsToExec " +
  "AcceptFileDescriptors";

export const SOCKET_ROWS: readonly UnitRow[] = [
  list(SOCKET, "ListenStream", listen("stream")),
  list(SOCKET, "ListenDatagram", listen("datagram")),
  list(SOCKET, "ListenSequentialPacket", listen("seqpacket")),
  ...["ListenFIFO", "ListenSpecial", "ListenNetlink", "ListenMessageQueue", "ListenUSBFunction"]
    .map(
      (name) => list(SOCKET, name, lost("it is not opened for the service", "much")),
    ),
  one(
    SOCKET,
    "Accept",
    lostIfTrue("there is one process for all connections, not one for each", "much"),
  ),
  ...OF_ALL_SOCKETS.map(([name]) => one(SOCKET, name, OF_SOCKETS)),
  one(SOCKET, "Service", mapped("the sockets stand in its description", () => [])),
  one(
    SOCKET,
    "SocketProtocol",
    lost("only TCP, UDP and sockets of the machine itself are opened", "much"),
  ),
  one(SOCKET, "BindToDevice", lost("it listens on every interface", "some")),
  one(
    SOCKET,
    "DirectoryMode",
    lostUnless(["0755", "755"], "the folder of the socket must be there", "little"),
  ),
  ...["MaxConnections", "MaxConnectionsPerSource"].map((name) =>
    one(SOCKET, name, irrelevant("it counts for Accept=yes alone"))
  ),
  one(SOCKET, "RemoveOnStop", irrelevant("the socket's file goes with the service")),
  list(SOCKET, "Symlinks", lost("there are no symlinks to the socket", "some")),
  one(
    SOCKET,
    "TriggerLimitIntervalSec",
    timeLimit("activation-limit-interval"),
  ),
  one(
    SOCKET,
    "TriggerLimitBurst",
    mapped(
      "`activation-limit-count`",
      (value) =>
        /^[0-9]+$/.test(value)
          ? [{ kind: "set", key: "activation-limit-count", value: Number(value) }]
          : [lost("it is no number", "little")],
    ),
  ),
  ...["PollLimitIntervalSec", "PollLimitBurst"].map((name) =>
    one(SOCKET, name, irrelevant("polling is bounded by the limit of activations"))
  ),
  ...["ExecStartPre", "ExecStartPost", "ExecStopPre", "ExecStopPost"].map((name) =>
    list(SOCKET, name, lost("no command runs when the socket is opened or closed", "some"))
  ),
  one(SOCKET, "TimeoutSec", irrelevant("it is a limit for commands of the socket")),
  ...each(SOCKET, SOCKET_OPTIONS, lost("the socket's option stays as the kernel has it", "little")),
  ...SOCKET_FLAGS.split(" ").map((name) =>
    one(SOCKET, name, lostIfTrue("the socket's option stays as the kernel has it", "little"))
  ),
];
