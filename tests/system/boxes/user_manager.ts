/**
 * A manager of an ordinary user's, for tests that run as root: the executable as nobody, with all
 * that it needs in a folder that he can go into.
 */
import { until } from "../../wait.ts";
import { PROGRAM } from "../manager.ts";

export const NOBODY = 65534;

/** What a client said. */
export interface Said {
  readonly code: number;
  /** Output and errors. */
  readonly text: string;
}

export interface UserManager {
  /** Nobody's own, with `run` and `home` in it. */
  readonly folder: string;
  ctl(...args: readonly string[]): Promise<Said>;
  /** What is in the manager's log. */
  log(): string;
  /** Output of a service with log-type buffer, once a text is in it. */
  logOf(service: string, text: string): Promise<string>;
}

/** @param services Name → text. */
export async function withUserManager(
  services: Readonly<Record<string, string>>,
  body: (manager: UserManager) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-user-", dir: "/var/lib" });
  await Deno.chmod(folder, 0o755);
  await Deno.copyFile(PROGRAM, `${folder}/dinit`);
  await Deno.chmod(`${folder}/dinit`, 0o755);
  await Deno.mkdir(`${folder}/services`);
  for (const [name, text] of Object.entries(services)) {
    await Deno.writeTextFile(`${folder}/services/${name}.toml`, text);
  }
  for (const name of ["run", "home"]) {
    await Deno.mkdir(`${folder}/${name}`);
    await Deno.chown(`${folder}/${name}`, NOBODY, NOBODY);
  }
  const asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--", `${folder}/dinit`];
  const files = [
    ...["-d", `${folder}/services`, "-p", `${folder}/run/socket`],
    ...["-l", `${folder}/run/log`],
  ];
  const env = { HOME: `${folder}/home`, XDG_RUNTIME_DIR: `${folder}/run` };
  const manager = new Deno.Command("setpriv", {
    args: [...asNobody, "-u", ...files],
    env,
    stdout: "null",
  }).spawn();
  const ctl = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await new Deno.Command("setpriv", {
      args: [...asNobody, "ctl", "-p", `${folder}/run/socket`, ...args],
      env,
    }).output();
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  };
  try {
    await until("The manager's socket", async () => (await ctl("list")).code === 0);
    await body({
      folder,
      ctl,
      log: () => Deno.readTextFileSync(`${folder}/run/log`),
      logOf: async (service, text) => {
        let log = "";
        await until(`${text} of ${service}`, async () => {
          log = (await ctl("catlog", service)).text;
          return log.includes(text);
        });
        return log;
      },
    });
  } finally {
    await ctl("shutdown");
    await manager.status;
    await Deno.remove(folder, { recursive: true });
  }
}
