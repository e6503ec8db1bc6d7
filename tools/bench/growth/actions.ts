/** What is measured of many services: names for figures. */

export const GROWTH_SIZES: readonly number[] = [10, 100, 1000, 10_000, 50_000];

/** Done by clients, in this order. */
export const GROWTH_COMMANDS = ["load", "start", "list", "status", "stop"] as const;
export const GROWTH_ACTIONS = [...GROWTH_COMMANDS, "memory"] as const;
export type GrowthAction = typeof GROWTH_ACTIONS[number];

/** Of a service: thousands of instructions, microseconds on a processor, bytes. */
export type GrowthUnit = "k" | "µs" | "B";

/** A figure's id. */
export function growthId(size: number, action: GrowthAction, unit: GrowthUnit): string {
  return `growth-${size}-${action}-${unit}`;
}
