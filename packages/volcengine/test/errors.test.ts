import { describe, expect, test } from 'vitest'
import { classify } from '../src/errors.js'

const table = `
  400 InvalidArgument                           invalid-argument
  400 MissingParameter                          invalid-argument
  400 MissingParameter.InstanceId               invalid-argument
  400 MissingParameter.InstanceIds              invalid-argument
  400 MissingParameter.KeyPairName              invalid-argument
  400 MissingParameter.KeyPairNames             invalid-argument
  400 MissingParameter.KeyPairNameAndKeyPairId  invalid-argument
  400 MissingParameter.Description              invalid-argument
  400 InvalidKeyPairDescription.Malformed       invalid-argument
  400 InvalidClientToken.Malformed              invalid-argument
  400 InvalidStoppedMode.Malformed              invalid-argument
  400 LimitExceeded.MaximumKeyPairNames         invalid-argument
  400 LimitExceeded.MaximumKeyPairIds           invalid-argument
  400 LimitExceeded.MaximumInstanceIds          invalid-argument
  400 IdempotentParameterMismatch               invalid-argument
  404 ServiceNotFound                           invalid-argument
  404 InvalidActionOrVersion                    invalid-argument
  404 InvalidKeyPair.NotFound                   not-found
  200 InvalidKeyPair.NotFound                   not-found
  200 InvalidInstance.NotFound                  not-found
  400 InvalidInstanceStatus                     instance-state
  200 InvalidInstanceStatus                     instance-state
  200 InvalidKeyPairForWindows.Unsupported      instance-unsupported
  200 InvalidResetAuthenticationAgent.NotFound  instance-unsupported
  403 InvalidInstance.RequestForbidden          permission-denied
  403 AccessDenied                              permission-denied
  403 LackPolicy                                permission-denied
  403 LackProjectPolicy                         permission-denied
  400 Insufficient.Balance                      billing
  400 MissingRequestInfo                        unauthenticated
  400 InvalidTimestamp                          unauthenticated
  403 InvalidTimestamp                          unauthenticated
  400 InvalidAuthorization                      unauthenticated
  400 InvalidCredential                         unauthenticated
  401 MissingAuthenticationToken                unauthenticated
  401 MissingSignature                          unauthenticated
  401 InvalidAccessKey                          unauthenticated
  401 SignatureDoesNotMatch                     unauthenticated
  401 InvalidSecretToken                        unauthenticated
  429 FlowLimitExceeded                         throttled         transient
  200 FlowLimitExceeded                         throttled         transient
  412 IdempotentProcessing                      busy              transient outcomeUnknown
  500 InternalError                             unavailable       transient outcomeUnknown
  502 InternalServiceError                      unavailable       transient outcomeUnknown
  503 ServiceUnavailableTemp                    unavailable       transient outcomeUnknown
  504 InternalServiceTimeout                    unavailable       transient outcomeUnknown
  400 InvalidKeyPairName.Malformed              invalid-argument
  400 InvalidPublicKey.Malformed                invalid-argument
  400 InvalidPublicKey                          invalid-argument
  400 InvalidKeyPairName.Duplicated             already-exists
  409 InvalidKeyPair.AlreadyExists              already-exists
  409 KeyPairAlreadyExist                       already-exists
  400 InvalidKeyPairName.Existed                already-exists
  400 KeyPairNameExisted                        already-exists
  400 QuotaExceeded.MaximumKeyPairs             quota-exceeded
  400 QuotaExceed.KeyPair                       quota-exceeded
  400 ExceededQuota.KeyPair                     quota-exceeded
  400 LimitExceeded.MaximumKeyPairs             quota-exceeded
  200 InsufficientStock                         capacity
  401 ExpiredToken                              unauthenticated
  401 SecurityTokenExpired                      unauthenticated
  400 Whatever.New                              unknown
`
const rows = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .map(([status = '', code = '', neutral = '', ...marks]) => ({ status: Number(status), code, neutral, marks }))

test.each(rows)('$status $code is $neutral', ({ status, code, neutral, marks }) => {
  expect(classify(code, status, 'AttachKeyPair')).toMatchObject({
    code: neutral,
    transient: marks.includes('transient'),
    outcomeUnknown: marks.includes('outcomeUnknown'),
  })
})

describe('a delete that is refused', () => {
  test.each([
    'OperationDenied.KeyPairInUse',
    'InvalidKeyPair.Bound',
    'KeyPair.Attached',
    'InvalidKeyPair.Associated',
    'DependencyViolation',
  ])('with %s is in use', (code) => {
    expect(classify(code, 200, 'DeleteKeyPairs').code).toBe('in-use')
    expect(classify(code, 200, 'AttachKeyPair').code).not.toBe('in-use')
  })

  test('with an opaque code is `unknown`', () => {
    expect(classify('Refused', 200, 'DeleteKeyPairs').code).toBe('unknown')
  })
})

test('only the listed "Invalid…" codes are `not-found`', () => {
  for (const code of [
    'InvalidInstanceStatus',
    'InvalidArgument',
    'InvalidSecretToken',
    'InvalidX',
    'InvalidX.Malformed',
  ]) {
    for (const status of [200, 400, 401, 403, 404, 500]) {
      expect(classify(code, status, 'DescribeKeyPairs').code).not.toBe('not-found')
    }
  }
})

test('a 404 alone is not `not-found`', () => {
  expect(classify(undefined, 404, 'DescribeKeyPairs').code).toBe('unknown')
})

test('a failure that the caller can mend has a hint', () => {
  for (const code of [
    'InvalidTimestamp',
    'InvalidResetAuthenticationAgent.NotFound',
    'InvalidKeyPairForWindows.Unsupported',
  ]) {
    expect(classify(code, 400, 'AttachKeyPair').hint).toMatch(/\.$/)
  }
  expect(classify('InvalidTimestamp', 400, 'AttachKeyPair').hint).toContain('clock')
})

test('only a missing key pair or instance is `not-found`', () => {
  for (const code of ['InvalidProject.NotFound', 'InvalidVpc.NotFound', 'Token'.repeat(40_000)]) {
    expect(classify(code.slice(0, 1000), 200, 'DeleteKeyPairs').code).not.toBe('not-found')
  }
})
