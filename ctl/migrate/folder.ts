/** `/etc/dinit.d` of a machine, as `dinit migrate` reads and changes it. */
import type { Change, Manifest } from "../../core/migrate/mod.ts";
import { digestOf, type Disk } from "./disk.ts";
import { MANIFEST_NAME, manifestText, readManifest } from "./manifest_file.ts";

export type ReadWritten =
  | { readonly kind: "written"; readonly files: Manifest }
  /** Nothing was written yet. */
  | { readonly kind: "nothing" }
  /** A sentence without its end. */
  | { readonly kind: "faulty"; readonly why: string };

export class MachineFolder {
  readonly path: string;
  readonly #disk: Disk;

  /** @param path On this machine. */
  constructor(path: string, disk: Disk) {
    this.path = path;
    this.#disk = disk;
  }

  place(path: string): string {
    return `${this.path}/${path}`;
  }

  has(path: string): boolean {
    return this.#disk.contentOf(this.place(path)) !== undefined;
  }

  /** What was written before. */
  written(): ReadWritten {
    const path = this.place(MANIFEST_NAME);
    const there = this.#disk.contentOf(path);
    if (there === undefined) return { kind: "nothing" };
    const text = there !== "other" && there.kind === "text" ? there.text : "";
    const read = readManifest(text);
    return read.kind === "faulty"
      ? { kind: "faulty", why: `cannot use ${path}: ${read.why}` }
      : { kind: "written", files: read.state.files };
  }

  /** @returns Why not; undefined when it is done. */
  note(files: Manifest): string | undefined {
    const text = manifestText({ files });
    return this.#write(
      MANIFEST_NAME,
      () => this.#disk.write(this.place(MANIFEST_NAME), { kind: "text", text, mode: 0o644 }),
    );
  }

  /** Removes the note. @returns Why not. */
  forget(): string | undefined {
    const why = this.#disk.remove(this.place(MANIFEST_NAME));
    return why === undefined ? undefined : `cannot remove ${this.place(MANIFEST_NAME)}: ${why}`;
  }

  /** Removes folders of files that have become empty, and the folder itself last. */
  removeEmptyFolders(files: Iterable<string>): void {
    const folders = [...files].map((path) => this.place(path).replace(/\/[^/]*$/, ""));
    for (const folder of [...new Set(folders)].sort((a, b) => b.length - a.length)) {
      this.#disk.removeEmptyFolders(folder, this.path);
    }
  }

  /** Digests of what is there, by path; what has no content has a digest like no other. */
  async digests(paths: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const digests = new Map<string, string>();
    for (const path of paths) {
      const content = this.#disk.contentOf(this.place(path));
      if (content === "other") digests.set(path, "other");
      else if (content !== undefined) digests.set(path, await digestOf(content));
    }
    return digests;
  }

  /** @returns Why not; undefined when it is done. */
  carryOut(change: Change): string | undefined {
    switch (change.kind) {
      case "write":
      case "replace":
        return this.#write(
          change.path,
          () => this.#disk.write(this.place(change.path), change.content),
        );
      case "remove": {
        const why = this.#disk.remove(this.place(change.path));
        return why === undefined ? undefined : `cannot remove ${this.place(change.path)}: ${why}`;
      }
      case "unchanged":
      case "keep":
        return undefined;
    }
  }

  #write(path: string, write: () => string | undefined): string | undefined {
    const why = write();
    return why === undefined ? undefined : `cannot write ${this.place(path)}: ${why}`;
  }
}
