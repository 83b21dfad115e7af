import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { partsOf } from "../../infra/constructs/deployment-record.ts";
import { orderlaneApp } from "../../infra/orderlane-app.ts";
import { settingsFor } from "../../infra/settings.ts";
import { functionNames } from "./synthesised.ts";

const folder = mkdtempSync(join(tmpdir(), "orderlane-deployment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function templateOf(deployedBy?: { who: string; why: string }): Template {
  const bundles = join(folder, "bundles");
  for (const name of functionNames()) {
    mkdirSync(join(bundles, name), { recursive: true });
    writeFileSync(join(bundles, name, "index.js"), "exports.handler = async () => undefined;");
  }
  const outdir = mkdtempSync(join(folder, "out-"));
  return Template.fromStack(
    orderlaneApp({ settings: settingsFor("prod"), bundles, outdir, ...(deployedBy === undefined ? {} : { deployedBy }) }).synchronisation,
  );
}

describe("a deployment", () => {
  it("tells who, why and the hash of each connection, site and mapping table", () => {
    const template = templateOf({ who: "ann", why: "the second plant" });
    template.hasResourceProperties("Custom::OrderlaneDeploymentRecord", {
      stage: "prod",
      who: "ann",
      why: "the second plant",
      parts: partsOf(settingsFor("prod")),
      ServiceTimeout: "120",
    });
    expect(JSON.stringify(template.toJSON().Rules)).not.toContain("cdk deploy");
  });

  it("that does not say who and why is refused by CloudFormation before it touches anything, with the command that does", () => {
    const { Rules } = z.object({ Rules: z.record(z.string(), z.unknown()) }).parse(templateOf().toJSON());
    const rules = Object.entries(Rules).flatMap(([name, rule]) => (name.startsWith("DeploymentRecord") ? [rule] : []));
    expect(JSON.stringify(rules)).toContain("cdk deploy -c who=");
    expect(rules).toHaveLength(2);
    for (const rule of rules) expect(rule).toMatchObject({ Assertions: [{ Assert: { "Fn::Not": [{ "Fn::Equals": ["", ""] }] } }] });
  });
});

describe("the parts", () => {
  const parts = partsOf(settingsFor("prod"));

  it("are those that a person would name", () => {
    expect(Object.keys(parts)).toEqual(
      expect.arrayContaining([
        "connection erp",
        "connection mes-hamburg",
        "site suzhou",
        "limits",
        "administrators",
        "table plain-json/order.json",
        "table sap-idoc/order.json",
      ]),
    );
  });

  it("change with what they are of, and with nothing else", () => {
    const settings = settingsFor("prod");
    const [first, ...others] = settings.connections;
    if (first === undefined) throw new Error("no connection");
    const changed = partsOf({ ...settings, connections: [{ ...first, unversioned: ["Equipment"] }, ...others] });
    expect(Object.keys(parts).filter((name) => parts[name] !== changed[name])).toEqual([`connection ${first.id}`]);
    const reordered = Object.fromEntries(Object.entries(first).reverse());
    expect(partsOf({ ...settings, connections: [{ ...first, ...reordered }, ...others] })).toEqual(parts);
  });
});
