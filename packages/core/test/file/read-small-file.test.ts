import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSmallFile } from '../../src/credentials.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'small-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a small file is read without its byte order mark', async () => {
  await writeFile(join(folder, 'file'), '\uFEFFtext é')
  expect(readSmallFile(join(folder, 'file'))._unsafeUnwrap()).toBe('text é')
  await writeFile(join(folder, 'empty'), '')
  expect(readSmallFile(join(folder, 'empty'))._unsafeUnwrap()).toBe('')
})

test('a system file with size 0 is read', () => {
  expect(readSmallFile('/proc/self/status')._unsafeUnwrap()).toContain('Pid:')
})

test('a missing file is undefined', async () => {
  await writeFile(join(folder, 'file'), '')
  expect(readSmallFile(join(folder, 'gone'))._unsafeUnwrap()).toBeUndefined()
  expect(readSmallFile(join(folder, 'file', 'inside'))._unsafeUnwrap()).toBeUndefined()
})

test('a folder, a device, and a named pipe without a writer are refused at once', async () => {
  await mkdir(join(folder, 'folder'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  for (const path of [join(folder, 'folder'), join(folder, 'pipe'), '/dev/zero']) {
    expect(readSmallFile(path)._unsafeUnwrapErr(), path).toBe('is not a regular file')
  }
})

test('a file of more than 1 MiB is refused, whatever its stated size', async () => {
  await writeFile(join(folder, 'file'), Buffer.alloc(1024 * 1024, 'a'))
  expect(readSmallFile(join(folder, 'file'))._unsafeUnwrap()).toHaveLength(1024 * 1024)
  await writeFile(join(folder, 'file'), Buffer.alloc(1024 * 1024 + 1, 'a'))
  expect(readSmallFile(join(folder, 'file'))._unsafeUnwrapErr()).toBe('is larger than 1 MiB')
})

test('an impossible path is refused with only the code', () => {
  expect(readSmallFile('a\0b')._unsafeUnwrapErr()).toBe('cannot be read (ERR_INVALID_ARG_VALUE)')
  expect(readSmallFile(`/${'a'.repeat(5000)}`)._unsafeUnwrapErr()).toBe('cannot be read (ENAMETOOLONG)')
})
