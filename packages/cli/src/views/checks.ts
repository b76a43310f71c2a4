import type { View } from '../output/view.js'

/** One thing that `doctor` looked at. */
export interface Check {
  readonly check: string
  readonly status: 'ok' | 'failed' | 'unknown'
  readonly message: string
  /** The remedy. */
  readonly hint?: string
}

export const checksView: View<Check> = {
  columns: {
    check: ({ check }) => check,
    status: ({ status }) => status,
    message: ({ message }) => message,
    hint: ({ hint }) => hint,
  },
  usual: ['check', 'status', 'message'],
  wrapped: ['message', 'hint'],
  nameOf: ({ check }) => check,
}
