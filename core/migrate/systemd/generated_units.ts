/**
 * Units that packages make at boot by programs of their own (systemd.generator(7)), which is before
 * anybody could see them in a folder: what the generator reads is read here.
 */
import { type ConvertFiles, namesIn } from "../../convert/mod.ts";
import { linesOf } from "../machine_files.ts";
import { item, type PlanItem } from "../plan.ts";

/** By the unit that wants them: what its generator would add. */
const GENERATORS: ReadonlyMap<string, (files: ConvertFiles) => readonly string[]> = new Map([
  ["postgresql.service", postgresqlClusters],
  ["openvpn.service", openvpnConnections],
]);

/** Further units that a unit has started. */
export function generatedUnits(full: string, files: ConvertFiles): readonly string[] {
  return GENERATORS.get(full)?.(files) ?? [];
}

/** Source: postgresql-generator of Debian's postgresql-common. */
function postgresqlClusters(files: ConvertFiles): readonly string[] {
  const folder = "/etc/postgresql";
  return namesIn(folder, files).flatMap((version) =>
    namesIn(`${folder}/${version}`, files).flatMap((cluster) => {
      const [start = "auto"] = linesOf(`${folder}/${version}/${cluster}/start.conf`, files);
      return start === "auto" ? [`postgresql@${version}-${cluster}.service`] : [];
    })
  );
}

/** Source: openvpn-generator of Debian's openvpn; without AUTOSTART all connections are meant. */
function openvpnConnections(files: ConvertFiles): readonly string[] {
  const [said] = linesOf("/etc/default/openvpn", files)
    .flatMap((line) => /^AUTOSTART="?([^"]*)"?$/.exec(line)?.[1] ?? []);
  const all = namesIn("/etc/openvpn", files).flatMap((name) =>
    /^(.+)\.conf$/.exec(name)?.[1] ?? []
  );
  const named = said === undefined || said === "all" ? all : said.split(/\s+/);
  return all.filter((name) => named.includes(name)).map((name) => `openvpn@${name}.service`);
}

/** Generators whose work is looked at elsewhere, or is systemd's own. */
const KNOWN: readonly (string | RegExp)[] = [
  /^systemd-/,
  "postgresql-generator",
  "openvpn-generator",
];

const FOLDERS = [
  ...["/etc/systemd/system-generators", "/usr/local/lib/systemd/system-generators"],
  ...["/lib/systemd/system-generators", "/usr/lib/systemd/system-generators"],
];

/** Generators of which nothing is known: what they make cannot be seen. */
export function unknownGenerators(files: ConvertFiles): readonly PlanItem[] {
  const names = new Set(FOLDERS.flatMap((folder) => namesIn(folder, files)));
  return [...names].sort()
    .filter((name) =>
      !KNOWN.some((each) => typeof each === "string" ? each === name : each.test(name))
    )
    .map((name) =>
      item("generator", name, "by-hand", "it makes units at boot, which are to be written by hand")
    );
}
