/**
 * `/etc/dinit.d/.migrate.json`: what apply wrote, by digest, and what test changed about
 * `/sbin/init`. A dot in front: no service has such a name.
 */
import type { Manifest } from "../../core/migrate/mod.ts";

export const FOLDER = "/etc/dinit.d";
export const MANIFEST_NAME = ".migrate.json";

export interface KeptState {
  readonly files: Manifest;
}

export type ReadManifest =
  | { readonly kind: "state"; readonly state: KeptState }
  | { readonly kind: "faulty"; readonly why: string };

const VERSION = 1;

export function manifestText({ files }: KeptState): string {
  const sorted = [...files].sort(([a], [b]) => a < b ? -1 : 1);
  const note = "Written by dinit migrate: what it wrote here, to tell it from what you changed.";
  return `${
    JSON.stringify({ note, version: VERSION, files: Object.fromEntries(sorted) }, undefined, 1)
  }\n`;
}

export function readManifest(text: string): ReadManifest {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return faultyManifest("it is no object");
    if (!("version" in value) || value.version !== VERSION) {
      return faultyManifest("another version of dinit wrote it");
    }
    const files = "files" in value ? value.files : undefined;
    if (typeof files !== "object" || files === null) return faultyManifest('it has no "files"');
    const entries = Object.entries(files);
    const wrong = entries.find(([path, digest]) => !isInside(path) || typeof digest !== "string");
    if (wrong !== undefined) return faultyManifest(`"${wrong[0]}" is no file of this folder`);
    return {
      kind: "state",
      state: { files: new Map(entries.map(([path, digest]) => [path, String(digest)])) },
    };
  } catch (error) {
    return faultyManifest(error instanceof Error ? error.message : String(error));
  }
}

/** What leads out of the folder is never touched, whatever the file says. */
function isInside(path: string): boolean {
  return !path.startsWith("/") && !path.split("/").some((part) => part === ".." || part === "");
}

function faultyManifest(why: string): ReadManifest {
  return { kind: "faulty", why };
}
