import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { CfnRule, CustomResource, Duration, Fn } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Settings } from "../../core/settings/settings.ts";

const CONNECTORS = join(import.meta.dirname, "..", "..", "connectors");

/** Who deploys, and why: `-c who=… -c why=…`. */
export type DeployedBy = { readonly who: string; readonly why: string };

type Props = { readonly settings: Settings; readonly recordDeployment: IFunction; readonly deployedBy: DeployedBy };

/**
 * Has each deployment recorded in the audit that changes settings or mapping tables. Where nobody says who deploys and why, templates can be made and looked
 * at, and CloudFormation refuses to deploy them before it touches anything.
 */
export class DeploymentRecord extends Construct {
  constructor(scope: Construct, id: string, { settings, recordDeployment, deployedBy }: Props) {
    super(scope, id);
    new CustomResource(this, "Record", {
      serviceToken: recordDeployment.functionArn,
      resourceType: "Custom::OrderlaneDeploymentRecord",
      serviceTimeout: Duration.minutes(2),
      properties: { stage: settings.stage, ...deployedBy, parts: partsOf(settings) },
    });
    for (const said of ["who", "why"] as const) {
      if (deployedBy[said].trim() !== "") continue;
      new CfnRule(this, said, {
        assertions: [
          {
            assert: Fn.conditionNot(Fn.conditionEquals(deployedBy[said], "")),
            assertDescription: `the audit records ${said} changes a stage: cdk deploy -c who=… -c why=…`,
          },
        ],
      });
    }
  }
}

const hashOf = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex")
    .slice(0, 32);

/** The order of members says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

/** A hash of each thing that a person would name. */
export function partsOf({ connections, sites, ...others }: Settings): Record<string, string> {
  const tables = globSync("*/mapping/**/*.json", { cwd: CONNECTORS }).sort();
  return Object.fromEntries([
    ...connections.map((connection) => [`connection ${connection.id}`, hashOf(connection)]),
    ...sites.map((site) => [`site ${site.id}`, hashOf(site)]),
    ...Object.entries(others).map(([name, value]) => [name, hashOf(value)]),
    ...tables.map((path) => [
      `table ${path.replace("/mapping/", "/").replaceAll("\\", "/")}`,
      hashOf(JSON.parse(readFileSync(join(CONNECTORS, path), "utf8"))),
    ]),
  ]);
}
