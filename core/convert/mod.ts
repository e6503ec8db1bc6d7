/**
 * Services of other init systems → descriptions in TOML: systemd's units, supervisord.conf, service
 * directories of runit and s6, Procfiles, Compose files, crontabs.
 *
 * Pure: files come as functions. What becomes of each directive is a row of a table, of which the
 * converter, its report and docs/coming-from-systemd.md are made. Upstream's own format is another
 * matter: it means the same, and `core/description/formats/convert.ts` writes it.
 */
export { convertCompose } from "./compose/convert_compose.ts";
export { convertCrontab } from "./crontab/convert_crontab.ts";
export { convertDirectory } from "./directories/convert_directory.ts";
export { baseName, type ConvertFiles, namesIn, readText } from "./files.ts";
export {
  kindOfFile,
  kindOfFolder,
  type Recognised,
  SOURCE_KINDS,
  type SourceKind,
} from "./kinds.ts";
export {
  type Conversion,
  type ConvertedFile,
  joined,
  type LineFate,
  type SkippedFile,
  unreadable,
} from "./outcome.ts";
export { convertProcfile } from "./procfile/convert_procfile.ts";
export { loadFaults } from "./load_faults.ts";
export type { ReadYaml } from "./compose/tree.ts";
export { convertSupervisord } from "./supervisord/convert_supervisord.ts";
export { convertUnits } from "./units/convert_units.ts";
export { NOTHING, specialUnit, WITH_FOLDER } from "./units/names/special_units.ts";
export { type LoadedUnit, loadUnit, SYSTEM_UNIT_FOLDERS } from "./units/unit_files.ts";
export { parseUnitName, type UnitName } from "./units/text/unit_name.ts";
