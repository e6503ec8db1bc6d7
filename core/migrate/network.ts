/**
 * Who sets up the machine's network: ifupdown, systemd-networkd, NetworkManager or another one. The
 * set does what ifupdown does; a daemon takes the place of the set's service, so that what waits
 * for
 * the network waits for it.
 */
import { type ConvertFiles, namesIn } from "../convert/mod.ts";
import { linesOf } from "./machine_files.ts";
import { item, type PlanItem } from "./plan.ts";

export interface NetworkPlan {
  readonly items: readonly PlanItem[];
  /** Text in place of the set's network.toml; undefined: that one. */
  readonly replaced: string | undefined;
}

/** Daemons by the name of their service. */
const DAEMONS = ["NetworkManager", "systemd-networkd", "connman", "dhcpcd"] as const;

/** @param services Names of all services that were converted and are on. */
export function planNetwork(files: ConvertFiles, services: ReadonlySet<string>): NetworkPlan {
  const daemon = DAEMONS.find((name) => services.has(name));
  if (daemon !== undefined) {
    const why = `${daemon} does it: the set's service network stands for it`;
    return {
      items: [item("network", daemon, "converted", why, "network")],
      replaced: daemonText(daemon),
    };
  }
  const interfaces = interfacesIn(files);
  if (interfaces.length > 0) {
    const name = interfaces.join(", ");
    return {
      items: [item("network", name, "set", "ifupdown, as /etc/network/interfaces says", "network")],
      replaced: undefined,
    };
  }
  const static_ = namesIn("/etc/systemd/network", files).filter((name) =>
    name.endsWith(".network")
  );
  const why = "addresses by DHCP on each wired interface";
  return {
    items: [
      static_.length > 0
        ? item(
          "network",
          static_.join(", "),
          "by-hand",
          `nothing reads it; the set asks for ${why}`,
          "network",
        )
        : item("network", "wired interfaces", "set", why, "network"),
    ],
    replaced: undefined,
  };
}

function daemonText(daemon: string): string {
  return `# The network is up as far as ${daemon} has started; it goes on by itself.\n` +
    `type = "internal"\ndepends-on = ["early", "${daemon}"]\n`;
}

/** Interfaces that come up by themselves. Source: interfaces(5). */
function interfacesIn(files: ConvertFiles): readonly string[] {
  const folder = "/etc/network/interfaces.d";
  const paths = [
    "/etc/network/interfaces",
    ...namesIn(folder, files).map((name) => `${folder}/${name}`),
  ];
  const names = paths.flatMap((path) => linesOf(path, files)).flatMap((line) => {
    const [word, ...names] = line.split(/\s+/);
    return word === "auto" || word === "allow-auto" || word === "allow-hotplug" ? names : [];
  });
  return [...new Set(names)].filter((name) => name !== "lo");
}
