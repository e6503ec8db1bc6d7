/** What a service takes of the machine, in a line and as JSON. */
import type { ServiceUsage } from "../../../core/figures/usage.ts";
import { bytesText } from "../text/byte_count.ts";
import { durationText } from "../text/duration_text.ts";

/** `23 MiB of memory, 1.2 s of processor time, 4 tasks`; undefined: nothing is known. */
export function usageLine(usage: ServiceUsage): string | undefined {
  const { memoryBytes, cpuMs, tasks, readBytes, writtenBytes } = usage;
  const parts = [
    memoryBytes === undefined ? undefined : `${bytesText(memoryBytes)} of memory`,
    cpuMs === undefined ? undefined : `${durationText(cpuMs)} of processor time`,
    tasks === undefined ? undefined : tasks === 1 ? "1 task" : `${tasks} tasks`,
    readBytes ? `${bytesText(readBytes)} read` : undefined,
    writtenBytes ? `${bytesText(writtenBytes)} written` : undefined,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return `${parts.join(", ")}${usage.isPartial ? " (not all of its processes)" : ""}`;
}

/** Seconds and bytes. */
export function usageJson(usage: ServiceUsage): object {
  return {
    cpu: usage.cpuMs === undefined ? null : Math.round(usage.cpuMs) / 1000,
    memory: usage.memoryBytes ?? null,
    tasks: usage.tasks ?? null,
    read: usage.readBytes ?? null,
    written: usage.writtenBytes ?? null,
    source: usage.source,
    partial: usage.isPartial,
  };
}
