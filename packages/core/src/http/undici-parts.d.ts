// The files of undici that `vendor.ts` loads have no types of their own.

declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici'
}

declare module 'undici/lib/api/api-connect.js' {
  import type { Client } from 'undici'

  export default function connect(
    this: Client,
    options: {
      readonly path: string
      readonly headers: Readonly<Record<string, string>>
      readonly signal: AbortSignal
    },
  ): Promise<{ readonly statusCode: number }>
}
