import { LogGroup, QueryDefinition, QueryString } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

type Query = { readonly id: string; readonly name: string; readonly logs: readonly string[]; readonly query: QueryString };

const LANE = "/aws/lambda/orderlane-{stage}-advance-lane";
const ACCESS = "/orderlane/{stage}/access";
const OF_A_DOCUMENT = ["receive-documents", "advance-lane", "perform-step", "lease-deliveries", "report-verdicts", "command-document", "wake-due"].map(
  (name) => `/aws/lambda/orderlane-{stage}-${name}`,
);

/** What is asked again and again of the logs; each is free until it is run (0.005 USD for a GB read). */
const QUERIES: readonly Query[] = [
  {
    id: "ParkedByReason",
    name: "parked by reason 按原因统计停放",
    logs: [LANE],
    query: new QueryString({
      filterStatements: ['message = "document.parked"'],
      statsStatements: ["count(*) as documents, latest(document) as newest by reason, target, type"],
      sort: "documents desc",
    }),
  },
  {
    id: "OneDocument",
    name: "one document's way (put in its id) 一份单据的经过",
    logs: OF_A_DOCUMENT,
    query: new QueryString({
      fields: ["@timestamp", "service", "message", "state", "attempt", "reason", "secondsSinceReceipt", "target"],
      filterStatements: ["@message like /PUT-THE-DOCUMENT-ID-HERE/"],
      sort: "@timestamp asc",
      limit: 1000,
    }),
  },
  {
    id: "SlowestDeliveries",
    name: "slowest deliveries 最慢的交付",
    logs: [LANE],
    query: new QueryString({
      fields: ["@timestamp", "secondsSinceReceipt", "document", "type", "target", "attempt"],
      filterStatements: ['message = "document.delivered"'],
      sort: "secondsSinceReceipt desc",
      limit: 50,
    }),
  },
  {
    id: "RefusalsByConnection",
    name: "refusals by connection 按连接统计拒绝",
    logs: [ACCESS],
    query: new QueryString({
      parseStatements: ['path "/connections/*/documents" as connection'],
      filterStatements: ["status like /^[45]/"],
      statsStatements: ["count(*) as requests by connection, status, refusal, from"],
      sort: "requests desc",
    }),
  },
  {
    id: "RefusalsAndReads",
    name: "audit of refusals and reads 拒绝与读取审计",
    logs: [ACCESS],
    query: new QueryString({
      fields: ["@timestamp", "from", "method", "path", "status", "requestId"],
      filterStatements: ['method = "GET" or status in ["401", "403", "404", "429"]'],
      sort: "@timestamp desc",
      limit: 1000,
    }),
  },
];

/** Saved queries of Logs Insights, in a folder of the stage; in the stack that the local cloud leaves out (ARCHITECTURE.md 9). */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { stage }: { readonly stage: string }) {
    super(scope, id);
    for (const { id: part, name, logs, query } of QUERIES) {
      new QueryDefinition(this, part, {
        queryDefinitionName: `orderlane/${stage}/${name}`,
        queryString: query,
        logGroups: logs.map((log, nth) => LogGroup.fromLogGroupName(this, `${part}Log${nth}`, log.replace("{stage}", stage))),
      });
    }
  }
}
