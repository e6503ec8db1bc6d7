/**
 * Calendars: expressions in systemd's syntax and crontab's five fields, the points in time that
 * they mean, and time zones. Pure: the time is given, and so are the bytes of a zone's file.
 */
export * from "./expression.ts";
export { readCalendar, SHORTHAND_WORDS } from "./read_calendar.ts";
export { normalForm } from "./normal_form.ts";
export { nextMatch } from "./next_match.ts";
export { UTC, type Zone, type ZoneTime } from "./zone.ts";
export { readZoneFile } from "./tzif.ts";
export { readPosixZone } from "./posix_zone.ts";
export { readCron } from "./read_cron.ts";
export { isoText, readTime, timeText } from "./time_text.ts";
export { ZONE_FOLDER, Zones, type ZoneSources } from "./zones.ts";
