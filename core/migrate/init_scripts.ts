/**
 * Scripts of /etc/init.d that are on and have no unit: what systemd runs by its generator. Each
 * becomes a scripted service that calls it. Source: systemd-sysv-generator(8); LSB 5.0, 22.3.
 */
import { type ConvertFiles, namesIn, readText } from "../convert/mod.ts";
import { nameFault } from "../description/mod.ts";
import { isThere } from "./machine_files.ts";
import { type Finding, item, joinedFindings } from "./plan.ts";
import { tomlList } from "./toml_list.ts";

/** Runlevels in which all is up, and the one before. */
const LEVELS = ["2", "3", "4", "5", "S"];

/** Scripts that do what every init does by itself. */
const OF_INIT: ReadonlySet<string> = new Set([
  ...["bootlogs", "bootmisc.sh", "checkfs.sh", "checkroot.sh", "checkroot-bootclean.sh"],
  ...["hostname.sh", "hwclock.sh", "killprocs", "kmod", "mountall.sh", "mountall-bootclean.sh"],
  ...["mountdevsubfs.sh", "mountkernfs.sh", "mountnfs.sh", "mountnfs-bootclean.sh", "networking"],
  ...["procps", "rc.local", "rmnologin", "sendsigs", "udev", "umountfs", "umountroot", "urandom"],
  ...["x11-common", "brightness", "keyboard-setup.sh", "console-setup.sh", "stop-bootlogd"],
  ...["cryptdisks", "cryptdisks-early", "lvm2", "single", "reboot", "halt", "sudo"],
]);

/** Facilities that stand for services of the set. Source: insserv.conf of Debian. */
const FACILITIES: Readonly<Record<string, string>> = {
  $local_fs: "early",
  $remote_fs: "remote-fs",
  $syslog: "system-log",
  $network: "network",
  $named: "network",
};

/** @param known Names of units, without their kind, that are looked at already. */
export function planInitScripts(files: ConvertFiles, known: ReadonlySet<string>): Finding {
  const names = LEVELS.flatMap((level) => namesIn(`/etc/rc${level}.d`, files))
    .flatMap((name) => /^S\d\d(.+)$/.exec(name)?.[1] ?? []);
  return joinedFindings(
    [...new Set(names)].sort().flatMap((name) => {
      const path = `/etc/init.d/${name}`;
      const plain = name.replace(/\.sh$/, "");
      if (known.has(plain) || !isThere(path, files) || hasUnit(plain, files)) return [];
      if (OF_INIT.has(name)) {
        const why = "the set does what it is for";
        return [{ items: [item("init-script", name, "not-needed", why)], files: [], problems: [] }];
      }
      if (nameFault(plain) !== undefined) {
        const why = "its name is none of a service";
        return [{ items: [item("init-script", name, "by-hand", why)], files: [], problems: [] }];
      }
      return [scripted(plain, path, files)];
    }),
  );
}

function hasUnit(name: string, files: ConvertFiles): boolean {
  return ["/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"]
    .some((folder) => isThere(`${folder}/${name}.service`, files));
}

function scripted(name: string, path: string, files: ConvertFiles): Finding {
  const header = lsbHeader(path, files);
  const starts = facilities(header.get("Required-Start") ?? "");
  const wants = facilities(header.get("Should-Start") ?? "");
  const description = header.get("Short-Description");
  const list = (key: string, names: readonly string[]): string =>
    names.length === 0 ? "" : `${key} = ${tomlList([...new Set(names)])}\n`;
  const text =
    `# From ${path}, which has no unit: the script starts and stops it, and nothing supervises what it leaves.
type = "scripted"
${
      description === undefined
        ? ""
        : `description = ${JSON.stringify(description)}\n`
    }command = ["${path}", "start"]
stop-command = ["${path}", "stop"]
# So that the script does the work itself, and does not ask for this service again.
environment = { DINIT_SKIP_REDIRECT = "1" }
${list("waits-for", ["early", ...starts])}${list("after", wants)}restart = false
start-timeout = "5m"
stop-timeout = "5m"
log-type = "buffer"
`;
  return {
    items: [item("init-script", name, "converted", "its init script is run, unsupervised", name)],
    files: [
      { path: `${name}.toml`, content: { kind: "text", text, mode: 0o644 } },
      { path: `boot.d/${name}`, content: { kind: "link", target: `../${name}.toml` } },
    ],
    problems: [],
  };
}

function facilities(words: string): readonly string[] {
  return words.split(/\s+/).flatMap((word) => {
    if (word.startsWith("$")) return FACILITIES[word] ?? [];
    return nameFault(word) === undefined ? [word] : [];
  });
}

function lsbHeader(path: string, files: ConvertFiles): ReadonlyMap<string, string> {
  const read = readText(path, files);
  const text = read.kind === "text" ? read.text : "";
  const block = /^### BEGIN INIT INFO$([^]*?)^### END INIT INFO$/m.exec(text)?.[1] ?? "";
  return new Map(
    [...block.matchAll(/^#\s*([A-Za-z-]+):[ \t]*(.*)$/gm)].map(([, key = "", value = ""]) => [
      key,
      value.trim(),
    ]),
  );
}
