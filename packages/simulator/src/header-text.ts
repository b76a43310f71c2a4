import type { IncomingHttpHeaders } from 'node:http'

/** A header as one text, empty where it is missing. */
export function headerText(headers: IncomingHttpHeaders, name: string): string {
  return [headers[name] ?? ''].flat().join(', ')
}
