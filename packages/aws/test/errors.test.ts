import { expect, test } from 'vitest'
import { changes, reads } from './support/calls.js'
import { refusal, startCloud } from './support/cloud.js'

const table = `
  400 InvalidKeyPair.NotFound      not-found
  400 InvalidKeyPair.Duplicate     already-exists
  400 InvalidKeyPair.Format        invalid-argument
  400 InvalidKey.Format            invalid-argument
  400 InvalidParameterValue        invalid-argument
  400 InvalidParameter             invalid-argument
  400 InvalidParameterCombination  invalid-argument
  400 MissingParameter             invalid-argument
  400 UnknownParameter             invalid-argument
  400 InvalidCharacter             invalid-argument
  400 ValidationError              invalid-argument
  400 InvalidPaginationToken       busy
  400 InvalidNextToken             busy
  400 TagLimitExceeded             quota-exceeded
  400 ResourceLimitExceeded        quota-exceeded
  400 KeyPairLimitExceeded         quota-exceeded
  503 RequestLimitExceeded         throttled          transient
  400 RequestLimitExceeded         throttled          transient
  503 BandwidthLimitExceeded       throttled          transient
  400 Throttling                   throttled          transient
  400 ThrottlingException          throttled          transient
  503 EC2ThrottledException        throttled          transient
  401 AuthFailure                  unauthenticated
  403 SignatureDoesNotMatch        unauthenticated
  403 InvalidClientTokenId         unauthenticated
  400 IncompleteSignature          unauthenticated
  403 MissingAuthenticationToken   unauthenticated
  400 RequestExpired               unauthenticated
  400 ExpiredToken                 unauthenticated
  403 UnauthorizedOperation        permission-denied
  403 AccessDenied                 permission-denied
  401 OptInRequired                permission-denied
  400 PendingVerification          permission-denied
  403 Blocked                      permission-denied
  400 Unsupported                  unsupported
  400 UnsupportedOperation         unsupported
  400 InvalidAction                unsupported
  500 InternalError                unavailable        transient unknown
  500 InternalFailure              unavailable        transient unknown
  503 Unavailable                  unavailable        transient unknown
  503 ServiceUnavailable           unavailable        transient unknown
  400 Whatever.New                 unknown
  403 Whatever.New                 permission-denied
  500 InvalidKeyPair.Duplicate     already-exists     transient unknown
`
const rows = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .map(([status = '', code = '', neutral = '', ...marks]) => ({ status: Number(status), code, neutral, marks }))

test.each(rows)('$status $code is $neutral', async ({ status, code, neutral, marks }) => {
  await using cloud = await startCloud({ status, body: refusal(code) })
  const failure = (await changes['ImportKeyPair']?.(cloud.driver, cloud.context()))?._unsafeUnwrapErr()
  expect(failure).toMatchObject({
    code: neutral,
    transient: marks.includes('transient'),
    outcome: marks.includes('unknown') ? 'unknown' : 'none',
    scope: 'call',
    message: 'The vendor says no',
    vendor: { code, httpStatus: status, requestId: 'req-1' },
  })
  expect(cloud.received).toHaveLength(1)
})

test.each([
  ['RequestExpired', 'clock'],
  ['OptInRequired', 'region'],
  ['AuthFailure', 'access key'],
  ['InvalidNextToken', 'List again'],
])('%s has a hint about the %s', async (code, word) => {
  await using cloud = await startCloud({ status: 400, body: refusal(code) })
  const failure = (await reads['DescribeInstances']?.(cloud.driver, cloud.context()))?._unsafeUnwrapErr()
  expect(failure?.hint).toContain(word)
})
