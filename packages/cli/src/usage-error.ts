/** A command line or a configuration that cannot be carried out. Ends the command with exit code 2. */
export interface UsageError extends Error {
  readonly name: 'UsageError'
  /** The remedy. */
  readonly hint?: string
}

/** Makes the error of a wrong command line. */
export function usageError(message: string, hint?: string): UsageError {
  const error = new Error(message)
  return Object.assign(error, { name: 'UsageError' as const, ...(hint !== undefined && { hint }) })
}

export function isUsageError(thrown: unknown): thrown is UsageError {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown && thrown.name === 'UsageError'
}
