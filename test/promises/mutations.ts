import type { Mutation } from "./mutation.ts";

const DOOR = "while any single call that stores or queues is still unanswered, there is no 202";
const REFUSES = "refuses, and both books say so";

/** For each promise the code that protects it, taken away piece by piece. A text that moved or changed is found by test/promises/mutations.test.ts. */
export const MUTATIONS: readonly Mutation[] = [
  {
    promise: 1,
    name: "202 before the queue took it",
    file: "core/door/take-message.ts",
    edits: [
      {
        find: "const sent = await sendLines(outgoing(kept), ports.queue);",
        replace: "const leaving = outgoing(kept);\n  void sendLines(leaving, ports.queue);\n  const sent = new Set(leaving.map(({ document }) => document));",
      },
    ],
    turnsRed: DOOR,
  },
  {
    promise: 1,
    name: "payload not waited for",
    file: "core/door/store-lines.ts",
    edits: [
      { find: "await ports.payloads.put(routed.document, routed.source);", replace: "ports.payloads.put(routed.document, routed.source).catch(() => {});" },
    ],
    turnsRed: DOOR,
  },
  {
    promise: 1,
    name: "the queue's refusal not heard",
    file: "core/door/answer-message.ts",
    edits: [{ find: "if (line.send && !sent.has(document)) return", replace: "if (line.send && sent.size < 0) return" }],
    turnsRed: "with the queue down it answers 503 with `retry` for each line, as often as it is asked, and 202 once the queue takes them",
  },
  {
    promise: 1,
    name: "a repeat queues nothing",
    file: "core/door/store-lines.ts",
    edits: [{ find: 'send: before.state === "received"', replace: 'send: before.state === "held"' }],
    turnsRed: "killed before or after any call of its own, it has answered nothing, and the sender's retry completes what is missing",
  },
  {
    promise: 1,
    name: "the timer leaves stored documents alone",
    file: "functions/wake-due/wake-due.ts",
    edits: [
      {
        find: 'const kind = header.state === "received" ? "document" : "wake";',
        replace: 'const kind = header.state === "received" ? "document" : "wake";\n  if (header.state === "received" && header.wakes === 0) return;',
      },
    ],
    turnsRed: "what was stored but never queued, its sender gone for good, is queued by the timer a quarter of an hour later",
  },
  {
    promise: 2,
    name: "the door writes over a header that is there",
    file: "core/door/store-lines.ts",
    edits: [{ find: "[putNew(headerKey(header.id), written)]", replace: '[{ kind: "put", item: itemOf(headerKey(header.id), written) }]' }],
    turnsRed: "sent again after its end, under its key or another, it is answered as a duplicate and keeps its disposition",
  },
  {
    promise: 2,
    name: "`finished` without its attempt",
    file: "core/lanes/actor.ts",
    edits: [
      {
        find: 'if (notice.attempt === header.attempt && header.state === "delivering") return conclude(',
        replace: 'if (header.state === "delivering") return conclude(',
      },
    ],
    turnsRed: "a `finished` of an older attempt does not end the attempt that is under way",
  },
  {
    promise: 2,
    name: "commands without their attempt",
    file: "core/lanes/commands.ts",
    edits: [{ find: "if (order.attempt !== header.attempt) return told(", replace: "if (order.attempt > header.attempt) return told(" }],
    turnsRed: "a command that means an older attempt changes nothing: of a replay delivered twice one counts",
  },
  {
    promise: 3,
    name: "the marker after the call",
    file: "core/effects/make-effect.ts",
    edits: [
      {
        find: `  const claimed = await mark(ports, header, effect.step, claim, header.state === "received" ? { state: "delivering" } : {});
  if (claimed === undefined) {
    await permit.done("not-made");
    return again(undefined);
  }
`,
        replace: "",
      },
      {
        find: '  await permit.done(isFailure(outcome) ? "failed" : "answered");\n',
        replace: `  await permit.done(isFailure(outcome) ? "failed" : "answered");
  const claimed = await mark(ports, header, effect.step, claim, header.state === "received" ? { state: "delivering" } : {});
  if (claimed === undefined) return again(undefined);
`,
      },
    ],
    turnsRed: "wherever advance-lane or perform-step dies, the ERP's book has one posting and one announcement, the MES's one order",
  },
  {
    promise: 3,
    name: "repeated without a look",
    file: "core/effects/make-effect.ts",
    edits: [
      {
        find: "if (lookup) return lookUp(ports, effect, header, marker);",
        replace: "if (lookup) return again(await mark(ports, header, effect.step, noneMarker(header, marker)));",
      },
    ],
    turnsRed: 'posts once when the first call meets {"kind":"lose-answer"}',
  },
  {
    promise: 3,
    name: "looked up at once, before it can have committed",
    file: "core/effects/make-effect.ts",
    edits: [
      {
        find: "return unknownMarker(header, claim, ports.clock.now() + commitMs(effect));",
        replace: "return unknownMarker(header, claim, ports.clock.now());",
      },
    ],
    turnsRed: 'posts once when the first call meets {"kind":"commit-late","afterMs":299000}',
  },
  {
    promise: 3,
    name: "a dead caller's call looked up before it can have committed",
    file: "core/effects/make-effect.ts",
    edits: [{ find: "unknownMarker(header, marker, deadline + commitMs(effect))", replace: "unknownMarker(header, marker, deadline)" }],
    turnsRed: "a call whose caller died, and which commits only as late as the ERP declares, is not made again",
  },
  {
    promise: 3,
    name: "no fence: claims without the header's revision",
    file: "core/ledger/header-change.ts",
    edits: [{ find: '    { path: "revision", is: header.revision },\n', replace: "" }],
    turnsRed: "of two consumers of one lane that both mean to call, one claims, and the other waits for it",
  },
  {
    promise: 3,
    name: "a 429 clears an unknown call",
    file: "core/effects/make-effect.ts",
    edits: [{ find: "return claim.doubt === true ? unknownMarker(header, claim, ports.clock.now() + commitMs(effect)) : {", replace: "return {" }],
    turnsRed: "where the ERP cannot be asked but absorbs repeats, a 429 to the repeat does not make the unknown call undone",
  },
  {
    promise: 3,
    name: "a cancel does not look for its original",
    file: "core/lanes/former.ts",
    edits: [
      {
        find: "const id = known ?? (await numbered(ports, header));",
        replace: "const id = known ?? (header.cancel ? undefined : await numbered(ports, header));",
      },
      { find: 'check: [{ kind: "check", key: numberKey(header), if: [{ absent: true }] }]', replace: "check: []" },
    ],
    turnsRed: 'takes back once, under a cancel, when the first reversal meets {"kind":"lose-answer"}',
  },
  {
    promise: 3,
    name: "a reversal repeated without a look for the first",
    file: "core/effects/deed.ts",
    edits: [
      {
        find: "  const reversal = await target.lookUp(undoKeyOf(takesBack), deadline);\n",
        replace: '  const reversal = await target.lookUp(undoKeyOf(takesBack), deadline);\n  if (reversal.kind === "found") return { kind: "not-found" };\n',
      },
    ],
    turnsRed: 'takes back once, under a cancel, when the first reversal meets {"kind":"lose-answer"}',
  },
  {
    promise: 3,
    name: "a cancel keeps nothing out",
    file: "core/lanes/versions.ts",
    edits: [{ find: "  if (highWater.version === undefined ||", replace: '  if (highWater.version === undefined) return "newer";\n  if (' }],
    turnsRed: "a cancel that comes before its report leaves nothing of it in force",
  },
  {
    promise: 4,
    name: "a blocked lane lets postings through",
    file: "core/lanes/actor.ts",
    edits: [
      {
        find: "return isBeside(ports, header, lane) ? arrive(",
        replace: 'return isBeside(ports, header, lane) && header.type !== "MaterialActual" ? arrive(',
      },
    ],
    turnsRed: "what comes behind a blocked holder is held, and drains in the order of its acceptance; another order goes on meanwhile",
  },
  {
    promise: 4,
    name: "the lane handed to the last held instead of the first",
    file: "core/lanes/hand-over.ts",
    edits: [
      {
        find: "const [first] = await heldOf(ports, released, target, 1);",
        replace: "const first = (await heldOf(ports, released, target, 1000)).at(-1);",
      },
    ],
    turnsRed: "what comes behind a blocked holder is held, and drains in the order of its acceptance; another order goes on meanwhile",
  },
  {
    promise: 4,
    name: "no hand-over",
    file: "core/lanes/hand-over.ts",
    edits: [
      {
        find: "if (first === undefined) return undefined;",
        replace: "if (first === undefined || released.heldCount > 0) return undefined;",
      },
    ],
    turnsRed: "what comes behind a blocked holder is held, and drains in the order of its acceptance; another order goes on meanwhile",
  },
  {
    promise: 4,
    name: "a failed message fails alone",
    file: "functions/advance-lane/advance-lane.ts",
    edits: [
      {
        find: "return records.slice(at).map((later) => later.messageId);",
        replace: "return [record.messageId, ...(await advanceGroup(ports, records.slice(at + 1), run))];",
      },
    ],
    turnsRed: "when a message fails, the later ones of its group fail with it, and the other groups of the batch do not",
  },
  {
    promise: 4,
    name: "the door sends on after a line that was not taken",
    file: "core/door/send-lines.ts",
    edits: [{ find: "going = through.map(({ lane }) => lane);", replace: "going = heads.map(({ lane }) => lane);" }],
    turnsRed: "after a line that the queue did not take, the door sends no later line of that lane",
  },
  {
    promise: 4,
    name: "no high water",
    file: "core/lanes/evaluate.ts",
    edits: [{ find: 'return { kind: "superseded" };', replace: "return meaning(ports, header, lane);" }],
    turnsRed: "an older version that arrives after a newer one was delivered is superseded, and never reaches the plant",
  },
  {
    promise: 5,
    name: "a refused acceptance ends as delivered",
    file: "workflows/release-production-order/workflow.asl.json",
    edits: [
      {
        find: `"Condition": "{% $states.input.kind = 'refused' %}",
          "Next": "Turn to undo"`,
        replace: `"Condition": "{% $states.input.kind = 'refused' %}",
          "Output": { "kind": "delivered" },
          "Next": "Finish"`,
      },
    ],
    turnsRed: `ends undone when the ERP, the acceptance ${REFUSES}`,
  },
  {
    promise: 5,
    name: "an undo that withdraws nothing",
    file: "core/mailbox/deliver.ts",
    edits: [
      {
        find: `reason: marker.reason };
      return putWithdrawal(ports, step, header, marker);`,
        replace: `reason: marker.reason };
      return { kind: "undone" };`,
      },
    ],
    turnsRed: `ends undone when the ERP, the acceptance ${REFUSES}`,
  },
  {
    promise: 5,
    name: "the workflow told before the verdict is stored",
    file: "core/mailbox/verdict.ts",
    edits: [
      {
        find: `if ((await ports.ledger.write(verdictWrites(ports, header, delivery, verdict))).kind === "refused") return "raced";
  await passOn(ports, delivery, verdict);`,
        replace: `await passOn(ports, delivery, verdict);
  if ((await ports.ledger.write(verdictWrites(ports, header, delivery, verdict))).kind === "refused") return "raced";`,
      },
    ],
    turnsRed: "a verdict is stored before its workflow hears of it",
  },
  {
    promise: 5,
    name: "a sender that will not hear is passed over",
    file: "functions/perform-step/perform-step.ts",
    edits: [
      {
        find: 'if (outcome.kind !== "refused" || (step === "tell-accepted" && !header.cancel)) return outcome;',
        replace:
          'if (outcome.kind === "refused" && step !== "tell-accepted") return { kind: "applied" };\n  if (outcome.kind !== "refused" || (step === "tell-accepted" && !header.cancel)) return outcome;',
      },
    ],
    turnsRed: `ends parked when the plant, and the ERP to hear of it ${REFUSES}`,
  },
  {
    promise: 5,
    name: "a step refused halfway ends the report as it is",
    file: "workflows/report-operation/workflow.asl.json",
    edits: [
      {
        find: `          "Output": {
            "kind": "delivered"
          }
        },
        {
          "Condition": "{% $states.input.kind = 'refused' %}",
          "Next": "Turn to undo"`,
        replace: `          "Output": {
            "kind": "delivered"
          }
        },
        {
          "Condition": "{% $states.input.kind = 'refused' %}",
          "Output": { "kind": "delivered" },
          "Next": "Done"`,
      },
    ],
    turnsRed: "ends undone when set-order-state is refused",
  },
  {
    promise: 5,
    name: "a plant's refusal of a hold is dropped",
    file: "core/lanes/conclude.ts",
    edits: [{ find: 'if (state === "rejected" && hasApplied(header)) return park(', replace: 'if (state === "rejected" && header.cancel) return park(' }],
    turnsRed: "is a person's task when the plant will not hold it; it stays blocked in the ERP meanwhile",
  },
  {
    promise: 5,
    name: "nothing is known of what we hold",
    file: "core/lanes/holding.ts",
    edits: [{ find: "return { failed: [...failed, header.id], released };", replace: "return { failed, released };" }],
    turnsRed: "is released by a later pass, in the ERP and in the plant",
  },
  {
    promise: 5,
    name: "a refused reversal passes as done",
    file: "core/effects/take-back.ts",
    edits: [
      {
        find: 'return outcome.kind === "refused" ? { kind: "park", reason: reversalTask(step, outcome.reason) } : outcome;',
        replace: 'return outcome.kind === "refused" && reversalTask(step, outcome.reason).code !== "" ? { kind: "applied" } : outcome;',
      },
    ],
    turnsRed: "is a named person's task, with its next step, when the ERP will not take it back; the posting stands until then",
  },
  {
    promise: 5,
    name: "no business deadline",
    file: "functions/wake-due/wake-due.ts",
    edits: [
      { find: "if (deadline === undefined || now < deadline) return;", replace: 'if (deadline === undefined || now < deadline || token !== "") return;' },
    ],
    turnsRed: "a verdict that does not come within the business deadline undoes the release, and what the plant says later changes nothing",
  },
  {
    promise: 6,
    name: "an unknown unit is pieces",
    file: "core/quantities/units.ts",
    edits: [{ find: "=> BY_NAME.get(name);", replace: '=> BY_NAME.get(name) ?? "C62";' }],
    turnsRed: "an unknown unit (bxs) parks by its place and text, and reaches no other system",
  },
  {
    promise: 6,
    name: "an order goes ahead of its material",
    file: "core/lanes/evaluate.ts",
    edits: [
      {
        find: 'return missing === undefined ? { kind: "start", canonical: mapped.document } : { kind: "dependency", on: missing };',
        replace: 'return missing === "" ? { kind: "dependency", on: missing } : { kind: "start", canonical: mapped.document };',
      },
    ],
    turnsRed: "an order whose material the plant does not know waits by name, and goes on when the plant has taken the material",
  },
  {
    promise: 6,
    name: "nobody wakes who waits by name",
    file: "core/lanes/settle.ts",
    edits: [{ find: '  if (state === "delivered") await afterDelivery(ports, settled);\n', replace: "" }],
    turnsRed: "an order whose material the plant does not know waits by name, and goes on when the plant has taken the material",
  },
  {
    promise: 6,
    name: "another content of a delivered version is taken for the same",
    file: "core/lanes/versions.ts",
    edits: [{ find: 'highWater.digest === document.digest ? "older" : "conflict"', replace: 'highWater.digest === document.digest ? "older" : "older"' }],
    turnsRed: "the same version with another content parks: which of the two is right is not ours to say",
  },
  {
    promise: 7,
    name: "numbers through a float",
    file: "core/documents/quick-json.ts",
    edits: [
      { find: "return String(number) === own.text ? number : this.#keep(own.text);", replace: "return own.text.length > 0 ? number : this.#keep(own.text);" },
    ],
    turnsRed: "the quantity 9007199254740993 reaches both as the decimal 9007199254740993",
  },
  {
    promise: 7,
    name: "decimals written anew",
    file: "core/quantities/decimals.ts",
    edits: [{ find: "value: withoutNegativeZero(text) };", replace: "value: new Decimal(text).toFixed() };" }],
    turnsRed: 'the quantity "12.500" reaches both as the decimal 12.500',
  },
  {
    promise: 7,
    name: "identifiers trimmed",
    file: "core/mapping/value-rule.ts",
    edits: [{ find: "holder[name] = value;", replace: "holder[name] = value.trim();" }],
    turnsRed: "the identifier \"LOT 7 \" reaches the ERP's book and the plant's agent as it was sent",
  },
  {
    promise: 7,
    name: "identifiers stripped of leading zeros",
    file: "core/mapping/value-rule.ts",
    edits: [{ find: "holder[name] = value;", replace: 'holder[name] = value.replace(/^0+(?=.)/, "");' }],
    turnsRed: "the identifier \"000001000123\" reaches the ERP's book and the plant's agent as it was sent",
  },
  {
    promise: 8,
    name: "crashing documents are never parked",
    file: "core/lanes/actor.ts",
    edits: [{ find: "if (next.starts > STARTS_AT_MOST)", replace: "if (next.starts > 1000 * STARTS_AT_MOST)" }],
    turnsRed: "a document whose handling fails again and again is parked, long before the dead-letter queue would let its successor overtake",
  },
  {
    promise: 8,
    name: "a batch that crashed is not handled group by group",
    file: "functions/advance-lane/advance-lane.ts",
    edits: [{ find: "record.receiveCount >= CAREFUL_FROM)", replace: "record.receiveCount >= 1000 * CAREFUL_FROM)" }],
    turnsRed: "one that kills the function with its whole batch is parked, and nobody in its batch is parked with it",
  },
  {
    promise: 8,
    name: "one lane for all orders",
    file: "core/documents/ids.ts",
    edits: [{ find: 'hashOf(["lane", target, subject])', replace: 'hashOf(["lane", target, subject.slice(0, 0)])' }],
    turnsRed: "one that fails holds up no other order: they are posted within minutes",
  },
  {
    promise: 8,
    name: "independent documents hold their lane",
    file: "core/lanes/flows.ts",
    edits: [{ find: '.ordering === "independent";', replace: '.ordering === "independent" && header.cancel;' }],
    turnsRed: "where its type is independent it parks alone, and even its own order goes on",
  },
  {
    promise: 2,
    name: "the members of a posting are not settled with it",
    file: "core/lanes/window-members.ts",
    edits: [
      {
        find: "if (others.length === 0) return { writes: [], lane, fields: {}, remove: [] };",
        replace: "if (others.length < 40) return { writes: [], lane, fields: {}, remove: [] };",
      },
    ],
    turnsRed: "of reports that are posted together each comes to its own end, and says whose posting it is in",
  },
  {
    promise: 3,
    name: "the carrier's own share is in the sum twice",
    file: "core/lanes/window-members.ts",
    edits: [{ find: "[header, ...others].filter(", replace: "[header, header, ...others].filter(" }],
    turnsRed: "of reports that are posted together, wherever advance-lane or the timer dies, each is in one sum that is in force",
  },
  {
    promise: 7,
    name: "sums of floats",
    file: "core/lanes/windows.ts",
    edits: [{ find: "(sum, share) => addDecimals(sum, share.value)", replace: '(sum, share) => addDecimals(String(Number(sum) + Number(share.value)), "0")' }],
    turnsRed: "reports that are posted together are summed to the last digit",
  },
  {
    promise: 8,
    name: "a refused sum refuses all of its members",
    file: "core/lanes/conclude.ts",
    edits: [{ find: "if (mayComeApart(header)) return dissolve(", replace: "if (mayComeApart(header) && header.cancel) return dissolve(" }],
    turnsRed: "one that the ERP refuses takes none of those along with which it is posted: it alone is rejected",
  },
  {
    promise: 4,
    name: "open windows do not block what is posted by itself",
    file: "core/lanes/lane-state.ts",
    edits: [{ find: "isOpen(lane) && lane.windows.length === 0;", replace: "isOpen(lane) && lane.windows.length < 1000;" }],
    turnsRed: "what is posted by itself comes after all that waits to be posted together before it, wherever advance-lane or the timer dies",
  },
  {
    promise: 4,
    name: "windows not closed before the held one that is posted by itself",
    file: "core/lanes/hand-over.ts",
    edits: [
      {
        find: "if (released.windows.length > 0 && !mayJoin(ports.settings, header)) return",
        replace: "if (released.windows.length > 1000 && !mayJoin(ports.settings, header)) return",
      },
    ],
    turnsRed: "what is posted by itself comes after windows that were open before it when it was held, too",
  },
  {
    promise: 3,
    name: "the rest is posted again without looking what became of its first call",
    file: "core/effects/deed.ts",
    edits: [
      {
        find: "if (takesBack === undefined) return target.lookUp(keyOf(effect, header, generation), deadline);",
        replace:
          'if (effect.onBehalfOf !== undefined) return { kind: "not-found" };\n  if (takesBack === undefined) return target.lookUp(keyOf(effect, header, generation), deadline);',
      },
    ],
    turnsRed: "one that is taken back out of a posting with others is out of it, and the others are in one sum, wherever advance-lane dies",
  },
  {
    promise: 3,
    name: "one number for two documents that were entered by hand",
    file: "core/lanes/resolve.ts",
    edits: [
      { find: "if (named !== undefined) return refused(", replace: 'if (named === "") return refused(' },
      { find: "if (other !== undefined) return refused(", replace: 'if (other !== undefined && reference === "") return refused(' },
      { find: "const also = keys.map(", replace: "const also: Write[] = [];\n  void keys.map(" },
    ],
    turnsRed: "one posting is never that of two documents",
  },
  {
    promise: 3,
    name: "what a person entered and took back is taken for a posting",
    file: "core/effects/entered-by-hand.ts",
    edits: [{ find: "if (!entered.inForce) differences.push(", replace: 'if (!entered.inForce && entered.reference === "") differences.push(' }],
    turnsRed: "what was taken back there since is no posting",
  },
  {
    promise: 3,
    name: "an older version is undone while a newer one is in force",
    file: "core/lanes/undo-delivered.ts",
    edits: [{ find: "return standing.document === header.id", replace: "return standing.document.length > 0" }],
    turnsRed: "a delivered document is undone only while it is what its target has in force",
  },
  {
    promise: 3,
    name: "the undo of a newer version does not bring the former one back",
    file: "core/mailbox/deliver.ts",
    edits: [
      {
        find: "const before = inForce?.document === header.id ? header.former : inForce;",
        replace: "const before = inForce?.document === header.id ? undefined : inForce;",
      },
    ],
    turnsRed: "a delivered document is undone only while it is what its target has in force",
  },
];
