/**
 * The user database of the system: /etc/passwd and /etc/group, read when first needed and again
 * once they have changed.
 *
 * Name services beyond these files are not asked: they may need services that the manager is to
 * start.
 */
import { parseUserDatabase, type User, type UserDatabase } from "../../core/description/mod.ts";
import type { FileContents, Platform } from "../../platform/mod.ts";

const PASSWD = "/etc/passwd";
const GROUP = "/etc/group";
/** Systems with tens of thousands of users stay below. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** Reads the files through the platform; files that cannot be read count as empty. */
export class FileUserDatabase implements UserDatabase {
  readonly #platform: Pick<Platform, "readFile">;
  #database: UserDatabase = parseUserDatabase("", "");
  #stamp: string | undefined;
  #mayHaveChanged = true;

  constructor(platform: Pick<Platform, "readFile">) {
    this.#platform = platform;
  }

  /** The next question reads the files anew if they have changed; to be called before a load. */
  refresh(): void {
    this.#mayHaveChanged = true;
  }

  byName(name: string): User | undefined {
    return this.#current().byName(name);
  }

  byUid(uid: number): User | undefined {
    return this.#current().byUid(uid);
  }

  groupByName(name: string): number | undefined {
    return this.#current().groupByName(name);
  }

  groupsOf(user: User): readonly number[] {
    return this.#current().groupsOf(user);
  }

  names(): Iterable<string> {
    return this.#current().names();
  }

  #current(): UserDatabase {
    if (!this.#mayHaveChanged) return this.#database;
    this.#mayHaveChanged = false;
    const passwd = this.#read(PASSWD);
    const group = this.#read(GROUP);
    const stamp = `${stampOf(passwd)} ${stampOf(group)}`;
    if (stamp !== this.#stamp) this.#database = parseUserDatabase(textOf(passwd), textOf(group));
    this.#stamp = stamp;
    return this.#database;
  }

  #read(path: string): FileContents | undefined {
    const result = this.#platform.readFile(path, LIMIT_BYTES);
    return result.kind === "contents" ? result : undefined;
  }
}

/** Changes whenever the file does: editors of these files replace them. */
function stampOf(file: FileContents | undefined): string {
  if (file === undefined) return "none";
  return `${file.modifiedSeconds}.${file.modifiedNanoseconds}+${file.bytes.length}`;
}

function textOf(file: FileContents | undefined): string {
  return file === undefined ? "" : new TextDecoder().decode(file.bytes);
}
