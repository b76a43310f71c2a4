import { shownText } from '../key-material/shown-error.js'

/** Calls a listener of the caller. An error that it throws or rejects with becomes a warning of the process. */
export function callListener(name: string, call: () => unknown): void {
  const warn = (thrown: unknown): void => warnOf(`The listener ${name}`, thrown)
  try {
    const answer = call()
    // A listener may be an async function, whose rejection is handled here.
    if (typeof answer === 'object' && answer !== null) Promise.resolve(answer).catch(warn)
  } catch (thrown) {
    warn(thrown)
  }
}

/** Emits a warning of the process about a failure that nothing can answer. */
export function warnOf(what: string, thrown: unknown): void {
  process.emitWarning(`${what} failed: ${shownText(thrown)}`, { type: 'CloudKeyPairWarning' })
}
