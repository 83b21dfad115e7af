import { describe, expect, it } from "vitest";
import type { Settings } from "../../core/settings/settings.ts";
import { checkedSettings, SettingsRefused, settingsFor } from "../../infra/settings.ts";
import { StageName } from "../../infra/stage.ts";

/** A copy of the stage's values in which one thing is broken. */
function broken(stage: StageName, breakIt: (values: Settings) => unknown): () => unknown {
  const values = structuredClone(settingsFor(stage));
  breakIt(values);
  return () => checkedSettings(values);
}

describe("settings", () => {
  it.each(StageName.options)("of stage %s are sound", (stage) => {
    expect(settingsFor(stage)).toMatchObject({
      stage,
      sites: [{ id: "hamburg" }, { id: "suzhou" }],
    });
    const ids = settingsFor(stage).connections.map(({ id }) => id);
    expect(ids).toEqual(["erp", "mes-hamburg", "mes-suzhou", ...(stage === "local" ? ["sap", "b2mml"] : [])]);
  });

  it("on stage local have an ERP of each language at the one address that is given", () => {
    const urls = settingsFor("local", { erpUrl: "http://127.0.0.1:8080/" }).connections.map(({ url }) => url);
    expect(urls).toEqual(["http://127.0.0.1:8080/", undefined, undefined, "http://127.0.0.1:8080/sap/bc/idoc_xml", "http://127.0.0.1:8080/messages"]);
  });

  it("on stage local have a third site with a Tryton where its address is given; nowhere else", () => {
    const trytonUrl = "http://127.0.0.1:8000/erp";
    const { sites, connections } = settingsFor("local", { trytonUrl });
    expect(sites.map(({ id }) => id)).toEqual(["hamburg", "suzhou", "ningbo"]);
    expect(connections.slice(-2)).toMatchObject([
      { id: "tryton", system: "tryton", sites: ["ningbo"], url: trytonUrl, pollSeconds: 2 },
      { id: "mes-ningbo", role: "mes" },
    ]);
    expect(sites[2]?.routes).toMatchObject({ OperationsRequest: "mes-ningbo", MaterialActual: "tryton", SegmentResponse: "tryton" });
    expect(settingsFor("prod", { trytonUrl })).toEqual(settingsFor("prod"));
  });

  it("have the patience of a live ERP where they are asked for it, on stage local alone", () => {
    const { limits, documentTypes } = settingsFor("local", { numbers: "shift" });
    expect(limits.consumerTimeoutSeconds).toBeGreaterThan(settingsFor("local").limits.consumerTimeoutSeconds);
    expect(documentTypes.MaterialActual.dependencySeconds).toBeGreaterThan(60);
    expect(settingsFor("prod", { numbers: "shift" })).toEqual(settingsFor("prod"));
  });

  it("name administrators by role or ARN, or nobody; nothing that would let in more than one", () => {
    expect(settingsFor("prod").administrators).toEqual([]);
    const named = (text: string) => broken("prod", (values) => values.administrators.push(text));
    for (const text of ["orderlane-admins", "arn:aws-cn:iam::111122223333:role/path/admins", "arn:aws:iam::111122223333:user/bob"])
      expect(named(text)).not.toThrow();
    for (const text of ["*", "arn:aws:iam::111122223333:root", "arn:aws:iam::*:role/x", ""])
      expect(named(text)).toThrow(/administrators.0: is the ARN of an IAM role or user/);
  });

  it("keep the audit for seven years", () => {
    expect(settingsFor("prod").limits.auditDays).toBe(2557);
  });

  it("refuse to poll a system that sends by itself, or for several sites", () => {
    expect(broken("local", ({ connections: [erp] }) => Object.assign(erp ?? {}, { pollSeconds: 60 }))).toThrow(
      /connections.0.pollSeconds: a plain-json is not asked[\s\S]*connections.0.sites: an ERP that is polled serves exactly one site/,
    );
  });

  it("have the numbers of LANES.md 9 on AWS and locally", () => {
    const numbers = (stage: StageName) => {
      const { sites, connections, documentTypes, limits } = settingsFor(stage);
      return [
        connections[0]?.target.commitSeconds,
        documentTypes.OperationsRequest.dependencySeconds,
        sites[0]?.businessDeadlineSeconds,
        sites[0]?.leaseSeconds,
        sites[0]?.agentSilenceSeconds,
        limits.consumerTimeoutSeconds,
      ];
    };
    expect(numbers("prod")).toEqual([300, 28800, 900, 60, 300, 60]);
    expect(numbers("local")).toEqual([2, 20, 20, 5, 10, 4]);
  });

  it("name the path of a route to an unknown connection", () => {
    const site = { ...settingsFor("prod").sites[1] };
    const values = { ...settingsFor("prod"), sites: [settingsFor("prod").sites[0], { ...site, routes: { ...site.routes, MaterialActual: "sap" } }] };
    expect(() => checkedSettings(values)).toThrow("sites.1.routes.MaterialActual: connection sap is not defined");
  });

  it("name the path of a route to a connection that does not serve the site", () => {
    const route = broken("prod", (values) => {
      const [hamburg, suzhou] = values.sites;
      if (hamburg !== undefined && suzhou !== undefined) hamburg.routes = { ...suzhou.routes };
    });
    expect(route).toThrow("sites.0.routes.OperationsRequest: connection mes-suzhou does not serve site hamburg");
  });

  it("refuse an id that stands twice", () => {
    expect(broken("prod", (values) => values.connections.push(...values.connections.slice(0, 1)))).toThrow("connections: a connection id stands twice");
    expect(broken("prod", (values) => values.sites.push(...values.sites.slice(0, 1)))).toThrow("sites: a site id stands twice");
  });

  it("refuse an ERP without its url or the secret to call it", () => {
    expect(broken("prod", ({ connections: [erp] }) => delete erp?.url)).toThrow("connections.0.url: an ERP is called at its url");
    expect(broken("prod", ({ connections: [erp] }) => delete erp?.callSecret)).toThrow("connections.0.callSecret: an ERP is called with a bearer token");
  });

  it("refuse a signed source without its secret", () => {
    expect(broken("prod", ({ connections: [erp] }) => Reflect.deleteProperty(erp?.source ?? {}, "secret"))).toThrow(
      "connections.0.source.secret: a signed source needs a secret",
    );
  });

  it("refuse a claim that does not outlive its function, and a call that does", () => {
    expect(broken("prod", ({ limits }) => Object.assign(limits, { claimSeconds: 60 }))).toThrow("limits.claimSeconds: must be longer");
    expect(broken("prod", ({ limits }) => Object.assign(limits, { callSeconds: 60 }))).toThrow("limits.callSeconds: must be shorter");
  });

  it("name a number out of range and an unknown name by their paths", () => {
    expect(broken("prod", ({ connections: [erp] }) => Object.assign(erp?.target ?? {}, { maxConcurrency: 1 }))).toThrow("connections.0.target.maxConcurrency");
    expect(broken("prod", (values) => Object.assign(values.limits, { bodyBites: 1 }))).toThrow(/limits: .*bodyBites/);
  });

  it.each([
    ["local", "http://127.0.0.1:8080/erp"],
    ["local", "http://localhost:8080"],
    ["local", "http://[::1]:8080"],
    ["local", "https://erp.example.com"],
    ["prod", "https://erp.example.com/api"],
  ] as const)("take on stage %s an ERP at %s", (stage, erpUrl) => {
    expect(settingsFor(stage, { erpUrl }).connections[0]?.url).toBe(erpUrl);
  });

  it.each([
    ["local", "http://erp.example.com"],
    ["local", "http://127.0.0.1.example.com"],
    ["local", "ftp://127.0.0.1"],
    ["small", "http://127.0.0.1:8080"],
    ["prod", "http://erp.example.com"],
    ["prod", "erp.example.com"],
    ["prod", ""],
  ] as const)("refuse on stage %s an ERP at «%s»", (stage, erpUrl) => {
    expect(() => settingsFor(stage, { erpUrl })).toThrow("connections.0.url: ");
    expect(() => settingsFor(stage, { erpUrl })).toThrow(SettingsRefused);
  });
});

describe("the settings of a source", () => {
  const EVERY = { allowlist: [], validateAtDoor: false, timeZone: "Europe/Berlin", matchKey: "exact", volatile: [] };
  const HMAC = { scheme: "hmac-body", secret: "s", header: "X-Signature", encoding: "hex", prefix: "", messageId: { digest: true } };
  const BASIC = { scheme: "basic", secret: "s", messageId: { header: "X-Id" } };
  const OAUTH2 = {
    scheme: "oauth2",
    jwksUrl: "https://issuer.example.com/keys",
    issuer: "https://issuer.example.com",
    audience: "orderlane",
    clientIds: ["erp"],
    algorithms: ["RS256"],
    clockToleranceSeconds: 30,
    tokenType: "any",
    messageId: { path: "/id" },
  };
  const withSource = (source: object, stage: StageName = "prod") => {
    const values = settingsFor(stage);
    return () =>
      checkedSettings({ ...values, connections: values.connections.map((one) => (one.id === "erp" ? { ...one, source: { ...EVERY, ...source } } : one)) });
  };

  it.each([HMAC, BASIC, OAUTH2, { scheme: "bearer" }, { ...OAUTH2, clientIds: undefined, requiredScope: "post" }])("are sound: $scheme", (source) => {
    expect(withSource(JSON.parse(JSON.stringify(source)))().connections[0]?.source).toMatchObject({ scheme: source.scheme });
  });

  it.each([
    ["an unknown scheme", { scheme: "mutual-tls" }, "source.scheme: "],
    ["another scheme's setting", { ...BASIC, header: "X-Signature" }, /source: .*header/],
    ["a secret that nothing uses", { scheme: "bearer", secret: "s" }, /source: .*secret/],
    ["no secret", { ...HMAC, secret: undefined }, "source.secret: a signed source needs a secret"],
    ["a header's name that is none", { ...HMAC, header: "X Signature:" }, "source.header: a header's name"],
    ["a prefix with a line break", { ...HMAC, prefix: "a\r\n" }, "source.prefix: "],
    ["another encoding", { ...HMAC, encoding: "base64url" }, "source.encoding: "],
    ["no message id", { ...HMAC, messageId: undefined }, "source.messageId: one of"],
    ["two message ids", { ...HMAC, messageId: { header: "X-Id", path: "/id" } }, "source.messageId: one of"],
    ["a digest that is not wanted", { ...HMAC, messageId: { digest: false } }, "source.messageId: one of"],
    ["a path without its slash", { ...HMAC, messageId: { path: "id" } }, "source.messageId.path: a JSON Pointer"],
    ["the whole message as its id", { ...HMAC, messageId: { path: "" } }, "source.messageId.path: a JSON Pointer"],
    ["one header for signature and id", { ...HMAC, messageId: { header: "x-signature" } }, "source.messageId.header: the signature's header"],
    ["the algorithm none", { ...OAUTH2, algorithms: ["none"] }, "source.algorithms.0: "],
    ["a shared secret's algorithm", { ...OAUTH2, algorithms: ["RS256", "HS256"] }, "source.algorithms.1: "],
    ["no algorithm", { ...OAUTH2, algorithms: [] }, "source.algorithms: "],
    ["any client", { ...OAUTH2, clientIds: undefined }, "source.clientIds: name clientIds or a requiredScope"],
    ["two scopes in one", { ...OAUTH2, requiredScope: "a b" }, "source.requiredScope: one scope"],
    ["a tolerance of an hour", { ...OAUTH2, clockToleranceSeconds: 3600 }, "source.clockToleranceSeconds: "],
    ["keys over http", { ...OAUTH2, jwksUrl: "http://issuer.example.com/keys" }, "source.jwksUrl: must begin with https://"],
    ["keys on loopback", { ...OAUTH2, jwksUrl: "http://127.0.0.1:8080/keys" }, "source.jwksUrl: must begin with https://"],
    ["keys nowhere", { ...OAUTH2, jwksUrl: "keys" }, "source.jwksUrl: is not an address"],
  ])("are refused by their path: %s", (_name, source, message) => {
    expect(withSource(JSON.parse(JSON.stringify(source)))).toThrow(message);
  });

  it("may name loopback keys over http on stage local", () => {
    expect(withSource({ ...OAUTH2, jwksUrl: "http://127.0.0.1:8080/keys" }, "local")).not.toThrow();
  });

  it("are refused where two connections share a secret: what one signed could be sent in the other's name", () => {
    const values = settingsFor("prod");
    const shared = values.connections.map((one) => ({ ...one, source: { ...EVERY, ...HMAC } }));
    expect(() => checkedSettings({ ...values, connections: shared })).toThrow("connections.1.source.secret: another connection's source has the same secret");
  });
});
