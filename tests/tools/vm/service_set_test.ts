import { assert, assertEquals } from "../../assert.ts";
import { SERVICES, setEntries } from "../../../tools/services/composition.ts";
import { copy, link } from "../../../tools/vm/images/image_file.ts";
import { serviceSet } from "../../../tools/vm/service_set.ts";

Deno.test("serviceSet() lists descriptions, scripts and links, but not what is left out", () => {
  const files = serviceSet("alpine", ["boot.d/sshd"]);
  assertEquals(files.length, setEntries("alpine").length - 1);
  const at = (path: string) => files.find((file) => file.path === `/etc/dinit.d/${path}`);
  assertEquals(at("boot.d/crond"), link("/etc/dinit.d/boot.d/crond", "../crond.toml"));
  assertEquals(
    at("mdev.toml"),
    copy("/etc/dinit.d/mdev.toml", `${SERVICES}/alpine/mdev.toml`, 0o644),
  );
  assert(at("scripts/prelude.sh") !== undefined, "a script that it has in common with others");
  assertEquals(at("boot.d/sshd"), undefined);
});
