import { describe, expect, test } from 'vitest'
import { judge as ecs } from '../src/ecs/errors.js'
import { judge as ens } from '../src/ens/errors.js'

const read = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([status = '', code = '', neutral = '', ...marks]) => ({ status: Number(status), code, neutral, marks }))

// Every code of the pages of ECS's key pair and power actions, with the statuses that they list.
const ecsRows = read(`
  400 InvalidKeyPairName.Malformed                     invalid-argument
  400 KeyPair.AlreadyExist                             already-exists
  400 Duplicate.TagKey                                 invalid-argument
  400 InvalidTagKey.Malformed                          invalid-argument
  400 InvalidTagValue.Malformed                        invalid-argument
  403 QuotaExceed.KeyPair                              quota-exceeded
  403 QuotaExceed.Tags                                 quota-exceeded
  404 InvalidRegionId.NotFound                         invalid-argument
  404 InvalidResourceGroup.NotFound                    invalid-argument
  400 InvalidPublicKeyBody.Malformed                   invalid-argument
  400 MissingParameter                                 invalid-argument
  400 InvalidKeyPairNames.ValueNotSupported            invalid-argument
  400 InvalidParameter.KeypairAlreadyAttachedInstance  in-use
  403 InstanceKeyPairLimitExceeded                     invalid-argument
  404 InvalidKeyPair.NotFound                          not-found
  400 InvalidKeyPairName.NotFound                      not-found
  404 InvalidKeyPairName.NotFound                      not-found
  400 InvalidInstanceIds.ValueNotSupported             invalid-argument      items
  400 DependencyViolation.IoOptimize                   instance-unsupported  items
  403 DependencyViolation.WindowsInstance              instance-unsupported  items
  200 DependencyViolation.WindowsInstance              instance-unsupported  items
  403 InvalidParameter.TooManyInstanceIds              invalid-argument
  403 IncorrectInstanceStatus                          instance-state        items
  200 IncorrectInstanceStatus                          instance-state        items
  403 InstanceLockedForSecurity                        instance-state        items
  403 InstanceExpiredOrInArrears                       billing               items
  403 InsufficientBalance                              billing
  403 OperationDenied.NoStock                          capacity              items
  403 InstanceNotReady                                 busy                  transient
  403 InvalidInstanceId.NotFound                       not-found             items
  404 InvalidInstanceId.NotFound                       not-found             items
  404 InvalidInstanceIds.NotFound                      not-found             items
  409 InvalidOperation.Conflict                        busy                  transient
  403 LastTokenProcessing                              busy                  transient outcomeUnknown
  503 LimitedOperation.ServiceUnavailable              unavailable           transient outcomeUnknown
`)

// Those of ENS, all with HTTP 400.
const ensRows = read(`
  400 PublicKeyNotAttachWithInstance           conflict          items
  400 InvalidParameter.InstanceIds             invalid-argument
  400 InvalidParameter.%s                      invalid-argument
  400 InvalidParameter                         invalid-argument
  400 MissingParameter                         invalid-argument
  400 InstanceIdNotFound                       not-found         items
  400 InstanceNotFound                         not-found         items
  400 InvalidOperation.InvalidEnsStatus        instance-state    items
  400 IncorrectInstanceStatus                  instance-state    items
  400 ens.interface.error                      unknown           outcomeUnknown
  400 CallInterface                            unknown           outcomeUnknown
`)

// Those that every product has.
const commonRows = read(`
  400 Throttling                               throttled         transient
  403 Throttling.User                          throttled         transient
  429 Throttling.Api                           throttled         transient
  200 Throttling.User                          throttled         transient
  503 Throttling.ConcurrentLimitExceeded       throttled         transient
  400 Rejected.Throttling                      throttled         transient
  500 InternalError                            unavailable       transient outcomeUnknown
  400 InternalError                            unavailable       transient outcomeUnknown
  503 ServiceUnavailable                       unavailable       transient outcomeUnknown
  503 ServiceUnavailable.RegionMaintaining     unavailable       transient outcomeUnknown
  400 UnknownError                             unavailable       transient outcomeUnknown
  409 OperationConflict                        busy              transient
  400 SignatureNonceUsed                       unavailable       transient outcomeUnknown
  400 InvalidAccessKeyId.NotFound              unauthenticated   credentials
  404 InvalidAccessKeyId.NotFound              unauthenticated   credentials
  403 SignatureDoesNotMatch                    unauthenticated   credentials
  400 InvalidSecurityToken.Expired             unauthenticated   credentials
  400 InvalidSecurityToken.Anything            unauthenticated   credentials
  400 IncompleteSignature                      unauthenticated
  400 IllegalTimestamp                         unauthenticated
  400 InvalidTimeStamp.Expired                 unauthenticated
  403 Forbidden.RAM                            permission-denied
  403 Forbidden                                permission-denied
  403 Forbidden.SubUser                        permission-denied
  400 NoPermission                             permission-denied
  403 NoPermission                             permission-denied
  404 InvalidAction.NotFound                   invalid-argument
  400 Whatever.New                             unknown
  404 InvalidWhatever.NotFound                 unknown
`)

const marksOf = ({ transient, outcomeUnknown, credentials, items }: ReturnType<typeof ecs.call>): readonly string[] => [
  ...(items ? ['items'] : []),
  ...(transient ? ['transient'] : []),
  ...(outcomeUnknown ? ['outcomeUnknown'] : []),
  ...(credentials ? ['credentials'] : []),
]

test.each([...ecsRows, ...commonRows])('ECS, $status $code is $neutral', ({ status, code, neutral, marks }) => {
  const verdict = ecs.call(code, status)
  expect(verdict.code).toBe(neutral)
  expect(marksOf(verdict)).toEqual(marks)
})

test.each([...ensRows, ...commonRows])('ENS, $status $code is $neutral', ({ status, code, neutral, marks }) => {
  const verdict = ens.call(code, status)
  expect(verdict.code).toBe(neutral)
  expect(marksOf(verdict)).toEqual(marks)
})

test.each([
  [400, 'unknown', []],
  [401, 'unauthenticated', []],
  [403, 'permission-denied', []],
  [404, 'unknown', []],
  [408, 'unavailable', ['transient', 'outcomeUnknown']],
  [414, 'invalid-argument', []],
  [429, 'throttled', ['transient']],
  [503, 'unavailable', ['transient', 'outcomeUnknown']],
])('HTTP %s without a code is %s', (status, neutral, marks) => {
  expect(ecs.call(undefined, status).code).toBe(neutral)
  expect(marksOf(ecs.call(undefined, status))).toEqual(marks)
})

test('an unknown code in a 200 has an unknown outcome', () => {
  expect(ecs.call('Whatever.New', 200).outcomeUnknown).toBe(true)
})

describe('an item', () => {
  test.each([
    ['IncorrectInstanceStatus', 'Any text', 'instance-state'],
    ['Strange', 'Any text', 'unknown'],
    ['400', 'DependencyViolation.WindowsInstance', 'instance-unsupported'],
    ['403', 'The instance creating is windows, cannot use ssh key pair to login', 'instance-unsupported'],
    ['403', 'The instance creating is window, cannot use ssh key pair to login', 'instance-unsupported'],
    ['403', 'The current status of the resource does not support this operation', 'instance-state'],
    ['404', 'The specified InstanceId does not exist', 'not-found'],
    ['400', 'Throttling.User', 'throttled'],
    ['400', 'Request was denied due to user flow control', 'throttled'],
    ['403', 'Never heard', 'unknown'],
    ['404', 'Never heard', 'unknown'],
    ['429', 'Never heard', 'throttled'],
    ['500', 'Never heard', 'unavailable'],
    ['0', '', 'unknown'],
  ])('with code %s and message "%s" is %s', (code, message, neutral) => {
    expect(ecs.item(code, message).code).toBe(neutral)
  })

  test('was refused, unless its code means an internal error', () => {
    expect(ecs.item('Strange', '').outcomeUnknown).toBe(false)
    expect(ecs.item('403', 'Never heard').outcomeUnknown).toBe(false)
    expect(ecs.item('InternalError', '').outcomeUnknown).toBe(true)
    expect(ecs.item('500', '').outcomeUnknown).toBe(true)
  })
})

test('a failure that the caller can mend has a hint', () => {
  for (const code of ['IllegalTimestamp', 'InvalidPublicKeyBody.Malformed', 'DependencyViolation.WindowsInstance']) {
    expect(ecs.call(code, 400).hint).toMatch(/\.$/)
  }
  expect(ecs.call('IllegalTimestamp', 400).hint).toContain('clock')
})
