"""What AWS asks a role for and the emulator does not, asked here under AUTH=true; and a record of every question.

The emulator checks the calls that reach its gateway. Here is checked, as AWS's documentation tells it:
- a call that it knows no right for;
- the key behind a table, bucket or secret, which AWS uses in the caller's name;
- an event source's reading from its queue, and its deleting, by the function's role;
- the log stream that Lambda writes with the function's role;
- what a state machine calls, by its own role;
- that S3 tells an object's absence only to those who may list the bucket.

Each answer is one line of JSON in the file that RIGHTS_LOG names: role, action, resource, allowed. Another line, function and refused, says that a function's own log names what it was refused.
"""

import contextvars
import functools
import json
import os
import re
import threading

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import kms, lambda_svc, s3, sqs, stepfunctions
from ministack.services.cloudformation import provisioners

# DynamoDB Developer Guide, "Encryption at rest: key management" names the least that a key must allow those who use a table.
READING = ("kms:Decrypt", "kms:DescribeKey")
WRITING = ("kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext")
KEY_ACTIONS = {
    **{f"dynamodb:{name}": READING for name in ("GetItem", "BatchGetItem", "Query", "ConditionCheckItem")},
    **{f"dynamodb:{name}": WRITING for name in ("PutItem", "UpdateItem", "DeleteItem")},
    # S3 User Guide, "Using server-side encryption with AWS KMS keys": one request each, no multipart upload.
    "s3:GetObject": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey",),
    # Secrets Manager User Guide, "Secret encryption and decryption".
    "secretsmanager:GetSecretValue": ("kms:Decrypt",),
    "secretsmanager:PutSecretValue": ("kms:Decrypt", "kms:GenerateDataKey"),
}

enforce_at_gateway = iam_evaluator.enforce
refused_beside = contextvars.ContextVar("refused_beside", default=None)
current_machine = contextvars.ContextVar("current_machine", default=None)
calling_role = contextvars.ContextVar("calling_role", default=None)
# There is no right of this name: Service Authorization Reference, "Amazon SQS".
AUTHORIZED_AS = {"sqs:SendMessageBatch": "sqs:SendMessage"}

SECRET = "AWS::SecretsManager::Secret"

# ARN of the key by the ARN of what it encrypts.
keys = {}
log_lock = threading.Lock()
log_file = open(os.environ["RIGHTS_LOG"], "a", buffering=1, encoding="utf-8")


def write(line):
    with log_lock:
        log_file.write(json.dumps(line) + "\n")


def record(role, action, resource, allowed):
    write({"role": role, "action": action, "resource": resource, "allowed": allowed})


def role_may(role_arn, action, resource):
    """Of calls that pass no gateway: the role's own policies decide (none of the product's resources refuses what they allow)."""
    role, account = role_arn.rsplit("/", 1)[-1], get_account_id()
    context = iam_evaluator.EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,
    )
    allowed = iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(role, account)).decision == "Allow"
    record(role, action, resource, allowed)
    return allowed


def remember_keys():
    """Tables, buckets and secrets keep the key that the template names for them: of some the emulator forgets it."""

    def of_bucket(props):
        rules = (props.get("BucketEncryption") or {}).get("ServerSideEncryptionConfiguration") or [{}]
        return (rules[0].get("ServerSideEncryptionByDefault") or {}).get("KMSMasterKeyID")

    key_in = {
        "AWS::DynamoDB::Table": lambda props: (props.get("SSESpecification") or {}).get("KMSMasterKeyId"),
        "AWS::S3::Bucket": of_bucket,
        SECRET: lambda props: props.get("KmsKeyId"),
    }

    def remembering(create, key_of):
        @functools.wraps(create)
        def wrapped(logical_id, props, stack_name):
            name, attributes = create(logical_id, props, stack_name)
            key = kms._resolve_key(key_of(props))
            if key is not None:
                keys[attributes["Arn"]] = key["Arn"]
            # CloudFormation's Ref of a secret is its ARN; the emulator's is its name, which no policy's resource matches.
            return (attributes["Arn"] if key_of is key_in[SECRET] else name), attributes

        return wrapped

    for name, key_of in key_in.items():
        handler = provisioners._RESOURCE_HANDLERS[name]
        handler["create"] = remembering(handler["create"], key_of)


def key_behind(resource):
    """ARN of the customer's key that encrypts a table, an object's bucket or a secret, if one does."""
    is_part = ":dynamodb:" in resource or ":s3:" in resource
    return keys.get("/".join(resource.split("/")[: 2 if ":dynamodb:" in resource else 1]) if is_part else resource)


def questions_beside(action, resource):
    """What else AWS asks the caller for: (action, resource) each."""
    if action in KEY_ACTIONS:
        key = key_behind(resource)
        if key is not None:
            yield from ((name, key) for name in KEY_ACTIONS[action])
    if action == "s3:GetObject":
        bucket, _, name = resource.split(":::", 1)[-1].partition("/")
        held = s3._buckets.get(bucket)
        if held is not None and name not in held["objects"]:
            yield "s3:ListBucket", f"arn:aws:s3:::{bucket}"


SERVICE_OF = {"kms": "kms", "s3": "s3"}


def enforce(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    refused_beside.set(AUTHORIZED_AS.get(iam_action))
    iam_action = AUTHORIZED_AS.get(iam_action, iam_action)
    is_role = (access_key_id or "").startswith("ASIA")

    def ask(action, asked_service, resource, context=None):
        denied = enforce_at_gateway(access_key_id, action, asked_service, region, resource_arn=resource, service_context=context)
        if is_role:
            caller = iam_evaluator.resolve_caller_identity(access_key_id)
            record(iam_evaluator._role_name_from_assumed_arn(caller["userArn"]) if caller else "nobody", action, resource, denied is None)
        return denied

    denied = ask(iam_action, service, resource_arn, service_context)
    if denied is not None or not is_role:
        return denied
    for action, resource in questions_beside(iam_action, resource_arn):
        denied = ask(action, SERVICE_OF[action.split(":", 1)[0]], resource)
        if denied is not None:
            refused_beside.set(action)
            return denied
    return None


def name_what_was_refused(respond):
    @functools.wraps(respond)
    def wrapped(service, action, *args, **more):
        return respond(service, refused_beside.get() or action, *args, **more)

    return wrapped


def calls_without_a_right():
    """Of these the emulator asks nobody for a right."""
    action_of = iam_actions.extract_iam_action

    def action_asked(service, method, path, *rest):
        if service == "lambda" and method == "PUT" and re.fullmatch(r"/[0-9-]+/event-source-mappings/[^/]+/?", path):
            return "lambda:UpdateEventSourceMapping"
        return action_of(service, method, path, *rest)

    iam_actions.extract_iam_action = action_asked


def role_of(function):
    return (function.get("config") or function).get("Role", "")


def event_sources():
    concurrency, run, delete = lambda_svc._sqs_esm_concurrency, lambda_svc._run_sqs_batch, sqs._delete_messages_for_esm

    def may_poll(esm, function, config, queue=None):
        source = esm["EventSourceArn"]
        may = all(role_may(role_of(function), action, source) for action in ("sqs:GetQueueAttributes", "sqs:ReceiveMessage"))
        return concurrency(esm, function, config, queue) if may else 0

    def run_batch(esm, function, *rest):
        calling_role.set(role_of(function))
        return run(esm, function, *rest)

    def delete_if_allowed(queue_url, handles):
        arn = sqs._queues.get(queue_url)["attributes"]["QueueArn"]
        if role_may(calling_role.get(), "sqs:DeleteMessage", arn):
            delete(queue_url, handles)

    lambda_svc._sqs_esm_concurrency, lambda_svc._run_sqs_batch, sqs._delete_messages_for_esm = may_poll, run_batch, delete_if_allowed


def function_logs():
    emit = lambda_svc._emit_lambda_logs

    def emit_if_allowed(function, request_id, text, *rest, **more):
        config = function.get("config") or function
        for refused in sorted(set(re.findall(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)", text or ""))):
            write({"function": config.get("FunctionName"), "refused": refused})
        group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName')}"
        stream = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:log-stream:any"
        if all(role_may(role_of(function), action, stream) for action in ("logs:CreateLogStream", "logs:PutLogEvents")):
            emit(function, request_id, text, *rest, **more)

    lambda_svc._emit_lambda_logs = emit_if_allowed


def state_machines():
    task, call, send = stepfunctions._execute_task, stepfunctions._call_lambda, stepfunctions._invoke_sqs_send_message
    wait, resource_of = stepfunctions._invoke_with_callback, iam_actions.extract_resource_arn
    # ARN of the state machine by the token of its task: what AWS asks about whoever answers it.
    waiting = {}

    def refuse(action, resource):
        raise stepfunctions._ExecutionError("AccessDenied", f"the state machine's role is not authorized to perform: {action} on {resource}")

    def execute_task(state_def, raw_input, execution, ctx):
        machine = stepfunctions._state_machines[execution["stateMachineArn"]]
        role, current = calling_role.set(machine["roleArn"]), current_machine.set(machine["stateMachineArn"])
        try:
            return task(state_def, raw_input, execution, ctx)
        finally:
            calling_role.reset(role)
            current_machine.reset(current)

    def wait_for_token(resource, input_data, token, state_def):
        waiting[token] = current_machine.get()
        return wait(resource, input_data, token, state_def)

    def resource_asked(service, method, path, headers, body, *rest):
        if service == "states" and ".SendTask" in headers.get("x-amz-target", ""):
            machine = waiting.get(json.loads(body)["taskToken"])
            if machine is not None:
                return machine
        return resource_of(service, method, path, headers, body, *rest)

    def call_lambda(reference, event):
        _, config, _ = lambda_svc._get_func_record_for_ref(reference)
        if not role_may(calling_role.get(), "lambda:InvokeFunction", config["FunctionArn"]):
            refuse("lambda:InvokeFunction", config["FunctionArn"])
        return call(reference, event)

    def send_message(resource, input_data):
        arn = sqs._queues.get(input_data["QueueUrl"])["attributes"]["QueueArn"]
        if not role_may(calling_role.get(), "sqs:SendMessage", arn):
            refuse("sqs:SendMessage", arn)
        return send(resource, input_data)

    stepfunctions._execute_task, stepfunctions._call_lambda, stepfunctions._invoke_sqs_send_message = execute_task, call_lambda, send_message
    stepfunctions._invoke_with_callback, iam_actions.extract_resource_arn = wait_for_token, resource_asked
    for prefix, handler in stepfunctions._SERVICE_DISPATCH.items():
        if handler is send:
            stepfunctions._SERVICE_DISPATCH[prefix] = send_message


def install():
    iam_evaluator.enforce = enforce
    iam_actions.access_denied_response = name_what_was_refused(iam_actions.access_denied_response)
    calls_without_a_right()
    remember_keys()
    event_sources()
    function_logs()
    state_machines()
