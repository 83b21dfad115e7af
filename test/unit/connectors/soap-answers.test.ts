import { describe, expect, it } from "vitest";
import { outcomeOf as ofB2mml } from "../../../connectors/b2mml/classify-answer.ts";
import { outcomeOf as ofPlainJson } from "../../../connectors/plain-json/classify-answer.ts";
import { idocOutcomeOf } from "../../../connectors/sap-idoc/classify-answer.ts";

const SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP_12 = "http://www.w3.org/2003/05/soap-envelope";
const fault = (code: string) =>
  `<s:Envelope xmlns:s="${SOAP_11}"><s:Body><s:Fault><faultcode>s:${code}</faultcode><faultstring>the words of the ERP</faultstring></s:Fault></s:Body></s:Envelope>`;
const fault12 = (code: string) =>
  `<e:Envelope xmlns:e="${SOAP_12}"><e:Body><e:Fault><e:Code><e:Value>e:${code}</e:Value></e:Code><e:Reason><e:Text xml:lang="en">the words of the ERP</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>`;
const answered = (status: number, body: string) => ({ kind: "answered", status, headers: { "content-type": "text/xml" }, body }) as const;

const READERS = [
  ["sap-idoc", idocOutcomeOf],
  ["b2mml", ofB2mml],
  ["plain-json", ofPlainJson],
] as const;

describe.each(READERS)("a SOAP fault from the ERP of a %s connection (classes 56 and 57)", (_name, read) => {
  it.each([
    ["of the caller in 200", 200, fault("Client")],
    ["of the server in 200", 200, fault("Server")],
    ["of what must be understood, in 200", 200, fault("MustUnderstand")],
    ["of what must be understood, in 500", 500, fault("MustUnderstand")],
    ["of SOAP 1.2 in 200", 200, fault12("Sender")],
    ["of SOAP 1.2 that must be understood, in 202", 202, fault12("MustUnderstand")],
    ["cut in its middle, in 200", 200, fault("Client").slice(0, 150)],
    ["behind a DOCTYPE, in 200", 200, `<!DOCTYPE x [<!ENTITY l "ha">]>${fault("Client")}`],
    ["of 4 MiB of laughs, in 200", 200, `<!DOCTYPE x>${"<s:a>".repeat(800_000)}`],
  ])("%s is never taken for a yes", (_what, status, body) => {
    const outcome = read(answered(status, body), "key", 0);
    expect(["unknown", "park"]).toContain(outcome.kind);
    expect(JSON.stringify(outcome).length).toBeLessThan(2000);
  });
});

describe("what SAP says must be understood", () => {
  it.each([
    ["1.1 in 500", 500, fault("MustUnderstand")],
    ["1.1 in 200", 200, fault("MustUnderstand")],
    ["1.2 in 400", 400, fault12("MustUnderstand")],
    ["a version that it has not, in 500", 500, fault("VersionMismatch")],
  ])("%s is a person's task, in its own words", (_what, status, body) => {
    expect(idocOutcomeOf(answered(status, body), "key", 0)).toMatchObject({
      kind: "park",
      reason: { code: "ORL-CALL-009", message: expect.stringContaining("the words of the ERP"), owner: expect.any(String), next: expect.any(String) },
    });
  });
});
