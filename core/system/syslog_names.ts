/** Names and codes of syslog(3). Source: RFC 5424, 6.2.1; the names are those of syslog.conf(5). */

/** In the order of their codes, 0 to 7. */
export const LEVEL_NAMES = [
  ...["emerg", "alert", "crit", "err"] as const,
  ...["warning", "notice", "info", "debug"] as const,
] as const;

export type LevelName = (typeof LEVEL_NAMES)[number];

const FACILITIES = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;

export type FacilityName = keyof typeof FACILITIES;

/** But for the kernel's, which no other program is to use. */
export const FACILITY_NAMES = Object.keys(FACILITIES)
  .filter((name): name is FacilityName => name !== "kern");

/** Not shifted: `daemon` is 3. */
export function facilityCode(name: FacilityName): number {
  return FACILITIES[name];
}

/** `err` is 3. */
export function levelCode(name: LevelName): number {
  return LEVEL_NAMES.indexOf(name);
}
