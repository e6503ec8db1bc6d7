/**
 * A failing plan for people: its services, its moves and what happened.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import { placeholderDescription } from "../../core/schedule/placeholder.ts";
import type { Plan } from "./plan.ts";
import { playPlan } from "./play.ts";

export function reportPlan(plan: Plan): string {
  const { fault, trace } = playPlan(plan, { traces: true });
  return [
    `Fault: ${fault ?? "none"}`,
    "Services:",
    ...plan.services.map((service, index) => {
      const note = plan.broken.includes(index) ? " (broken at first)" : "";
      return `  ${service.name}: ${differencesOf(service)}${note}`;
    }),
    "What happened:",
    ...trace.map((line) => `  ${line}`),
  ].join("\n");
}

/** The settings that are not those of a plain internal service. */
function differencesOf(service: ServiceDescription): string {
  const plain = placeholderDescription(service.name);
  const parts: string[] = [service.type];
  for (const key of Object.keys(plain) as (keyof ServiceDescription)[]) {
    if (["name", "type", "command", "source", "pidFile"].includes(key)) continue;
    const value = JSON.stringify(service[key]);
    if (value !== JSON.stringify(plain[key])) parts.push(`${key} ${value}`);
  }
  return parts.join(", ");
}
