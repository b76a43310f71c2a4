import { shownText } from '../key-material/redact.js'

/** Calls a listener of the caller. An error that it throws or rejects with becomes a warning of the process. */
export function callListener(name: string, call: () => unknown): void {
  callOrWarn(`The listener ${name}`, call)
}

/**
 * Calls a function of the caller, and returns its answer; undefined if it throws. An error that it throws or rejects with
 * becomes a warning of the process.
 */
export function callOrWarn(what: string, call: () => unknown): unknown {
  const warn = (thrown: unknown): void => warnOf(what, thrown)
  try {
    const answer = call()
    // It may be an async function, whose rejection is handled here.
    if (typeof answer === 'object' && answer !== null) Promise.resolve(answer).catch(warn)
    return answer
  } catch (thrown) {
    warn(thrown)
    return undefined
  }
}

/** Emits a warning of the process about a failure that nothing can answer. */
export function warnOf(what: string, thrown: unknown): void {
  process.emitWarning(`${what} failed: ${shownText(thrown)}`, { type: 'CloudKeyPairWarning' })
}
