import { Dashboard, GraphWidget, type IMetric, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Duration, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Settings } from "../../core/settings/settings.ts";
import { stackNamesOf } from "../stage.ts";
import type { SynchronisationStack } from "./synchronisation-stack.ts";

type Props = { readonly settings: Settings; readonly synchronisation: SynchronisationStack };

const ONE_MINUTE = { period: Duration.minutes(1) };
const HALF = 12;

/** One dashboard: what comes in, what waits for each system, what fails. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, { settings, synchronisation }: Props) {
    super(scope, stackNamesOf(settings.stage).operations, { description: `Orderlane ${settings.stage}: dashboard` });
    const { queues, door, workflows } = synchronisation;
    const handlers = Object.values(synchronisation.functions).map(({ handler }) => handler);
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: HALF });
    new Dashboard(this, "Dashboard", {
      dashboardName: `orderlane-${settings.stage}`,
      widgets: [
        [new TextWidget({ markdown: "# Orderlane\nWhat an alarm means for the shop floor, and what to do: `docs/runbook.md`.", width: 2 * HALF, height: 2 })],
        [
          graph("Requests and refusals", [door.api.metricCount(ONE_MINUTE), door.api.metricClientError(ONE_MINUTE), door.api.metricServerError(ONE_MINUTE)]),
          graph("Answer time at the door", [door.api.metricLatency({ ...ONE_MINUTE, statistic: "p95" })]),
        ],
        [
          graph(
            "Messages waiting, by system",
            queues.map(({ queue, target }) => queue.metricApproximateNumberOfMessagesVisible({ ...ONE_MINUTE, label: target })),
          ),
          graph(
            "Age of the oldest message, by system (seconds)",
            queues.map(({ queue, target }) => queue.metricApproximateAgeOfOldestMessage({ ...ONE_MINUTE, label: target })),
          ),
        ],
        [
          graph(
            "Functions: errors",
            handlers.map((handler) => handler.metricErrors(ONE_MINUTE)),
          ),
          graph(
            "Functions: time taken",
            handlers.map((handler) => handler.metricDuration({ ...ONE_MINUTE, statistic: "p95" })),
          ),
        ],
        [
          graph(
            "Workflows: orders, operation reports, inspections",
            workflows.flatMap(({ node, stateMachine }) => [
              stateMachine.metricStarted({ ...ONE_MINUTE, label: `${node.id} started` }),
              stateMachine.metricFailed({ ...ONE_MINUTE, label: `${node.id} failed` }),
            ]),
          ),
          graph(
            "Messages set aside, by system",
            queues.map(({ deadLetters, target }) => deadLetters.metricApproximateNumberOfMessagesVisible({ ...ONE_MINUTE, label: target })),
          ),
        ],
      ],
    });
  }
}
