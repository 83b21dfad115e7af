/** The headings of docs/runbook.md: every alarm names one, and test/infra ties both directions. */
export const RUNBOOK = {
  deadLetters: "A document's message was set aside",
  oldMessages: "Messages wait longer than ten days",
  noProgress: "Nothing goes through to a system",
  functionFails: "A function fails",
  functionThrottled: "A function is held back by AWS",
  doorFails: "The door answers with errors",
  workflowFails: "A workflow broke off",
  plantContradicts: "A plant contradicts itself",
  wakeStopped: "The timer has stopped",
  pollFails: "Orders are no longer fetched from an ERP",
  ledgerRefuses: "The ledger refuses requests",
  parked: "Documents wait for a person",
  oldestOpen: "A document does not get through",
  breakerOpen: "A system does not answer",
  standstill: "Orderlane stands still",
} as const;

export type RunbookHeading = (typeof RUNBOOK)[keyof typeof RUNBOOK];

/** The heading's anchor, as GitHub and GitLab make it. */
export const anchorOf = (heading: RunbookHeading): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
