import type * as z from "zod";
import { GrantGiven, GrantRequest, GrantsAnswer, GrantTold, RevocationRequest } from "../access/grant-shapes.ts";
import { SecretReplaced, SecretRequest } from "../access/secret-form.ts";
import {
  Block,
  Content,
  DeliveryAnswer,
  DocumentAnswer,
  DocumentSummary,
  Happening,
  MarkerAnswer,
  MasterAnswer,
  OpenAnswer,
  OrderAnswer,
  TargetWords,
} from "../asking/answers.ts";
import { AuditAnswer } from "../audit/audit-shapes.ts";
import { AuditRecord } from "../audit/records.ts";
import { BalanceAnswer } from "../balance/order-balance.ts";
import { ConnectionsAnswer } from "../connections/connection-states.ts";
import { SteerAnswer, SteerRequest } from "../connections/steer-bodies.ts";
import { CanonicalDocument } from "../documents/canonical.ts";
import { AcceptedBody, LineResult } from "../door/line-results.ts";
import { Reason } from "../effects/outcomes.ts";
import { GenealogyAnswer } from "../genealogy/genealogy-answer.ts";
import { CommandQueued, CommandRequest } from "../lanes/command-bodies.ts";
import { CommandPlan } from "../lanes/command-plan.ts";
import { HeartbeatBody, HeartbeatRequest, LeaseBody, LeaseRequest, VerdictsBody, VerdictsRequest } from "../mailbox/bodies.ts";
import { ResultsAnswer } from "../results/results.ts";

const canonical = Object.fromEntries(CanonicalDocument.options.map((option) => [`Canonical${option.shape.type.value}`, option]));

/** Schemas that have a name in the API's description: what a generated client calls its types. */
export const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  LineResult,
  MessageAnswer: AcceptedBody,
  LeaseRequest,
  LeaseAnswer: LeaseBody,
  VerdictsRequest,
  VerdictsAnswer: VerdictsBody,
  HeartbeatRequest,
  HeartbeatAnswer: HeartbeatBody,
  ResultsAnswer,
  DocumentAnswer,
  DocumentSummary,
  OrderAnswer,
  OpenAnswer,
  MasterAnswer,
  BalanceAnswer,
  GenealogyAnswer,
  Block,
  Content,
  TargetWords,
  Marker: MarkerAnswer,
  Delivery: DeliveryAnswer,
  Happening,
  Reason,
  CommandRequest,
  CommandQueued,
  CommandPlan,
  ConnectionsAnswer,
  SteerRequest,
  SteerAnswer,
  GrantRequest,
  GrantGiven,
  Grant: GrantTold,
  GrantsAnswer,
  RevocationRequest,
  AuditAnswer,
  AuditRecord,
  SecretRequest,
  SecretReplaced,
  CanonicalDocument,
  ...canonical,
};
