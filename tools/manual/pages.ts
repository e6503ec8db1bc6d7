/** All manual pages as files. */
import { DINIT_CHECK_PAGE } from "./dinit_check_page.ts";
import { DINIT_CONVERT_PAGE } from "./dinit_convert_page.ts";
import { DINIT_MIGRATE_PAGE } from "./dinit_migrate_page.ts";
import { DINIT_MONITOR_PAGE } from "./dinit_monitor_page.ts";
import { DINIT_PAGE } from "./dinit_page.ts";
import { DINIT_SERVICE_PAGE } from "./dinit_service_page.ts";
import { DINITCTL_PAGE } from "./dinitctl_page.ts";
import { type ManualPage, pageText } from "./mdoc.ts";
import { SHUTDOWN_PAGE } from "./shutdown_page.ts";

const PAGES: readonly ManualPage[] = [
  DINIT_PAGE,
  DINITCTL_PAGE,
  DINIT_SERVICE_PAGE,
  DINIT_CHECK_PAGE,
  DINIT_CONVERT_PAGE,
  DINIT_MIGRATE_PAGE,
  DINIT_MONITOR_PAGE,
  SHUTDOWN_PAGE,
];

/**
 * File name in docs/man → contents. Other names of a page are links, to be made when it is
 * installed.
 */
export function manualFiles(): ReadonlyMap<string, string> {
  return new Map(PAGES.map((page) => [`${page.name}.${page.section}`, pageText(page)]));
}
