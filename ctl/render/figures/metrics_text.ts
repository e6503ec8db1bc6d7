/**
 * States and figures as text for monitoring systems: OpenMetrics 1.0, or the older text form of
 * Prometheus, which node_exporter's textfile collector reads.
 *
 * They differ in the names of counters' families, in two types that the older one does not have,
 * and in the last line. Sources: OpenMetrics (IETF draft 00), "Text format"; Prometheus,
 * "Exposition formats".
 */
import { ownDurationMs, type StartReport } from "../../../core/figures/start_times.ts";
import { lastTarget } from "../../../core/figures/start_chain.ts";
import { printable } from "../../../core/text/printable.ts";
import type { ManagerUsage, MetricsFormat } from "../../../core/figures/usage.ts";
import type { ServiceFigures } from "../../interface/report.ts";
import { stoppedBadly } from "../text/state_text.ts";

export interface MetricsReport {
  readonly manager: ManagerUsage;
  readonly starts: StartReport;
  readonly services: readonly Omit<ServiceFigures, "before">[];
}

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

interface Family {
  /** Without `_total` and `_info`. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "stateset" | "info";
  readonly help: string;
  readonly samples: readonly Sample[];
}

const STATES = ["stopped", "starting", "started", "stopping"] as const;

/** The text, a piece for each family. */
export function* metricsText(report: MetricsReport, format: MetricsFormat): Iterable<string> {
  for (const family of [...managerFamilies(report), ...serviceFamilies(report)]) {
    if (family.samples.length > 0) yield familyText(family, format);
  }
  if (format === "openmetrics") yield "# EOF\n";
}

function managerFamilies({ manager, starts }: MetricsReport): readonly Family[] {
  const target = lastTarget(starts, starts.targets);
  const up = starts.services.find(({ name }) => name === target)?.starts?.first;
  const kernelMs = starts.isFirstProcess ? starts.kernelMs : undefined;
  return [
    {
      ...{ name: "dinit_build", type: "info", help: "Version of the manager." },
      samples: [{ labels: { version: manager.version }, value: 1 }],
    },
    gauge("dinit_manager_start_time_seconds", "When the manager began, in seconds since 1970.", [
      sample(starts.begunAt / 1000),
    ]),
    counter("dinit_manager_cpu_seconds", "Processor time of the manager itself.", [
      sample(inSeconds(manager.cpuMs)),
    ]),
    gauge("dinit_manager_memory_bytes", "Resident memory of the manager itself.", [
      sample(manager.memoryBytes),
    ]),
    gauge("dinit_manager_open_descriptors", "Open descriptors of the manager itself.", [
      sample(manager.descriptors),
    ]),
    gauge("dinit_boot_kernel_seconds", "How long the kernel ran before the manager began.", [
      sample(inSeconds(kernelMs)),
    ]),
    gauge(
      "dinit_boot_duration_seconds",
      "From the manager's beginning until what it was started for was up.",
      [sample(up?.outcome === "started" ? inSeconds(up.endedMs) : undefined)],
    ),
  ];
}

function serviceFamilies({ services, starts }: MetricsReport): readonly Family[] {
  const each = (
    valueOf: (service: MetricsReport["services"][number]) => number | undefined,
  ): readonly (Sample | undefined)[] =>
    services.map((service) => sample(valueOf(service), { service: service.name }));
  const durations = new Map(starts.services.map((service) => [
    service.name,
    service.starts?.last.outcome === "started"
      ? ownDurationMs(service.starts.last, starts.nowMs)
      : undefined,
  ]));
  return [
    {
      ...{ name: "dinit_service_state", type: "stateset", help: "State of a service." },
      samples: services.flatMap(({ name, status }) =>
        STATES.map((state) => ({
          labels: { service: name, dinit_service_state: state },
          value: status.state === state ? 1 : 0,
        }))
      ),
    },
    gauge("dinit_service_failed", "Whether a service is shown as failed.", [
      ...each(({ status }) => stoppedBadly(status) ? 1 : 0),
    ]),
    gauge("dinit_service_healthy", "Whether its liveness probe finds a service well.", [
      ...each(({ usage }) => usage.isHealthy === undefined ? undefined : Number(usage.isHealthy)),
    ]),
    gauge("dinit_service_wanted", "Whether a service is to be up.", [
      ...each(({ status }) => status.target === "started" ? 1 : 0),
    ]),
    gauge("dinit_service_state_since_seconds", "When it came to its state, since 1970.", [
      ...each(({ usage }) =>
        usage.inStateMs === undefined
          ? undefined
          : Math.round(starts.begunAt + usage.atMs - usage.inStateMs) / 1000
      ),
    ]),
    counter("dinit_service_starts", "Starts that were begun since the service was loaded.", [
      ...each(({ usage }) => usage.starts),
    ]),
    counter("dinit_service_start_failures", "Starts that came to nothing.", [
      ...each(({ usage }) => usage.startFailures),
    ]),
    gauge("dinit_service_restarts", "Automatic restarts since it was last started otherwise.", [
      ...each(({ usage }) => usage.restarts),
    ]),
    gauge("dinit_service_start_duration_seconds", "How long its last start took, waits aside.", [
      ...each(({ name }) => inSeconds(durations.get(name))),
    ]),
    counter("dinit_service_cpu_seconds", "Processor time of its processes.", [
      ...each(({ usage }) => inSeconds(usage.cpuMs)),
    ]),
    gauge("dinit_service_memory_bytes", "Memory of its processes.", [
      ...each(({ usage }) => usage.memoryBytes),
    ]),
    gauge("dinit_service_tasks", "Its processes and threads.", [
      ...each(({ usage }) => usage.tasks),
    ]),
    counter("dinit_service_disk_read_bytes", "What its processes read from disks.", [
      ...each(({ usage }) => usage.readBytes),
    ]),
    counter("dinit_service_disk_written_bytes", "What its processes wrote to disks.", [
      ...each(({ usage }) => usage.writtenBytes),
    ]),
  ];
}

function gauge(name: string, help: string, samples: readonly (Sample | undefined)[]): Family {
  return { name, help, type: "gauge", samples: samples.filter((one) => one !== undefined) };
}

function counter(name: string, help: string, samples: readonly (Sample | undefined)[]): Family {
  return { name, help, type: "counter", samples: samples.filter((one) => one !== undefined) };
}

/** What is not known has no sample. */
function sample(value: number | undefined, labels: Labels = {}): Sample | undefined {
  return value === undefined ? undefined : { labels, value };
}

function inSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 1000) / 1e6;
}

const SUFFIXES = { gauge: "", counter: "_total", stateset: "", info: "_info" } as const;

function familyText({ name, type, help, samples }: Family, format: MetricsFormat): string {
  const sampleName = name + SUFFIXES[type];
  const isOpen = format === "openmetrics";
  const familyName = isOpen ? name : sampleName;
  const knownType = isOpen || type === "gauge" || type === "counter" ? type : "gauge";
  let text = `# HELP ${familyName} ${help}\n# TYPE ${familyName} ${knownType}\n`;
  if (isOpen) text += unitLine(name);
  for (const { labels, value } of samples) text += `${sampleName}${labelText(labels)} ${value}\n`;
  return text;
}

/** A unit has to be the end of the family's name. */
function unitLine(name: string): string {
  const unit = ["seconds", "bytes"].find((each) => name.endsWith(`_${each}`));
  return unit === undefined ? "" : `# UNIT ${name} ${unit}\n`;
}

function labelText(labels: Labels): string {
  const texts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return texts.length === 0 ? "" : `{${texts.join(",")}}`;
}

/** Three characters have an escape; others that could give orders to a terminal become U+FFFD. */
function escaped(value: string): string {
  const lines = value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').split("\n");
  return lines.map(printable).join("\\n");
}
