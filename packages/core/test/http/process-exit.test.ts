import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rawServer } from './loopback.js'
import { compiledPackages } from '../../../../tests/support/compiled-packages.js'

test('a kept connection does not keep the process alive', async () => {
  const server = await rawServer(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nkeep-alive: timeout=600\r\ncontent-length: 0\r\n\r\n')
  })
  const program = `
    const { createHttpTransport } = await import('@cloud-keypair/core/http')
    const { send } = createHttpTransport({ proxy: 'none' })
    const request = { method: 'GET', url: process.argv[1], headers: {} }
    const result = await send(request, new AbortController().signal)
    process.exitCode = result.isOk() ? 7 : 1
  `
  const child = spawn(process.execPath, [compiledPackages, '--input-type=module', '-e', program, server.url], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  })
  expect(await once(child, 'close')).toEqual([7, null])
  expect(server.connections).toHaveLength(1)
})
