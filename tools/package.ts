/**
 * Makes packages of the built program: `npm run package`. Built twice of the same sources, each has
 * the same bytes.
 */
import { parseArgs } from "node:util";
import { exists } from "./exists.ts";
import { buildDeb, debianPackages } from "./package/deb.ts";
import {
  debianArchitecture,
  type PackageIdentity,
  packageVersion,
  sourceEpoch,
} from "./package/identity.ts";
import { buildImage } from "./package/oci.ts";
import { buildApkTree, buildTarball } from "./package/tree.ts";

const KINDS = ["deb", "tarball", "apk", "oci"] as const;
type Kind = (typeof KINDS)[number];

const HELP = `Usage: npm run package [-- OPTIONS] [KIND...]

Makes packages of dist/dinit, which npm run build makes, below dist/packages/:

  deb       dinit-deno (beside another init) and dinit-deno-init (the machine's init), by dpkg-deb
  tarball   program, manuals, completions and sets of services, to be unpacked in /
  apk       a folder with an APKBUILD and the trees that Alpine's abuild packs
  oci       an image for containers: podman load < FILE

All of them without a KIND.

  --program FILE   The executable (default: dist/dinit)
  --output DIR     Where packages go (default: dist/packages)
  --fast           Compress for speed, for tests
  --help           Print this and exit

Environment: SOURCE_DATE_EPOCH=SECONDS is the time of all files; by default that of the commit.
`;

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** A fault of the user's, told without a stack. */
class UsageError extends Error {}

interface Settings {
  readonly kinds: readonly Kind[];
  readonly program: string;
  readonly output: string;
  readonly isFast: boolean;
}

function readArguments(args: readonly string[]): Settings | "help" {
  const { values, positionals } = (() => {
    try {
      return parseArgs({
        // `deno task` hands the "--" on, `npm run` does not.
        args: args[0] === "--" ? args.slice(1) : [...args],
        allowPositionals: true,
        options: {
          program: { type: "string", default: `${ROOT}/dist/dinit` },
          output: { type: "string", default: `${ROOT}/dist/packages` },
          fast: { type: "boolean", default: false },
          help: { type: "boolean", short: "h", default: false },
        },
      });
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  })();
  if (values.help) return "help";
  const kinds = positionals.map((word) => {
    const kind = KINDS.find((each) => each === word);
    if (kind !== undefined) return kind;
    throw new UsageError(`Cannot make "${word}": allowed are ${KINDS.join(", ")}`);
  });
  return {
    kinds: kinds.length === 0 ? KINDS : kinds,
    program: absolute(values.program),
    output: absolute(values.output),
    isFast: values.fast,
  };
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

async function identify(): Promise<PackageIdentity> {
  const architecture = debianArchitecture(Deno.build.target);
  if (architecture === undefined) {
    throw new UsageError(`There are no packages for ${Deno.build.target}`);
  }
  return {
    version: await packageVersion(ROOT),
    architecture,
    epoch: await sourceEpoch(ROOT, Deno.env.get("SOURCE_DATE_EPOCH")),
  };
}

async function build({ kinds, program, output, isFast }: Settings): Promise<void> {
  if (!exists(program)) {
    throw new UsageError(`Cannot package ${program}: it is missing; make it with npm run build`);
  }
  const identity = await identify();
  const changelog = await Deno.readTextFile(`${ROOT}/CHANGELOG.md`);
  await Deno.mkdir(output, { recursive: true });
  const scratch = await Deno.makeTempDir({ prefix: "dinit-package-" });
  const options = { identity, output, scratch };
  const made = async (path: Promise<string>) => console.log(await path);
  try {
    for (const kind of new Set(kinds)) {
      switch (kind) {
        case "deb": {
          const compression = isFast ? "gzip" : "xz";
          for (const one of debianPackages(program, identity)) {
            await made(buildDeb(one, { ...options, compression, changelog }));
          }
          break;
        }
        case "tarball":
          await made(buildTarball(program, options));
          break;
        case "apk":
          await made(buildApkTree(program, options));
          break;
        case "oci":
          await made(buildImage(program, options));
      }
    }
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    const settings = readArguments(Deno.args);
    if (settings === "help") console.log(HELP.trimEnd());
    else await build(settings);
  } catch (error) {
    console.error(`package: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
