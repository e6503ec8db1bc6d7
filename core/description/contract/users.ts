/**
 * The user and group database as descriptions need it, and how /etc/passwd and /etc/group are read.
 * Format: passwd(5), group(5).
 */

export interface User {
  readonly name: string;
  readonly uid: number;
  /** Primary group. */
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Who exists on the system. */
export interface UserDatabase {
  byName(name: string): User | undefined;
  byUid(uid: number): User | undefined;
  /** @returns The group's number. */
  groupByName(name: string): number | undefined;
  /** The primary group and every group that lists the user, without duplicates. */
  groupsOf(user: User): readonly number[];
  /** All names, for near misses. */
  names(): Iterable<string>;
}

/** The shell of users whose field is empty. Source: passwd(5). */
const DEFAULT_SHELL = "/bin/sh";

/**
 * A database from the text of passwd(5) and group(5). What glibc forgives is forgiven: blanks at
 * the beginning of a line, before a member of a group and before a number. Blanks and a CR at the
 * end of a line or member are dropped, too. Lines that are none are skipped.
 *
 * Source: glibc, nss/nss_files/files-parse.c.
 */
export function parseUserDatabase(passwd: string, group: string): UserDatabase {
  const byName = new Map<string, User>();
  const byUid = new Map<number, User>();
  for (const user of parsePasswd(passwd)) {
    if (!byName.has(user.name)) byName.set(user.name, user);
    if (!byUid.has(user.uid)) byUid.set(user.uid, user);
  }
  const groups = new Map<string, number>();
  const memberships = new Map<string, number[]>();
  for (const { name, gid, members } of parseGroup(group)) {
    if (!groups.has(name)) groups.set(name, gid);
    for (const member of members) {
      const gids = memberships.get(member);
      if (gids === undefined) memberships.set(member, [gid]);
      else gids.push(gid);
    }
  }
  return {
    byName: (name) => byName.get(name),
    byUid: (uid) => byUid.get(uid),
    groupByName: (name) => groups.get(name),
    groupsOf: (user) => [...new Set([user.gid, ...memberships.get(user.name) ?? []])],
    names: () => byName.keys(),
  };
}

function* parsePasswd(text: string): Generator<User> {
  for (const [name, , uidText, gidText, , home, shell] of entries(text)) {
    const uid = parseId(uidText);
    const gid = parseId(gidText);
    if (name === undefined || uid === undefined || gid === undefined) continue;
    yield {
      name,
      uid,
      gid,
      home: home === undefined || home === "" ? "/" : home,
      shell: shell === undefined || shell === "" ? DEFAULT_SHELL : shell,
    };
  }
}

function* parseGroup(
  text: string,
): Generator<{ readonly name: string; readonly gid: number; readonly members: string[] }> {
  for (const [name, , gidText, members = ""] of entries(text)) {
    const gid = parseId(gidText);
    if (name === undefined || gid === undefined) continue;
    const names = members.split(",").map((member) => member.trim());
    yield { name, gid, members: names.filter((member) => member !== "") };
  }
}

/**
 * The fields of each line that is no comment; `+` and `-` begin lines for NIS, which name nobody
 * here.
 */
function* entries(text: string): Generator<readonly string[]> {
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    if (trimmed === "" || "#+-:".includes(trimmed.charAt(0))) continue;
    yield trimmed.split(":");
  }
}

/** A number as strtoul(3) reads it, without a minus. */
function parseId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\+?0*[0-9]{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= MAX_ID ? id : undefined;
}

/** Largest user or group number; the one above means "unchanged" to the kernel. */
export const MAX_ID = 4294967294;
