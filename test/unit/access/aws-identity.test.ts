import { describe, expect, it } from "vitest";
import { Administrator, awsIdentityOf, isAdministrator } from "../../../core/access/aws-identity.ts";

const principalOf = (arn: string) => awsIdentityOf(arn)?.principal;

describe("an AWS identity", () => {
  it.each([
    ["arn:aws:sts::111122223333:assumed-role/operators/ann@example.com", "aws:arn:aws:iam::111122223333:role/operators"],
    ["arn:aws-cn:sts::111122223333:assumed-role/operators/ann", "aws:arn:aws-cn:iam::111122223333:role/operators"],
    ["arn:aws-us-gov:sts::111122223333:assumed-role/operators/i-0123", "aws:arn:aws-us-gov:iam::111122223333:role/operators"],
    ["arn:aws:iam::111122223333:role/operators", "aws:arn:aws:iam::111122223333:role/operators"],
    ["arn:aws:iam::111122223333:role/a/path/operators", "aws:arn:aws:iam::111122223333:role/operators"],
    ["arn:aws:iam::111122223333:user/staff/bob", "aws:arn:aws:iam::111122223333:user/bob"],
  ])("of %s is %s", (arn, principal) => {
    expect(principalOf(arn)).toBe(principal);
  });

  it.each([
    "",
    "none",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sts::111122223333:federated-user/bob",
    "arn:aws:iam::111122223333:group/operators",
    "arn:aws:iam::11112222333:role/operators",
    "arn:aws:s3:::role/operators",
    "arn:aws-x:iam::111122223333:role/operators",
    "arn:aws:sts::111122223333:assumed-role/operators",
    "arn:aws:sts::111122223333:assumed-role/operators/ann/extra",
    "arn:aws:iam::111122223333:role/operators\r\nx",
    " arn:aws:iam::111122223333:role/operators",
  ])("is nobody for %j", (arn) => {
    expect(awsIdentityOf(arn)).toBeUndefined();
  });

  it("tells the session's name of a role, for the audit", () => {
    expect(awsIdentityOf("arn:aws:sts::111122223333:assumed-role/operators/ann@example.com")?.session).toBe("ann@example.com");
  });

  it("administers by its ARN, or as a role of this name in the stage's own account only", () => {
    const is = (named: string, arn: string, account = "111122223333") => {
      const identity = awsIdentityOf(arn);
      return identity !== undefined && isAdministrator([named], identity, account);
    };
    const session = "arn:aws:sts::111122223333:assumed-role/operators/ann";
    expect(is("operators", session)).toBe(true);
    expect(is("arn:aws:iam::111122223333:role/some/path/operators", session)).toBe(true);
    expect(is("operators", session, "444455556666")).toBe(false);
    expect(is("arn:aws:iam::444455556666:role/operators", session)).toBe(false);
    expect(is("operator", session)).toBe(false);
    expect(is("operators", "arn:aws:iam::111122223333:user/operators")).toBe(false);
    expect(is("arn:aws:iam::111122223333:user/bob", "arn:aws:iam::111122223333:user/bob")).toBe(true);
    expect(is("arn:aws-cn:iam::111122223333:role/operators", session)).toBe(false);
  });

  it.each(["", "*", "arn:aws:iam::*:role/operators", "arn:aws:iam::111122223333:root", "two words", "a/b"])(
    "%j is no administrator of the settings",
    (text) => {
      expect(Administrator.safeParse(text).success).toBe(false);
    },
  );
});
