import { AlarmStatusWidget, Dashboard, GraphWidget, type IMetric, type IWidget, SingleValueWidget, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Duration, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { MetricName } from "../../core/settings/metrics.ts";
import type { Settings } from "../../core/settings/settings.ts";
import { consoleLinks } from "../constructs/console-links.ts";
import { ProductAlarms } from "../constructs/product-alarms.ts";
import { productMetrics } from "../constructs/product-metrics.ts";
import { stackNamesOf } from "../stage.ts";
import type { SynchronisationStack } from "./synchronisation-stack.ts";

type Props = { readonly settings: Settings; readonly synchronisation: SynchronisationStack; readonly topic: ITopic };

const ONE_MINUTE = { period: Duration.minutes(1) };
const WHOLE = 24;
const HALF = 12;

const graph = (title: string, left: readonly IMetric[]): IWidget[] => (left.length === 0 ? [] : [new GraphWidget({ title, left: [...left], width: HALF })]);
const heading = (markdown: string, height = 2): IWidget[] => [new TextWidget({ markdown, width: WHOLE, height })];

/** One dashboard, read from the top down: is it fine, which system, what waits, in detail; and the alarms on what the product itself counts. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, { settings, synchronisation, topic }: Props) {
    super(scope, stackNamesOf(settings.stage).operations, { description: `Orderlane ${settings.stage}: dashboard, alarms on documents` });
    const alarms = new ProductAlarms(this, "Documents", { settings, topic });
    const links = consoleLinks(this);
    const product = (name: MetricName) => productMetrics(settings, name).map(({ about, metric }) => metric.with({ label: about }));
    new Dashboard(this, "Dashboard", {
      dashboardName: `orderlane-${settings.stage}`,
      defaultInterval: Duration.hours(12),
      widgets: [
        heading(
          [
            `# Orderlane ${settings.stage}`,
            "Read from the top down; stop where it is red. What an alarm means for the shop floor, and what to do: `docs/runbook.md`. 自上而下阅读，看到红色即停；告警对车间的影响和处理步骤见 `docs/runbook.md`。",
            `[Alarms 告警](${links.alarms}) · [Saved log queries 已保存的日志查询](${links.queries}) (orderlane/${settings.stage}) · [Workflows 工作流](${links.executions})`,
          ].join("\n"),
          4,
        ),
        heading("## 1. Is it fine? 一切正常吗？\nGreen and delivering: nothing to do. 全部绿色且有交付：无需处理。"),
        [
          new AlarmStatusWidget({
            title: "Alarms 告警",
            width: HALF,
            height: 4,
            alarms: [synchronisation.door.serverErrors, synchronisation.wake.stopped, ...alarms.alarms],
          }),
          ...now(product),
        ],
        heading("## 2. Which system? 是哪个系统？\nA line that falls to nothing, or climbs alone, names it. 归零或单独上升的那条线就是。"),
        [...graph("Delivered in five minutes 五分钟内交付", product("delivered")), ...graph("Receipt to delivery, 95 % (s) 接收到交付", product("delay"))],
        [...graph("Oldest open document (s) 最久未完成的单据", product("oldestOpen")), ...graph("Breaker open 熔断", product("breaker"))],
        heading("## 3. What waits? 什么在等待？\nParked waits for a person; waiting goes on by itself. 停放的需人工处理；等待中的会自行继续。"),
        [...graph("Parked 停放", product("parked")), ...graph("Waiting 等待", product("waiting"))],
        ...queueWidgets(synchronisation),
        heading("## 4. In detail 细节"),
        ...detailWidgets(synchronisation),
      ],
    });
  }
}

/** The newest figures, as numbers. */
function now(product: (name: MetricName) => IMetric[]): IWidget[] {
  const metrics = [...product("parked"), ...product("oldestOpen")];
  return [new SingleValueWidget({ title: "Parked, oldest open (s) 停放，最久未完成", metrics, width: HALF, height: 4 })];
}

function queueWidgets({ queues }: SynchronisationStack): IWidget[][] {
  return [
    [
      ...graph(
        "Messages waiting 排队消息",
        queues.map(({ queue, target }) => queue.metricApproximateNumberOfMessagesVisible({ ...ONE_MINUTE, label: target })),
      ),
      ...graph(
        "Oldest message (s) 最久的消息",
        queues.map(({ queue, target }) => queue.metricApproximateAgeOfOldestMessage({ ...ONE_MINUTE, label: target })),
      ),
    ],
    graph(
      "Messages set aside 搁置的消息",
      queues.map(({ deadLetters, target }) => deadLetters.metricApproximateNumberOfMessagesVisible({ ...ONE_MINUTE, label: target })),
    ),
  ];
}

function detailWidgets({ door, functions, workflows }: SynchronisationStack): IWidget[][] {
  const handlers = Object.values(functions).map(({ handler }) => handler);
  return [
    [
      ...graph("Requests and refusals 请求与拒绝", [
        door.api.metricCount(ONE_MINUTE),
        door.api.metricClientError(ONE_MINUTE),
        door.api.metricServerError(ONE_MINUTE),
      ]),
      ...graph("Answer time at the door, 95 % (ms) 应答时间", [door.api.metricLatency({ ...ONE_MINUTE, statistic: "p95" })]),
    ],
    [
      ...graph(
        "Functions: errors 函数错误",
        handlers.map((handler) => handler.metricErrors(ONE_MINUTE)),
      ),
      ...graph(
        "Functions: time taken, 95 % (ms) 函数耗时",
        handlers.map((handler) => handler.metricDuration({ ...ONE_MINUTE, statistic: "p95" })),
      ),
    ],
    graph(
      "Workflows 工作流",
      workflows.flatMap(({ node, stateMachine }) => [
        stateMachine.metricStarted({ ...ONE_MINUTE, label: `${node.id} started` }),
        stateMachine.metricFailed({ ...ONE_MINUTE, label: `${node.id} failed` }),
      ]),
    ),
  ];
}
