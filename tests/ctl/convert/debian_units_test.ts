/**
 * Units of Debian's packages, as they are: each becomes a description that loads, and most of what
 * they say is kept.
 */
import { convertUnits, type LineFate, loadFaults } from "../../../core/convert/mod.ts";
import { settledFate } from "../../../core/convert/rows.ts";
import { directive } from "../../../core/convert/units/rows/directives.ts";
import { formatProblem } from "../../../core/description/mod.ts";
import { cachedFile } from "../../../tools/vm/images/image_cache.ts";
import { assert, assertEquals } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { DISK_FILES } from "./disk_files.ts";

/** Small packages of Debian 12 with services. */
const PACKAGES = (
  "accountsservice acpid anacron apache2 arpwatch at auditd autofs avahi-daemon beanstalkd " +
  "bind9 chrony clamav-daemon clamav-freshclam cloud-init colord connman corosync coturn " +
  "cron cups-daemon dbus dhcp-helper dnsmasq earlyoom fail2ban firewalld gearman-job-server " +
  "geoclue-2.0 gpsd haveged irqbalance iwd kdump-tools kea-dhcp4-server keepalived " +
  "knot-resolver krb5-admin-server krb5-kdc ksmtuned libvirt-daemon-system lightdm lighttpd " +
  "lldpd lm-sensors mdadm memcached minidlna minissdpd mosquitto multipath-tools munin-node " +
  "nagios-nrpe-server netfilter-persistent nfs-common nfs-kernel-server nftables " +
  "nginx-common ngircd nscd nsd ntpsec numad nut-client open-iscsi opendkim openntpd " +
  "openssh-server pacemaker pcscd pgbouncer polkitd postgresql-common postgrey prosody " +
  "qemu-guest-agent quota radvd rasdaemon redis-server resolvconf rng-tools5 rpcbind rtkit " +
  "snmpd spice-vdagent sslh strongswan-starter stubby stunnel4 supervisor systemd-container " +
  "systemd-oomd systemd-resolved systemd-timesyncd tgt thermald tlp transmission-daemon " +
  "tuned udisks2 ufw ulogd2 unattended-upgrades upower usbmuxd vnstat vsftpd watchdog " +
  "wireguard-tools xrdp zram-tools"
).split(" ");

const LEAST_PACKAGES = 80;
const LEAST_UNITS = 150;
/** Share of all lines. */
const LEAST_KEPT = 0.95;

/** What apt knows of them: another release may lack some. */
async function knownPackages(): Promise<readonly string[]> {
  try {
    const { stdout } = await new Deno.Command("apt-cache", {
      args: ["--no-all-versions", "show", ...PACKAGES],
      stderr: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    return [...text.matchAll(/^Package: (.*)$/gm)].map(([, name = ""]) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
}

/** A tarball with a folder for each package, of its folder of units. */
function unitsOf(packages: readonly string[]): Promise<string> {
  const ingredients = { packages };
  return cachedFile({ name: "units", extension: "tar", ingredients }, async (path) => {
    const whole = `${Deno.cwd()}/${path}`;
    const folder = await Deno.makeTempDir({ prefix: "dinit-units-" });
    try {
      await run("apt-get", ["download", "-o", "APT::Sandbox::User=root", ...packages], folder);
      const script = 'for deb in *.deb; do name="${deb%%_*}"; mkdir -p "units/$name"; ' +
        'dpkg-deb --fsys-tarfile "$deb" | tar -x -C "units/$name" --wildcards ' +
        '"./lib/systemd/system/*" "./usr/lib/systemd/system/*" 2>/dev/null; done; ' +
        'tar -cf "$1" -C units .';
      await run("sh", ["-c", script, "sh", whole], folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const known = await knownPackages();

const NEEDS = [
  tool("apt-get"),
  tool("dpkg-deb"),
  surroundings(`${LEAST_PACKAGES} packages that apt knows`, known.length >= LEAST_PACKAGES),
];

function servicesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory, isFile }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return servicesBelow(path);
    return isFile && name.endsWith(".service") ? [path] : [];
  }).sort();
}

/** Nothing of it is lost, not even little; or it waits for a setting that there is not yet. */
function isKept({ fate, directive: text }: LineFate): boolean {
  if (fate !== "lost") return true;
  const name = text.slice(0, text.indexOf("="));
  return ["Unit", "Service"].some((section) => {
    const row = directive(section, name);
    return row.fate.kind === "mapped" && settledFate(row).kind === "lost";
  });
}

testNeeding("services of Debian's packages load, and keep what they say", NEEDS, async () => {
  const tarball = await unitsOf(known);
  const folder = await Deno.makeTempDir();
  try {
    await run("tar", ["-xf", `${Deno.cwd()}/${tarball}`], folder);
    const paths = servicesBelow(folder);
    const packages = new Set(paths.map((path) => path.slice(folder.length + 1).split("/")[0]));
    assert(packages.size >= LEAST_PACKAGES, `${packages.size} packages have services`);
    const conversions = paths.map((path) =>
      convertUnits([path], { files: DISK_FILES, isSweep: false })
    );
    const written = conversions.flatMap((conversion) => conversion.files);
    assert(written.length >= LEAST_UNITS, `${written.length} descriptions`);
    for (const file of written) {
      assertEquals(loadFaults(file).map((fault) => formatProblem(fault)), [], file.source);
    }
    const errors = conversions.flatMap(({ problems }) => problems)
      .filter(({ severity }) => severity === "error");
    assertEquals(errors.map((error) => formatProblem(error)), []);
    const lines = conversions.flatMap((conversion) => conversion.lines);
    const lost = lines.filter((line) => !isKept(line));
    const share = 1 - lost.length / lines.length;
    const told = lost.map(({ directive, why }) => `${directive}: ${why}`).join("\n");
    assert(share >= LEAST_KEPT, `only ${(100 * share).toFixed(1)} % are kept; lost:\n${told}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
