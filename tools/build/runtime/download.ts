/**
 * Deno's runtime from Deno's own download server, the same archive that `deno compile` would fetch.
 *
 * `fetch` keeps to DENO_TLS_CA_STORE. The time limits are short, because many build machines cannot
 * reach the server and there is another source.
 */
import { sha256 } from "../hash.ts";
import type { Progress } from "../progress.ts";
import { readZipEntry } from "../zip.ts";

/** Where Deno's releases are. */
export const DENO_DOWNLOADS = "https://dl.deno.land";

/** Longest wait for the first byte of an answer. */
const ANSWER_TIMEOUT_MS = 4_000;
/** Longest silence in the middle of an answer. */
const STALL_TIMEOUT_MS = 15_000;

/** Path of the archive, on the server and under `dl` in Deno's own cache alike. */
function archivePath(denoVersion: string, target: string): string {
  return `release/v${denoVersion}/denort-${target}.zip`;
}

/**
 * The runtime that an earlier `deno compile` of this machine downloaded.
 *
 * @param denoDirectory Deno's cache, as `deno info` tells it.
 * @returns undefined when there is none.
 */
export async function readDenoCache(
  denoDirectory: string,
  denoVersion: string,
  target: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const path = `${denoDirectory}/dl/${archivePath(denoVersion, target)}`;
  const archive = await Deno.readFile(path).catch(() => undefined);
  return archive === undefined ? undefined : await readZipEntry(archive, "denort");
}

/**
 * Downloads and unpacks the runtime.
 *
 * @param server Address of the server, without a slash at the end.
 * @returns The runtime's ELF file.
 * @throws {Error} Not reachable in time, not found, or not what the published checksum says.
 */
export async function downloadRuntime(
  server: string,
  denoVersion: string,
  target: string,
  progress: Progress,
): Promise<Uint8Array<ArrayBuffer>> {
  const url = `${server}/${archivePath(denoVersion, target)}`;
  const archive = await download(url, progress);
  if (archive === undefined) throw new Error(`${url} does not exist`);

  const published = await download(`${url}.sha256sum`, progress);
  if (published !== undefined) {
    // `sha256sum` writes the digest first; PowerShell's form, too, holds it as 64 hexadecimal
    // digits.
    const expected = /\b[0-9a-f]{64}\b/i.exec(new TextDecoder().decode(published))?.[0];
    const actual = await sha256(archive);
    if (expected?.toLowerCase() !== actual) {
      throw new Error(`${url} has SHA-256 ${actual}, published is ${expected ?? "none"}`);
    }
  }
  return await readZipEntry(archive, "denort");
}

/** @returns undefined when the server has no such file. */
async function download(
  url: string,
  progress: Progress,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return await progress.during(new URL(url).host, (received) => receive(url, received));
}

async function receive(
  url: string,
  received: (bytes: number, ofBytes: number | undefined) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const abort = new AbortController();
  const giveUp = () => abort.abort(new Error(`no answer in time from ${new URL(url).host}`));
  let timer = setTimeout(giveUp, ANSWER_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      if (response.status === 404) return undefined;
      throw new Error(`${url}: the server answered ${response.status}`);
    }
    const length = Number(response.headers.get("content-length"));
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      chunks.push(chunk);
      bytes += chunk.length;
      received(bytes, length > 0 ? length : undefined);
      clearTimeout(timer);
      timer = setTimeout(giveUp, STALL_TIMEOUT_MS);
    }
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}
