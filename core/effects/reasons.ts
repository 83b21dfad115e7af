import type { Reason } from "./outcomes.ts";

/** Reasons of the lanes' and effects' own; every park names owner and next step (LANES.md 5, rule 12). */
const OPERATIONS = "operations";

const parks = {
  versionConflict: (version: string): Reason => ({
    code: "ORL-LANE-001",
    message: `version ${version} was already delivered with another content`,
    field: "/version",
    text: version,
    owner: "ERP key user",
    next: "send the right content under a higher version, or skip this document",
  }),
  numberConflict: (number: string): Reason => ({
    code: "ORL-LANE-005",
    message: `number ${number} came before with another content`,
    field: "/id",
    text: number,
    owner: "MES key user",
    next: "send the right content under a number of its own, then skip this document",
  }),
  laneTaken: (): Reason => ({
    code: "ORL-LANE-006",
    message: "its message was lost in the middle of its posting, and another document of the order took its turn",
    owner: OPERATIONS,
    next: "when the lane is free, replay this document: it looks first what became of its posting",
  }),
  correctionRefused: (version: string, why: string): Reason => ({
    code: "ORL-LANE-007",
    message: `version ${version} took back the one before it, and was then refused: ${why}`,
    field: "/version",
    text: version,
    owner: "MES key user",
    next: "send the right content under a higher version; nothing of the report is in force until then",
  }),
  refusedHalfway: (why: string): Reason => ({
    code: "ORL-EFFECT-008",
    message: `the plant refused what the ERP has already: ${why}`,
    step: "deliver",
    owner: "plant shift lead",
    next: "clear what the plant objects to, then replay this document: the plant is asked again; or undo it in the ERP too",
  }),
  lotStepRefused: (step: string, why: string): Reason => ({
    code: "ORL-EFFECT-009",
    message: `the inspection is recorded, and ${step} was refused: ${why}`,
    step,
    owner: "quality",
    next: "secure the lot by hand, clear what the ERP objects to, then replay this document",
  }),
  payloadGone: (): Reason => ({
    code: "ORL-LANE-002",
    message: "the document as it came is no longer stored",
    owner: OPERATIONS,
    next: "ask the sender to send it again under a higher version, then skip this document",
  }),
  formerForgotten: (): Reason => ({
    code: "ORL-LANE-026",
    message: "what it takes back or corrects was delivered so long ago that its record is no longer kept",
    owner: OPERATIONS,
    next: "look the posting up in the target system and reverse it by hand there, then skip this document",
  }),
  dependencyNeverCame: (what: string): Reason => ({
    code: "ORL-LANE-003",
    message: `${what} was waited for and never came`,
    text: what,
    owner: "master data",
    next: `send ${what} to the plant, then replay this document`,
  }),
  keepsCrashing: (starts: number): Reason => ({
    code: "ORL-LANE-004",
    message: `it ended ${starts} starts without an outcome`,
    owner: OPERATIONS,
    next: "look for the function's error in its log, mend it, then replay this document",
  }),
  unknownOutcome: (step: string): Reason => ({
    code: "ORL-EFFECT-001",
    message: `whether ${step} happened is unknown, and the target cannot be asked`,
    step,
    owner: "ERP key user",
    next: "look in the target for it; if it is not there, replay this document",
  }),
  reversedElsewhere: (step: string): Reason => ({
    code: "ORL-EFFECT-002",
    message: `${step} was posted and reversed behind our back`,
    step,
    owner: "ERP key user",
    next: "find out who reversed it, then replay or skip this document",
  }),
  undoRefused: (step: string, why: string): Reason => ({
    code: "ORL-EFFECT-003",
    message: `the undo of ${step} was refused: ${why}`,
    step,
    owner: "plant shift lead",
    next: "clear what the target objects to, then replay this document: it goes on with its undo",
  }),
  announcementRefused: (step: string, why: string): Reason => ({
    code: "ORL-EFFECT-004",
    message: `the sender refused to be told (${step}): ${why}`,
    step,
    owner: "ERP key user",
    next: "correct the order in the ERP, then replay this document",
  }),
  cancelRefusedBySender: (why: string): Reason => ({
    code: "ORL-EFFECT-005",
    message: `the plant cancelled the order, and the sender refused the confirmation: ${why}`,
    step: "tell-accepted",
    owner: "ERP key user",
    next: "a cancel has no undo: correct the order in the ERP, then replay this document",
  }),
  restRefused: (why: string): Reason => ({
    code: "ORL-EFFECT-016",
    message: `it was posted with others; the whole was reversed, and the target refused to post the rest again: ${why}`,
    step: "post",
    owner: "ERP key user",
    next: "clear what the target objects to, then replay this document: it posts the others again",
  }),
  neverPosted: (step: string): Reason => ({
    code: "ORL-EFFECT-007",
    message: `the target took ${step} and never posted it`,
    step,
    owner: "ERP key user",
    next: "look in the target's own queue for it; post or reject it there, then replay this document",
  }),
  outdated: (step: string): Reason => ({
    code: "ORL-EFFECT-006",
    message: "the plant holds something newer than this delivery",
    step,
    owner: "plant shift lead",
    next: "compare the order in the MES with this document, then replay or skip it",
  }),
} as const;

const notes = {
  claimed: (step: string): Reason => ({ code: "ORL-EFFECT-020", message: `another call of ${step} may still be under way`, step }),
  unknown: (step: string): Reason => ({ code: "ORL-EFFECT-021", message: `the outcome of ${step} is unknown; it will be looked up`, step }),
  queued: (step: string): Reason => ({ code: "ORL-EFFECT-022", message: `the target took ${step} and has not posted it yet`, step }),
  budget: (why: string): Reason => ({ code: "ORL-EFFECT-023", message: `the target's load budget: ${why}` }),
  expired: (): Reason => ({ code: "ORL-EFFECT-024", message: "the plant gave no verdict within the business deadline", step: "deliver" }),
  withdrawnUnleased: (): Reason => ({ code: "ORL-EFFECT-025", message: "withdrawn before the plant leased it", step: "deliver" }),
  crashed: (error: string): Reason => ({ code: "ORL-EFFECT-026", message: `a step failed unexpectedly: ${error}` }),
  refused: (step: string): Reason => ({ code: "ORL-EFFECT-028", message: `${step} was refused`, step }),
  outOfTime: (step: string): Reason => ({ code: "ORL-EFFECT-029", message: `no time was left for ${step}; the next attempt goes on there`, step }),
  stale: (): Reason => ({ code: "ORL-EFFECT-027", message: "a step found the document in another attempt or mode" }),
  inWindow: (): Reason => ({ code: "ORL-LANE-023", message: "waits for others of its kind, to be posted with them" }),
  fromWindow: (): Reason => ({ code: "ORL-LANE-024", message: "the posting with others came to nothing: it is posted by itself when its turn comes" }),
  waitsFor: (what: string): Reason => ({ code: "ORL-LANE-020", message: `waits for ${what}`, text: what }),
  waitsForFormer: (): Reason => ({ code: "ORL-LANE-023", message: "waits until what it takes back is settled" }),
  takenBack: (byCancel: boolean): Reason => ({
    code: "ORL-LANE-024",
    message: byCancel ? "taken back by a cancel" : "taken back, since a newer version corrects it",
  }),
  nothingToTakeBack: (): Reason => ({ code: "ORL-LANE-025", message: "nothing of it is in force: nothing to take back" }),
  older: (): Reason => ({ code: "ORL-LANE-021", message: "a newer version, or a cancel, took its place" }),
  nothingToDo: (): Reason => ({ code: "ORL-LANE-022", message: "the order never reached the plant: nothing to cancel" }),
} as const;

export const reasons = { ...parks, ...notes } as const;
