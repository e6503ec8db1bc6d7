/** The control socket's server, and what it runs for clients that are only a pipe. */
import { ControlAccess } from "./control/access.ts";
import type { LoadClientPrograms } from "./control/client_runs/client_programs.ts";
import { ControlServer } from "./control/server.ts";
import { platformFiles } from "./descriptions/description_files.ts";
import type { Foundations } from "./foundations.ts";
import type { Host } from "./orders/host.ts";
import type { HeapCollection } from "./supervision/heap_collection.ts";
import { releaseAfterLoading } from "./supervision/loaded_clients.ts";

export interface ControlSources {
  readonly foundations: Foundations;
  readonly host: Host;
  readonly heap: HeapCollection;
  /** Loads the client programs, at the first order. */
  readonly loadClients: LoadClientPrograms;
}

export function managerControl(
  { foundations, host, heap, loadClients }: ControlSources,
): ControlServer {
  const { platform, keeping, options, output, places, timers, users } = foundations;
  const { isSystemManager } = options;
  return new ControlServer({
    ...{ platform, host },
    closeLater: (fd) => keeping.closeLater(fd),
    keepSaid: () => keeping.keepSaid(),
    socketPath: places.socketPath,
    access: new ControlAccess({
      platform,
      groups: options.accessGroups,
      groupByName: (name) => {
        users.refresh();
        return users.groupByName(name);
      },
      warn: (message) => output.log.warn(message),
    }),
    log: (level, message) => output.log.message(level, message),
    hosting: {
      load: () => {
        const programs = loadClients();
        if (programs === undefined) return undefined;
        releaseAfterLoading({ platform, isSystemManager, heap, timers });
        return programs;
      },
      files: platformFiles(platform),
      errnoText: (errno) => platform.errnoText(errno),
      beforeRun: () => heap.served(),
      mayGoOn: () => !heap.isAtWork,
    },
    holdsAnswers: true,
  });
}
