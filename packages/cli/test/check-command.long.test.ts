import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { checkCommand } from '../src/restarts/check-command.js'

const program = fileURLToPath(new URL('../compiled/programs/deaf-check.js', import.meta.url))

/** A check that ignores SIGTERM, and writes the id of its process group into a file. */
const deafTo = (file: string): string =>
  `trap '' TERM; echo $$ > ${file}.new; mv ${file}.new ${file}; while :; do sleep 1; done`

test('a check that ignores SIGTERM does not keep the process alive, and is killed when the process ends', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'check.pid')
  const pipe = join(folder.path, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const child = spawn(process.execPath, [program, `exec 3>${pipe}; ${deafTo(file)}`, file], { stdio: 'ignore' })
  const end = once(child, 'close')
  // The pipe ends with the last process of the check.
  await text(createReadStream(pipe))
  // The check was there when the process ended.
  expect(await end).toEqual([0, null])
})

test('a check that ignores SIGTERM is killed some seconds after its end was asked for', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'check.pid')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const aborted = new AbortController()
  const check = checkCommand(deafTo(file), { PATH: process.env['PATH'] }, undefined)('i-1', aborted.signal)
  const group = await groupIn(file)
  aborted.abort()
  await expect(check).rejects.toThrow('it was stopped')
  expect(isThere(group)).toBe(true)
  vi.runAllTimers()
  while (isThere(group)) await turn()
})

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'cloud-keypair-cli-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Waits until a check has written the id of its process group. */
async function groupIn(file: string): Promise<number> {
  for (;;) {
    const id = await readFile(file, 'utf8').catch(() => undefined)
    if (id !== undefined) return Number(id)
    await turn()
  }
}

function isThere(group: number): boolean {
  try {
    return process.kill(-group, 0)
  } catch {
    return false
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
