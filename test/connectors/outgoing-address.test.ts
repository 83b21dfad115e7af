import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mayConnect, targetUrlOf } from "../../connectors/outgoing-address.ts";
import { createOutgoingCall } from "../../connectors/outgoing-call.ts";

const clock = { now: () => Date.now() };

describe("BAD-INPUT 63: a target's address, as it is saved", () => {
  it.each(["https://erp.example.com", "https://erp.example.com:8443/api/v2/", "https://8.8.8.8/api", "https://[2606:4700::1111]/api"])("takes %s", (url) =>
    expect(targetUrlOf(url, false).kind).toBe("allowed"),
  );

  it.each([
    "http://erp.example.com",
    "ftp://erp.example.com",
    "file:///etc/passwd",
    "erp.example.com",
    "https://user@erp.example.com",
    "https://user:secret@erp.example.com",
    "https://erp.example.com/?a=1",
    "https://erp.example.com/#a",
    "https://127.0.0.1",
    "https://127.1",
    "https://2130706433",
    "https://0x7f000001",
    "https://0177.0.0.1",
    "https://\uff11\uff12\uff17.\uff10.\uff10.\uff11",
    "https://\u246027.0.0.1",
    "https://0.0.0.0",
    "https://10.1.2.3",
    "https://172.31.0.1",
    "https://192.168.1.1",
    "https://100.64.0.1",
    "https://169.254.169.254/latest/meta-data",
    "https://224.0.0.1",
    "https://255.255.255.255",
    "https://[::1]",
    "https://[::]",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:8.8.8.8]",
    "https://[64:ff9b::7f00:1]",
    "https://[2002:7f00:1::]",
    "https://[2001:0:7f00:1::]",
    "https://[fd00:ec2::254]",
    "https://[fe80::1]",
    "https://[ff02::1]",
  ])("refuses %s", (url) => expect(targetUrlOf(url, false).kind).toBe("refused"));

  it("takes plain http to a loopback address, and to nothing else, on stage local", () => {
    expect(targetUrlOf("http://127.0.0.1:4000", true).kind).toBe("allowed");
    expect(targetUrlOf("http://[::1]:4000", true).kind).toBe("allowed");
    for (const url of ["http://10.0.0.1", "http://8.8.8.8", "http://localhost", "http://erp.example.com", "https://192.168.0.1"]) {
      expect(targetUrlOf(url, true).kind).toBe("refused");
    }
  });

  it("lets loopback in on stage local, and no other private address", () => {
    expect(["127.0.0.1", "::1"].map((address) => mayConnect(address, true))).toEqual([true, true]);
    expect(["10.0.0.1", "::ffff:127.0.0.1", "fe80::1", "nothing"].map((address) => mayConnect(address, true))).toEqual([false, false, false, false]);
  });
});

describe("BAD-INPUT 63: a target's address, as it is connected to", () => {
  let port = 0;
  let arrived = 0;
  const server = createServer((_request, response) => {
    arrived += 1;
    response.end("{}");
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const call = (url: string, allowLoopbackHttp: boolean) =>
    createOutgoingCall({ clock, allowLoopbackHttp })({ method: "GET", url: new URL(url), headers: {}, deadline: clock.now() + 5_000 });

  it("blocks a public name that resolves to a private address, before a connection is made", async () => {
    expect(await call(`http://localhost:${port}/`, false)).toMatchObject({ kind: "blocked" });
    expect(await call(`https://localhost:${port}/`, false)).toMatchObject({ kind: "blocked" });
    expect(await call(`http://127.0.0.1:${port}/`, false)).toMatchObject({ kind: "blocked" });
    expect(arrived).toBe(0);
  });

  it("connects to the same name where loopback is allowed", async () => {
    expect(await call(`http://localhost:${port}/`, true)).toMatchObject({ kind: "answered", status: 200 });
    expect(arrived).toBe(1);
  });

  it("knows that nothing left when TLS fails", async () => {
    expect(await call(`https://127.0.0.1:${port}/`, true)).toMatchObject({ kind: "not-sent" });
  });
});
