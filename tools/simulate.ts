/**
 * Simulates the scheduler: `deno task simulate -- --runs N --seed S`; with
 * `--crashes PERCENT` the manager dies in so many of the steps.
 *
 * Each run is a random graph of services with random orders and ends of processes; every invariant
 * is checked after every step. A failing run is made smaller and printed with its seed; the status
 * is 1.
 */
import { runCampaign } from "./simulation/campaign.ts";
import { reportPlan } from "./simulation/report.ts";
import { shrinkPlan } from "./simulation/shrink.ts";

const DEFAULT_RUNS = 20_000;

/** @returns The number after an option; the default when the option is absent. */
function numberOption(args: readonly string[], name: string, otherwise: number): number {
  const index = args.indexOf(name);
  if (index < 0) return otherwise;
  const value = Number(args[index + 1]);
  if (!Number.isInteger(value) || value < 0) {
    console.error(`Cannot use ${name} ${args[index + 1] ?? ""}: give a whole number`);
    Deno.exit(2);
  }
  return value;
}

function main(args: readonly string[]): number {
  const runs = numberOption(args, "--runs", DEFAULT_RUNS);
  const firstSeed = numberOption(args, "--seed", 1);
  const percent = numberOption(args, "--crashes", 0);
  const crashes = percent === 0 ? {} : { crashes: percent / 100 };
  const start = performance.now();
  const { runs: done, steps, failure } = runCampaign({ runs, firstSeed, ...crashes });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${done} runs, ${steps} steps in ${seconds} s, first seed ${firstSeed}`);
  if (failure === undefined) return 0;
  console.log(`Seed ${failure.seed}: ${failure.fault}\n`);
  const plan = args.includes("--whole") ? failure.plan : shrinkPlan(failure.plan);
  console.log(reportPlan(plan));
  console.log(
    `\nAgain: deno task simulate -- --runs 1 --seed ${failure.seed}${
      percent === 0 ? "" : ` --crashes ${percent}`
    }`,
  );
  return 1;
}

if (import.meta.main) Deno.exit(main(Deno.args));
