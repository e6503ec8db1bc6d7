/** Rules for devices → numbers of devices, as they are on this machine now. */
import {
  type AllowedDevice,
  type DeviceRule,
  type DeviceType,
  STANDARD_DEVICES,
} from "../../../core/sandbox/devices.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";

const LIMIT_BYTES = 256 * 1024;

type Devices = Pick<Platform, "deviceAt" | "readFile" | "errnoText">;

/** All of them, or what is in the way: a device that has to be there and is not. */
export function allowedDevices(
  platform: Devices,
  rules: readonly DeviceRule[],
): readonly AllowedDevice[] | Failure {
  const allowed: AllowedDevice[] = [];
  for (const rule of rules) {
    const found = devicesOf(platform, rule);
    if ("kind" in found) return found;
    allowed.push(...found);
  }
  return allowed;
}

function devicesOf(
  platform: Devices,
  { device, access }: DeviceRule,
): readonly AllowedDevice[] | Failure {
  switch (device.kind) {
    case "standard":
      return STANDARD_DEVICES;
    case "driver":
      return majorsOf(platform, device.type, device.name)
        .map((major) => ({ type: device.type, major, minor: undefined, access }));
    case "path": {
      const found = platform.deviceAt(device.path);
      if (found.kind === "device") return [{ ...found.device, access }];
      const isMissing = platform.errnoText(found.errno).name === "ENOENT";
      if (isMissing && device.isOptional) return [];
      return { ...found, message: `${device.path}: ${found.message}` };
    }
  }
}

/** Of a driver that is not there none: nothing can be opened by its name. Source: proc(5). */
function majorsOf(platform: Devices, type: DeviceType, name: string): readonly number[] {
  const file = platform.readFile("/proc/devices", LIMIT_BYTES);
  const text = file.kind === "contents" ? new TextDecoder().decode(file.bytes) : "";
  const [chars = "", blocks = ""] = text.split(/^Block devices:$/m);
  const fits = new RegExp(
    `^${name.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".")}$`,
  );
  const majors = (type === "char" ? chars : blocks).split("\n").flatMap((line) => {
    const [, major, driver = ""] = /^ *([0-9]+) (.+)$/.exec(line) ?? [];
    return major !== undefined && fits.test(driver) ? [Number(major)] : [];
  });
  return [...new Set(majors)];
}
