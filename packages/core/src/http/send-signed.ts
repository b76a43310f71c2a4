import type { CallContext } from '../contract/key-pair-driver.js'
import type { VendorError } from '../contract/error.js'
import { err, type Result } from '../result.js'
import { type CallRefused, notAnswered, type VendorRequest } from './answer-failure.js'
import type { HttpRequest, HttpResponse, HttpTransport } from './types.js'

/** Sends a signed request, reads its answer, and tells the events what the vendor calls both. */
export async function sendSigned<T extends { readonly vendor: VendorError }>(
  transport: HttpTransport,
  request: VendorRequest,
  signed: HttpRequest,
  context: CallContext,
  read: (response: HttpResponse) => Result<T, CallRefused> | Promise<Result<T, CallRefused>>,
): Promise<Result<T, CallRefused>> {
  const { action } = request
  context.trace({ action })
  const sent = await transport.send(signed, context.signal)
  if (sent.isErr()) return err(notAnswered(request, sent.error))
  const answer = await read(sent.value)
  const { httpStatus, requestId } = (answer.isOk() ? answer.value.vendor : answer.error.failure.vendor) ?? {}
  context.trace({
    action,
    ...(httpStatus !== undefined && { httpStatus }),
    ...(requestId !== undefined && { requestId }),
  })
  return answer
}
