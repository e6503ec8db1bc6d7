/**
 * Texts of services, in TOML or in upstream's format, into complete descriptions or a list of what
 * is wrong with them; and the other ways: checks, conversion, the schema for editors.
 *
 * Pure: files come as functions or texts. The rooms, each of which imports only those before it:
 * `contract` (what a description is, and what reading one needs from outside; the rest of `core/`
 * and the platform take types from its `description.ts` alone), `text` (what both formats are made
 * of), `environment` (files of variables), `values` (the kinds of values), `settings` (their table,
 * and reading by it), `formats` (text → tree, and back), `assemble` (values → description), `load`
 * (a service and all that it needs), `check` (what `dinitcheck` says).
 */
export type { Abilities, CgroupFault } from "./assemble/abilities.ts";
export { type CheckedService, type CheckReport, checkServices } from "./check/check.ts";
export type { Finding } from "./check/entry.ts";
export { type GradedService, gradeServices } from "./check/security.ts";
export type { WrittenStep } from "./check/links.ts";
export { loadClosure, type LoadContext, type LoadResult } from "./load/closure.ts";
export { convertToToml } from "./formats/convert.ts";
export type {
  BrokenService,
  CgroupSetting,
  Dependency,
  DependencyKind,
  DescriptionSource,
  EnvironmentChanges,
  FolderKind,
  HealthProbe,
  ListeningSocket,
  LivenessProbe,
  LogCopies,
  LogRate,
  LogRotation,
  LogTarget,
  ProbeTarget,
  RestartBackoff,
  RunAs,
  ServiceDescription,
  ServiceType,
  SyslogCopy,
  TimerDescription,
  WantedAnswer,
} from "./contract/description.ts";
export {
  tomlComment,
  type TomlElement,
  tomlKey,
  tomlList,
  tomlString,
} from "./formats/toml_text.ts";
export { parseEnvironmentFile } from "./environment/file.ts";
export {
  decodeText,
  type DescriptionFiles,
  directoryPart,
  type FileResult,
  MAX_FILE_BYTES,
} from "./contract/files.ts";
export {
  LISTEN_FORMS,
  listenAddressText,
  type ListenHost,
  parseListenAddress,
} from "./contract/listen_address.ts";
export { type MeantService, meantService, meantServiceInTurns } from "./load/missing_service.ts";
export { nameFault, serviceName, splitName, TOML_SUFFIX } from "./contract/names.ts";
export { nearestName } from "./text/near_miss.ts";
export type { Probe, Probed } from "./check/probe.ts";
export { formatProblem, type Problem, problem, problemLine } from "./contract/problem.ts";
export { type Draft, draftDescription, parseDescription, readDescription } from "./load/read.ts";
export { descriptionSchema } from "./settings/schema.ts";
export { findDescription, type SearchResult } from "./load/search.ts";
export { DROP_IN_SUFFIX, DropInIndex, MASK_NAME } from "./load/drop_ins.ts";
export type { DropIn, DropInFile } from "./contract/drop_in.ts";
export { systemsText, usualMaker } from "./settings/served_by.ts";
export { SECTIONS, type Setting } from "./settings/row.ts";
export { OPTION_TEXTS, OPTIONS } from "./settings/options.ts";
export {
  findSetting,
  NATIVE_NAMES,
  type SettingKey,
  settingKeys,
  settingOf,
} from "./settings/settings.ts";
export { type UnservedSettings, unservedSettings } from "./settings/unserved_settings.ts";
export { parseUserDatabase, type User, type UserDatabase } from "./contract/users.ts";
export { cgroupTable } from "./values/cgroup.ts";
export type { ValueScope } from "./values/value.ts";
export { serviceOfEntry } from "./values/names.ts";
export { sandboxTable } from "./values/sandbox/sandbox.ts";
export { socketTable } from "./values/socket.ts";
export { probeTable } from "./values/probe/keys.ts";
export { timerTable } from "./values/timer.ts";
