/** What the bytes of each request and reply are. */
import { NO_USAGE } from "../../../core/figures/usage.ts";
import {
  handle,
  type Reply,
  type ReportedStatus,
  type Request,
} from "../../../core/protocol/mod.ts";
import { NO_DETAILS } from "../../reported_details.ts";

export const SERVICE = handle(0x01020304);
export const OTHER = handle(5);

/** Every request with its bytes. A new row of requests wants one here. */
export const REQUEST_EXAMPLES: readonly (readonly [Request, string])[] = [
  [{ kind: "query-version" }, "00"],
  [{ kind: "find", name: "p" }, "01010070"],
  [{ kind: "load", name: "ö@x" }, "020400c3b64078"],
  [{ kind: "start", handle: SERVICE, pin: false, preack: false }, "030004030201"],
  [{ kind: "start", handle: SERVICE, pin: true, preack: true }, "038104030201"],
  [
    { kind: "stop", handle: SERVICE, pin: true, gentle: true, restart: true, preack: false },
    "040704030201",
  ],
  [
    { kind: "stop", handle: SERVICE, pin: false, gentle: true, restart: false, preack: false },
    "040204030201",
  ],
  [{ kind: "wake", handle: SERVICE, pin: true, preack: false }, "050104030201"],
  [{ kind: "release", handle: SERVICE, pin: false, preack: true }, "068004030201"],
  [{ kind: "unpin", handle: SERVICE }, "0704030201"],
  [{ kind: "list" }, "08"],
  [{ kind: "unload", handle: SERVICE }, "0904030201"],
  [{ kind: "shutdown", type: "remain" }, "0a01"],
  [{ kind: "shutdown", type: "soft-reboot" }, "0a05"],
  [{ kind: "shutdown", type: "kexec" }, "0a06"],
  [
    { kind: "add-dependency", dependency: "need", from: SERVICE, to: OTHER },
    "0b000403020105000000",
  ],
  [
    { kind: "remove-dependency", dependency: "waits-for", from: OTHER, to: SERVICE },
    "0c020500000004030201",
  ],
  [{ kind: "query-load-mechanism" }, "0d"],
  [{ kind: "enable", dependency: "milestone", from: SERVICE, to: OTHER }, "0e030403020105000000"],
  [{ kind: "query-name", handle: SERVICE }, "0f0004030201"],
  [{ kind: "query-details", handle: SERVICE }, "0f4404030201"],
  [{ kind: "query-summaries" }, "0f41ffffffff"],
  [{ kind: "refresh", handle: SERVICE }, "0f5204030201"],
  [{ kind: "query-remarks" }, "0f48ffffffff"],
  [{ kind: "query-cause" }, "0f43ffffffff"],
  [{ kind: "plan" }, "0f50ffffffff"],
  [
    { kind: "plan-order", verb: "restart", pin: false, force: true, name: "web" },
    "0f4f02020300776562",
  ],
  [{ kind: "plan-reload" }, "0f46"],
  [{ kind: "plan-shutdown", type: "halt" }, "0f5302"],
  [{ kind: "reload-together" }, "0f4cffffffff"],
  [{ kind: "report" }, "0f54ffffffff"],
  [{ kind: "query-starts" }, "0f42ffffffff"],
  [{ kind: "query-manager" }, "0f4dffffffff"],
  [{ kind: "query-usage", name: "p" }, "0f55010070"],
  [{ kind: "reload", handle: SERVICE }, "1004030201"],
  [{ kind: "set-environment", text: "A=b=c" }, "110500413d623d63"],
  [{ kind: "status", handle: SERVICE }, "1204030201"],
  [{ kind: "set-trigger", handle: SERVICE, on: true }, "130403020101"],
  [{ kind: "read-log", handle: SERVICE, clear: true }, "140104030201"],
  [{ kind: "signal", handle: SERVICE, signal: -1 }, "15ffffffff04030201"],
  [{ kind: "query-description-directory", handle: SERVICE }, "160004030201"],
  [{ kind: "close-handle", handle: SERVICE }, "1704030201"],
  [{ kind: "list-environment" }, "1800"],
  [{ kind: "list-5" }, "19"],
  [{ kind: "status-5", handle: SERVICE }, "1a04030201"],
  [{ kind: "listen-environment" }, "1b"],
  [{ kind: "status-6", handle: SERVICE }, "1c04030201"],
  [{ kind: "enable-7", dependency: "waits-for", from: SERVICE, to: OTHER }, "1d020403020105000000"],
  [{ kind: "reexec", program: "/x" }, "c902002f78"],
];

/** Of a service that is up. */
export const STATUS: ReportedStatus = {
  state: "started",
  target: "started",
  waitsForConsole: false,
  hasConsole: true,
  startSkipped: false,
  marked: true,
  pid: 77,
  reason: "normal",
  execFailure: undefined,
  exit: { kind: "none" },
  descriptionTime: undefined,
};

/** Every reply with its bytes; a status is of form 1. A new row of replies wants one here. */
export const REPLY_EXAMPLES: readonly (readonly [Reply, string])[] = [
  [{ kind: "ack" }, "32"],
  [{ kind: "nak" }, "33"],
  [{ kind: "bad-request" }, "34"],
  [{ kind: "out-of-memory" }, "35"],
  [{ kind: "version", minimum: 1, current: 7 }, "3a01000700"],
  [
    { kind: "service-record", state: "starting", handle: SERVICE, target: "started" },
    "3b010403020102",
  ],
  [{ kind: "no-service" }, "3c"],
  [{ kind: "already" }, "3d"],
  [{ kind: "service-info", name: "ö", form: 1, status: STATUS }, "3e0202021a0000004d000000c3b6"],
  [{ kind: "list-done" }, "3f"],
  [
    { kind: "load-mechanism", mechanism: 1, workingDirectory: "/", directories: ["a", "bc"] },
    "40011a00000002000000010000002f0100000061020000006263",
  ],
  [{ kind: "dependents", handles: [SERVICE, OTHER] }, "4102000000000000000403020105000000"],
  [{ kind: "service-name", name: "p" }, "4200010070"],
  [
    {
      kind: "details",
      details: {
        ...NO_DETAILS,
        inStateMs: 12,
        isPinnedStopped: true,
      },
    },
    "42442600" +
    "696e2d73746174653d3132 00 72657374617274733d30 00 70696e6e65643d73746f70706564 00".replaceAll(
      " ",
      "",
    ),
  ],
  [
    { kind: "summaries", summaries: new Map([["a", "A b"]]) },
    "4241" + "0600000000000000" + "6100" + "41206200",
  ],
  [
    {
      kind: "remarks",
      remarks: new Map([["a", {
        health: { purpose: "liveness", state: "unhealthy", agoMs: 7, why: "x" },
        mask: "/m",
      }]]),
    },
    "4248" + "2a00000000000000" + hexOf("a\0health=liveness unhealthy 7 x\0a\0mask=/m\0"),
  ],
  [{ kind: "cause", faults: ["a", "b"] }, "4243040061006200"],
  [
    {
      kind: "plan",
      plan: { answers: [], steps: [], services: [], lacks: [], reloads: [], end: "whole" },
    },
    "42504d000000" + hexOf(
      '{"answers":[],"steps":[],"services":[],"lacks":[],"reloads":[],"end":"whole"}',
    ),
  ],
  [{ kind: "report", text: "{}\n" }, "4254030000007b7d0a"],
  [
    {
      kind: "starts",
      report: {
        ...{ nowMs: 9, begunAt: 8, isFirstProcess: true, kernelMs: 7, readyMs: 6, targets: ["b"] },
        services: [],
      },
    },
    "424264000000" + hexOf(
      '{"nowMs":9,"begunAt":8,"isFirstProcess":true,"kernelMs":7,"readyMs":6,"targets":["b"],' +
        '"services":[]}',
    ),
  ],
  [
    {
      kind: "manager",
      usage: { ...NO_USAGE, tasks: 2, version: "1", pid: 3, descriptors: undefined, atMs: 4 },
    },
    "424d2a000000" + hexOf('{"tasks":2,"version":"1","pid":3,"atMs":4}'),
  ],
  [
    {
      kind: "usage",
      usage: {
        ...{ ...NO_USAGE, cpuMs: 1, source: "cgroup", isPartial: true, atMs: 2 },
        ...{ inStateMs: undefined, restarts: 3, starts: 4, startFailures: 5 },
        ...{ state: "starting", waitsFor: ["d"], usualStartMs: 6, usualStopMs: undefined },
      },
    },
    "425596000000" + hexOf(
      '{"cpuMs":1,"source":"cgroup","isPartial":true,"atMs":2,"restarts":3,"starts":4,' +
        '"startFailures":5,"state":"starting","waitsFor":["d"],"usualStartMs":6}',
    ),
  ],
  [{ kind: "pinned-stopped" }, "43"],
  [{ kind: "pinned-started" }, "44"],
  [{ kind: "shutting-down" }, "45"],
  [{ kind: "status", existed: true, form: 1, status: STATUS }, "460102021a0000004d000000"],
  [{ kind: "description-error" }, "47"],
  [{ kind: "load-error" }, "48"],
  [{ kind: "log", bytes: new Uint8Array([65, 10]) }, "490002000000410a"],
  [{ kind: "signal-no-process" }, "4a"],
  [{ kind: "signal-bad-number" }, "4b"],
  [{ kind: "signal-failed" }, "4c"],
  [{ kind: "description-directory", directory: "/d" }, "4d020000002f64"],
  [{ kind: "environment", entries: ["A=1", "B="] }, "4e0700000000000000413d3100423d00"],
  [{ kind: "preack" }, "4f"],
];

function hexOf(text: string): string {
  return [...text].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}
