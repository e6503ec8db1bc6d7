/**
 * Installs the built program with its names, manual pages, completions and example services:
 * `npm run install-system -- --prefix /usr`.
 */
import { parseArgs } from "node:util";
import { install, uninstall } from "./install/install.ts";
import { lateLibraries, libraryAdvice } from "./install/libraries.ts";
import { inFolder, installationPlan } from "./install/plan.ts";
import { exists } from "./exists.ts";
import { SERVICES, SET_NAMES, setEntries, type SetEntry } from "./services/composition.ts";

const HELP = `Usage: npm run install-system -- [OPTIONS]

Installs dist/dinit, which npm run build makes, with all that belongs to it.

  --prefix DIR     Install below DIR (default: /usr/local)
  --destdir DIR    Put everything below DIR/PREFIX, for packages
  --replace        Replace programs and pages of others, such as another init's shutdown
  --uninstall      Remove what was installed below the prefix
  --help           Print this and exit
`;

const PROJECT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const PROGRAM = `${PROJECT}/dist/dinit`;

/** Sets of services that serve as examples; the demonstration is for the source tree only. */
const EXAMPLES = SET_NAMES.filter((name) => name !== "demo");

/** A fault of the user's, told without a stack. */
class UsageError extends Error {}

interface Settings {
  readonly prefix: string;
  /** Where the prefix is for now. */
  readonly root: string;
  readonly replace: boolean;
  readonly uninstall: boolean;
}

function readArguments(args: readonly string[]): Settings | "help" {
  const { values } = (() => {
    try {
      return parseArgs({
        // `deno task` hands the "--" on, `npm run` does not.
        args: args[0] === "--" ? args.slice(1) : [...args],
        options: {
          prefix: { type: "string", default: "/usr/local" },
          destdir: { type: "string", default: "" },
          replace: { type: "boolean", default: false },
          uninstall: { type: "boolean", default: false },
          help: { type: "boolean", short: "h", default: false },
        },
      });
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  })();
  if (values.help) return "help";
  const prefix = folder("--prefix", values.prefix);
  const destination = values.destdir === "" ? "" : folder("--destdir", values.destdir);
  const { replace, uninstall } = values;
  return { prefix, root: destination + prefix, replace, uninstall };
}

function folder(option: string, path: string): string {
  if (!path.startsWith("/")) {
    throw new UsageError(`Cannot use ${option} "${path}": name an absolute directory`);
  }
  return path.replace(/\/+$/, "");
}

/** Examples and the schema of descriptions, with paths relative to services/. */
function services(): readonly SetEntry[] {
  const schema = { path: "schema.json", source: `${SERVICES}/schema.json`, mode: 0o644 };
  return [
    ...EXAMPLES.flatMap((name) => setEntries(name).map((entry) => inFolder(name, entry))),
    { kind: "copy", ...schema },
  ];
}

async function runUninstall({ root }: Settings): Promise<void> {
  const removed = await uninstall(root);
  if (removed === undefined) {
    throw new UsageError(`Cannot uninstall: nothing of dinit was installed below ${root}`);
  }
  console.log(`Removed ${removed.length} files below ${root}.`);
}

async function runInstall(settings: Settings): Promise<void> {
  if (!exists(PROGRAM)) {
    throw new UsageError("Cannot install: dist/dinit is missing; make it with npm run build");
  }
  const { prefix, root, replace } = settings;
  const plan = installationPlan({ program: PROGRAM, services: services() });
  const { installed, kept } = await install(plan, { root, replacesForeign: replace });
  console.log(`Installed ${installed.length} files below ${root}.`);
  if (kept.length > 0) {
    console.log("\nThese belong to others and stay (--replace replaces them):");
    for (const path of kept) console.log(`  ${root}/${path}`);
  }
  if (Deno.build.os === "freebsd") {
    for (const line of libraryAdvice(lateLibraries(PROGRAM, readIfThere))) console.log(line);
  }
  console.log(`
Nothing starts by itself. To boot with it, put services into /etc/dinit.d, for example
  mkdir -p /etc/dinit.d && cp -R ${prefix}/share/dinit/services/linux/. /etc/dinit.d/
and name it on the kernel's command line: init=${prefix}/bin/dinit
To remove it: npm run install-system -- --prefix ${prefix} --uninstall`);
}

function readIfThere(path: string): Uint8Array | undefined {
  return exists(path) ? Deno.readFileSync(path) : undefined;
}

if (import.meta.main) {
  try {
    const settings = readArguments(Deno.args);
    if (settings === "help") console.log(HELP.trimEnd());
    else if (settings.uninstall) await runUninstall(settings);
    else await runInstall(settings);
  } catch (error) {
    console.error(`install: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
