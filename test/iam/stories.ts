import type { Settings } from "../../core/settings/settings.ts";
import { accessStories } from "./stories/access.ts";
import { ORDERS } from "./stories/orders.ts";
import { PAYLOADS } from "./stories/payloads.ts";
import { PEOPLE } from "./stories/people.ts";
import { REPORTS } from "./stories/reports.ts";
import { TIMER } from "./stories/timer.ts";
import type { Story } from "./story.ts";

/** The whole scenario: between them the stories make every call that any function or workflow may make. Materials come first: orders need them. */
export const storiesOf = ({ connections }: Settings): readonly Story[] => [
  ...ORDERS,
  ...REPORTS,
  ...PAYLOADS,
  ...TIMER,
  ...PEOPLE,
  ...accessStories(connections),
];
