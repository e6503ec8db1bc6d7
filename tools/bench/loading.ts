/**
 * How long it takes to load 10,000 services from TOML files, dependencies included.
 *
 * Processor time is measured, not the clock, so that other work on the machine does not count.
 * Run it with `deno run -A tools/bench/loading.ts`.
 */
import process from "node:process";
import { Loader } from "../../daemon/descriptions/loader.ts";
import { FileUserDatabase } from "../../daemon/descriptions/user_database.ts";
import { openPlatform } from "../../platform/mod.ts";

const SERVICES = 10_000;
/** Services in one chain of dependencies, which one load reads. */
const CHAIN = 20;
const ROUNDS = 5;

/** A typical description: a process with ten settings. */
function description(index: number): string {
  const isLast = index % CHAIN === CHAIN - 1;
  return [
    `# service ${index}`,
    'type = "process"',
    `command = ["/usr/bin/svc${index}", "--port", "$PORT"]`,
    'run-as = "daemon"',
    'restart = "on-failure"',
    'stop-timeout = "30s"',
    'log-type = "buffer"',
    "log-buffer-size = 16384",
    'options = ["start-interruptible"]',
    'rlimit-nofile = { soft = 4096, hard = "-" }',
    isLast ? "" : `depends-on = ["svc${index + 1}"]`,
    "[environment]",
    'PORT = "8080"',
    "",
  ].join("\n");
}

function measure(loader: Loader): { readonly micros: number; readonly count: number } {
  const before = process.cpuUsage();
  let count = 0;
  for (let index = 0; index < SERVICES; index += CHAIN) {
    const result = loader.load(`svc${index}`);
    if (result.kind !== "loaded") throw new Error(`svc${index} did not load`);
    count += result.descriptions.length;
  }
  const { user, system } = process.cpuUsage(before);
  return { micros: user + system, count };
}

if (import.meta.main) {
  const directory = Deno.makeTempDirSync();
  try {
    for (let index = 0; index < SERVICES; index++) {
      Deno.writeTextFileSync(`${directory}/svc${index}.toml`, description(index));
    }
    const platform = openPlatform();
    const environment = new Map(Object.entries(Deno.env.toObject()));
    const loader = new Loader({
      platform,
      directories: [directory],
      users: new FileUserDatabase(platform),
      environment: () => environment,
      isLoaded: () => false,
    });
    for (let round = 1; round <= ROUNDS; round++) {
      const { micros, count } = measure(loader);
      const each = (micros / count).toFixed(1);
      console.log(`round ${round}: ${count} services, ${each} µs of processor time each`);
    }
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
