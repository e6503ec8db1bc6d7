/** Conditions that an ordinary user's manager is asked: what he may not see is not there. */
import { assertEquals } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { NOBODY, withUserManager } from "./user_manager.ts";

const NEEDS = [surroundings("root", Deno.uid() === 0), tool("setpriv")];

testNeeding("an ordinary user's manager answers conditions by what he sees", NEEDS, async () => {
  const hidden = await Deno.makeTempDir({ prefix: "dinit-hidden-" });
  await Deno.writeTextFile(`${hidden}/file`, "a");
  await Deno.writeTextFile(`${hidden}/open`, "a");
  await Deno.chmod(hidden, 0o711);
  await Deno.chmod(`${hidden}/file`, 0o600);
  // Who may pass a folder sees what he knows the name of, but no names.
  const held = [
    `path-exists ${hidden}/file`,
    `file-not-empty ${hidden}/file`,
    `!path-exists-glob ${hidden}/*`,
    `!directory-not-empty ${hidden}`,
    "!path-exists /root/.profile",
    `user ${NOBODY}`,
    "!user root",
    `group ${NOBODY}`,
    "!group root",
    "capability cap_sys_admin",
    "path-is-mount-point /proc",
    "cpus > 0",
    "memory > 1048576",
    "kernel-version >= 3",
    "!virtualization private-users",
  ];
  const conditions = held.map((text, index) => [`c${index}`, text] as const);
  const services = {
    boot: "",
    ...Object.fromEntries(conditions.flatMap(([name, text]) => [
      [name, `conditions = [${JSON.stringify(text)}]\n`],
    ])),
    asserted: 'assertions = ["path-exists /root/.profile"]\n',
    mounted: 'requires-mounts-for = ["/"]\n',
  };
  try {
    await withUserManager(services, async ({ ctl }) => {
      for (const [name, text] of conditions) {
        assertEquals((await ctl("start", name)).code, 0, text);
        const [{ state, startSkipped }] = JSON.parse((await ctl("status", "--json", name)).text);
        assertEquals([state, startSkipped], ["started", false], text);
      }
      assertEquals((await ctl("start", "asserted")).code, 1);
      assertEquals((await ctl("start", "mounted")).code, 0);
    });
  } finally {
    await Deno.remove(hidden, { recursive: true });
  }
});
