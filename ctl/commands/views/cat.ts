/** `cat`: the description files of services. */
import type { ExitCode, Report } from "../../interface/report.ts";
import type { Command } from "../lookup/context.ts";
import type { ManagerPaths } from "../lookup/description_file.ts";
import { descriptionOf } from "../lookup/found_description.ts";
import { namedServices } from "../lookup/named_services.ts";

export const cat: Command = function* (context) {
  const paths: ManagerPaths = { session: context.session };
  const { names, exit } = yield* namedServices(context);
  let result: ExitCode = exit;
  for (const name of names) {
    context.session.renewPatience();
    const file = yield* descriptionOf(context, paths, name);
    if (file === undefined) {
      result = 1;
      continue;
    }
    yield { kind: "file-text", path: file.source.file, bytes: file.bytes };
    for (const { file: path, bytes } of file.dropIns) yield { kind: "file-text", path, bytes };
    if (file.isModified) yield modifiedRemark(file.source.file, name);
  }
  return result;
};

function modifiedRemark(path: string, name: string): Report {
  return {
    kind: "remark",
    text: `${path} has changed since the manager read it; 'dinitctl reload ${name}' applies it.`,
  };
}
