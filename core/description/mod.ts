/**
 * Texts of services, in TOML or in upstream's format, into complete descriptions or a list of what is wrong with them; and
 * the other ways: checks, conversion, the schema for editors.
 *
 * Pure: files come as functions or texts. `description.ts` is the contract with the rest of `core/` and the platform,
 * which take types from it alone.
 */
export type { Abilities, GroupFault } from "./settings/abilities.ts";
export { type CheckedService, type CheckReport, checkServices } from "./check/check.ts";
export type { Finding } from "./check/entry.ts";
export type { WrittenStep } from "./check/links.ts";
export { loadClosure, type LoadContext, type LoadResult } from "./closure.ts";
export { convertToToml } from "./formats/convert.ts";
export type {
  BrokenService,
  ControlGroupSetting,
  Dependency,
  DependencyKind,
  DescriptionSource,
  EnvironmentChanges,
  ListeningSocket,
  LogRotation,
  LogTarget,
  ServiceDescription,
  ServiceType,
} from "./description.ts";
export { parseEnvironmentFile } from "./formats/environment_file.ts";
export {
  decodeText,
  type DescriptionFiles,
  directoryPart,
  type FileResult,
  MAX_FILE_BYTES,
} from "./files.ts";
export { listenAddressText, type ListenHost } from "./settings/listen_address.ts";
export { type MeantService, meantService } from "./missing_service.ts";
export { nameFault, serviceName, splitName, TOML_SUFFIX } from "./names.ts";
export { nearestName } from "./near_miss.ts";
export type { Probe, Probed } from "./check/probe.ts";
export { formatProblem, type Problem, problem, problemLine } from "./problem.ts";
export { type Draft, readDescription } from "./read.ts";
export { descriptionSchema } from "./settings/schema.ts";
export { findDescription } from "./search.ts";
export { type System, systemsText, usualMaker } from "./settings/served_by.ts";
export {
  NATIVE_NAMES,
  OPTION_TEXTS,
  OPTIONS,
  SECTIONS,
  type Setting,
  type SettingKey,
  settingKeys,
  SETTINGS,
} from "./settings/settings.ts";
export { type UnservedSettings, unservedSettings } from "./settings/unserved_settings.ts";
export { parseUserDatabase, type User, type UserDatabase } from "./settings/users.ts";
export { GROUP_KEYS } from "./settings/values_cgroup.ts";
export { serviceOfEntry } from "./settings/values_names.ts";
export { SOCKET_KEYS } from "./settings/values_socket.ts";
