/**
 * An image for containers, as an archive in the form of the Open Container Initiative: made without
 * an engine and without a network, read by `podman load`, `skopeo` and the like.
 *
 * It holds the program, the libraries that it loads, and the set `container`, which a person
 * replaces; with a static busybox of this machine it has a shell for the set's scripts, too.
 *
 * Source: OCI image-spec 1.0, "Image Layout", "Image Manifest", "Image Configuration".
 */
import { run } from "../build/process.ts";
import { setEntries } from "../services/composition.ts";
import { copy, directory, type ImageFile, link, text } from "../vm/images/image_file.ts";
import { sharedLibraries } from "../vm/shared_libraries.ts";
import type { PackageIdentity } from "./identity.ts";
import { stage } from "./stage.ts";
import { archive, type TreeOptions } from "./tree.ts";

const BUSYBOX = "/bin/busybox";

/** @returns Path of the archive. @throws {Error} When tar or ldd fails. */
export async function buildImage(program: string, options: TreeOptions): Promise<string> {
  const { identity, output, scratch } = options;
  const { epoch, version, architecture } = identity;
  await stage(await contents(program), `${scratch}/image-root`, epoch);
  const layer = await archive(`${scratch}/image-root`, `${scratch}/layer.tar`, epoch);
  const folder = `${scratch}/image`;
  const blobs = `${folder}/blobs/sha256`;
  await Deno.mkdir(blobs, { recursive: true });
  const store = async (media: string, bytes: Uint8Array<ArrayBuffer>): Promise<Descriptor> => {
    const digest = await sha256(bytes);
    await Deno.writeFile(`${blobs}/${digest}`, bytes);
    return { mediaType: media, digest: `sha256:${digest}`, size: bytes.length };
  };
  const stored = await store(`${MEDIA}.layer.v1.tar`, await Deno.readFile(layer));
  const config = await store(`${MEDIA}.config.v1+json`, json(configOf(identity, stored.digest)));
  const manifest = await store(
    `${MEDIA}.manifest.v1+json`,
    json({
      schemaVersion: 2,
      mediaType: `${MEDIA}.manifest.v1+json`,
      config,
      layers: [stored],
    }),
  );
  const tag = { "org.opencontainers.image.ref.name": `localhost/dinit:${version}` };
  await Deno.writeFile(`${folder}/oci-layout`, json({ imageLayoutVersion: "1.0.0" }));
  await Deno.writeFile(
    `${folder}/index.json`,
    json({ schemaVersion: 2, manifests: [{ ...manifest, annotations: tag }] }),
  );
  await run(["chmod", "-R", "u=rwX,go=rX", folder]);
  return await archive(folder, `${output}/dinit-${version}-${architecture}.oci.tar`, epoch);
}

const MEDIA = "application/vnd.oci.image";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

async function contents(program: string): Promise<readonly ImageFile[]> {
  return [
    copy("/usr/bin/dinit", program),
    ...["dinitctl", "dinit-check", "dinit-monitor"].map((name) =>
      link(`/usr/bin/${name}`, "dinit")
    ),
    ...sharedLibraries(program).map((path) => copy(path, path, 0o755)),
    ...setEntries("container").map((entry) =>
      entry.kind === "link"
        ? link(`/etc/dinit.d/${entry.path}`, entry.target)
        : copy(`/etc/dinit.d/${entry.path}`, entry.source, entry.mode)
    ),
    text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"),
    text("/etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    ...["/run", "/root", "/proc", "/sys", "/dev", "/var/lib"].map((path) => directory(path)),
    directory("/tmp", 0o1777),
    ...await shell(),
  ];
}

/** A shell and the tools that scripts of the set use; none where busybox is missing or dynamic. */
async function shell(): Promise<readonly ImageFile[]> {
  const isThere = await Deno.stat(BUSYBOX).then(({ isFile }) => isFile, () => false);
  if (!isThere || sharedLibraries(BUSYBOX).length > 0) return [];
  const names = new TextDecoder().decode(await run([BUSYBOX, "--list"])).trim().split("\n").sort();
  return [
    copy(BUSYBOX, BUSYBOX),
    ...names.filter((name) => name !== "busybox" && !INIT_NAMES.has(name))
      .map((name) => link(`/bin/${name}`, "busybox")),
  ];
}

const INIT_NAMES: ReadonlySet<string> = new Set(["init", "halt", "poweroff", "reboot"]);

function configOf({ epoch, architecture }: PackageIdentity, layer: string): unknown {
  return {
    created: new Date(epoch * 1000).toISOString(),
    architecture,
    os: "linux",
    config: {
      Entrypoint: ["/usr/bin/dinit", "--container", "--grace", "9s"],
      Env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
      WorkingDir: "/",
    },
    rootfs: { type: "layers", diff_ids: [layer] },
  };
}

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
