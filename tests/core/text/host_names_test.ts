import { addressOfName, isHostName } from "../../../core/text/host_names.ts";
import { assertEquals } from "../../assert.ts";

const HOSTS = `# 127.0.0.9 web
127.0.0.1\tlocalhost
bad web
10.0.0.1  web Web.example.org # the first counts
10.0.0.2 web db # 10.0.0.3 other
fe80::1%eth0 scoped
::1 ip6-localhost scoped
`;

Deno.test("addressOfName() gives the first address of a name, in letters of either size", () => {
  assertEquals(addressOfName("WEB.example.org", HOSTS), [10, 0, 0, 1]);
  assertEquals(addressOfName("web", HOSTS), [10, 0, 0, 1]);
  assertEquals(addressOfName("db", HOSTS), [10, 0, 0, 2]);
  assertEquals(addressOfName("other", HOSTS), undefined);
  const loopback6 = [...Array<number>(15).fill(0), 1];
  assertEquals(addressOfName("ip6-localhost", HOSTS), loopback6);
  assertEquals(addressOfName("scoped", HOSTS), loopback6);
});

Deno.test("addressOfName() knows localhost without a file, and has the file's where there is one", () => {
  assertEquals(addressOfName("localhost", ""), [127, 0, 0, 1]);
  assertEquals(addressOfName("localhost", "127.0.0.7 localhost\n"), [127, 0, 0, 7]);
});

Deno.test("isHostName() takes names, and no bad addresses", () => {
  for (const name of ["localhost", "a", "db-1.example.org", "my_host"]) {
    assertEquals([name, isHostName(name)], [name, true]);
  }
  for (const name of ["", "1.2.3", "300.1.1.1", "-a", "a b", "a/b", "[::1]", "x".repeat(254)]) {
    assertEquals([name, isHostName(name)], [name, false]);
  }
});
