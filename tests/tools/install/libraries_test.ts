import { lateLibraries, libraryAdvice } from "../../../tools/install/libraries.ts";
import { assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { testNeeding, tool } from "../../skip.ts";

testNeeding(
  "lateLibraries() names what is not on the root file system, and what that needs",
  [tool("gcc")],
  async () => {
    await withFolder(async (folder) => {
      const compile = async (output: string, ...args: string[]) => {
        const { success } = await new Deno.Command("gcc", {
          args: ["-nostdlib", "-o", `${folder}/${output}`, ...args, `-L${folder}`],
          cwd: folder,
        }).output();
        assertEquals(success, true, output);
      };
      await Deno.writeTextFile(`${folder}/x.c`, "int x(void) { return 1; }\n");
      await compile("libz.so", "-shared", "x.c");
      await compile("libearly.so", "-shared", "x.c");
      const linked = ["-Wl,--no-as-needed", "-Wl,--unresolved-symbols=ignore-all"];
      await compile("liblate.so", "-shared", "x.c", ...linked, "-lz");
      await compile("program", "-pie", "x.c", ...linked, "-learly", "-llate", "-Wl,-e,x");
      // As they might lie on a machine; libz is nowhere.
      const places: Readonly<Record<string, string>> = {
        "/sbin/dinit": "program",
        "/lib/libearly.so": "libearly.so",
        "/usr/local/lib/liblate.so": "liblate.so",
      };
      const read = (path: string) => {
        const file = places[path];
        return file === undefined ? undefined : Deno.readFileSync(`${folder}/${file}`);
      };
      const late = lateLibraries("/sbin/dinit", read);
      assertEquals(late, [
        { name: "liblate.so", path: "/usr/local/lib/liblate.so" },
        { name: "libz.so", path: undefined },
      ]);
      assertEquals(libraryAdvice(late).slice(1), [
        "  libz.so is not there at all",
        "  mkdir -p /lib/dinit && cp /usr/local/lib/liblate.so /lib/dinit/",
      ]);
      assertEquals(libraryAdvice([]), []);
    });
  },
);
