import {
  type ListenAddress,
  listenAddressText,
  parseListenAddress,
} from "../../../../core/description/contract/listen_address.ts";
import { assertEquals } from "../../../assert.ts";

function internet(port: number, ...host: number[]): ListenAddress {
  return { kind: "internet", host, port };
}

const zeros = (count: number) => Array<number>(count).fill(0);

const GOOD: readonly (readonly [string, ListenAddress])[] = [
  ["/run/x", { kind: "unix", path: "/run/x" }],
  ["run/x", { kind: "unix", path: "run/x" }],
  ["@x", { kind: "unix", path: "@x" }],
  ["80", { kind: "internet", host: "any", port: 80 }],
  ["*:80", { kind: "internet", host: "any", port: 80 }],
  ["127.0.0.1:65535", internet(65535, 127, 0, 0, 1)],
  ["[::]:1", internet(1, ...zeros(16))],
  ["[::1]:80", internet(80, ...zeros(15), 1)],
  ["[fe80::a:1]:80", internet(80, 0xfe, 0x80, ...zeros(10), 0, 0x0a, 0, 1)],
  ["[1:2:3:4:5:6:7:8]:9", internet(9, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8)],
  ["[::ffff:10.0.0.1]:80", internet(80, ...zeros(10), 255, 255, 10, 0, 0, 1)],
];

for (const [text, address] of GOOD) {
  Deno.test(`parseListenAddress() understands ${text}`, () => {
    assertEquals(parseListenAddress(text), address);
  });
}

const BAD = [
  ..."|@|x|localhost:80|0|65536|:80|80:|1.2.3:80|1.2.3.256:80|01.2.3.4:80|1.2.3.4".split("|"),
  ..."[::1]|::1:80|[:::]:80|[1::2::3]:80|[1:2:3:4:5:6:7]:8|[1:2:3:4:5:6:7::8]:9|[g::]:1".split("|"),
  "[12345::]:1",
];

Deno.test("parseListenAddress() takes nothing that it would have to guess", () => {
  for (const text of BAD) assertEquals(parseListenAddress(text), undefined, text);
});

Deno.test("listenAddressText() says an address as it is written, with its protocol", () => {
  const said = (text: string, type: "stream" | "datagram" = "stream") => {
    const address = parseListenAddress(text);
    return address === undefined ? "none" : listenAddressText(address, type);
  };
  assertEquals(["/run/x", "@x"].map((text) => said(text)), ['"/run/x"', '"@x"']);
  const texts = ["*:80", "10.0.0.1:80", "[::]:1", "[::1]:80", "[fe80::a:1]:80", "[1:2::]:9"];
  assertEquals(texts.map((text) => said(text)), texts.map((text) => `TCP ${text}`));
  assertEquals(said("80", "datagram"), "UDP *:80");
  assertEquals(said("[1:0:0:2:0:0:0:10]:80"), "TCP [1:0:0:2::10]:80");
  assertEquals(said("[1:2:3:4:5:6:7:8]:9"), "TCP [1:2:3:4:5:6:7:8]:9");
});
