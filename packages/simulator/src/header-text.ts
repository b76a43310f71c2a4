import type { IncomingHttpHeaders } from 'node:http'

/** Returns a header as one text, empty if the header is missing. */
export function headerText(headers: IncomingHttpHeaders, name: string): string {
  return [headers[name] ?? ''].flat().join(', ')
}
