import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { lstat, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Checkpoint, CheckpointInstance } from '../../src/contract/checkpoint.js'
import { checkpointFile } from '../../src/file/checkpoint-file.js'
import { systemError, watchFileSystem } from './steps.js'
import { inFull } from '../../../../tests/support/in-full.js'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-'))
  path = join(folder, 'rotation.checkpoint')
})
let restore: () => void = () => undefined
afterEach(async () => {
  restore()
  restore = () => undefined
  await rm(folder, { recursive: true, force: true })
})

const head = {
  version: 1,
  operation: 'rotate',
  provider: 'memory',
  region: 'here',
  endpoint: 'memory:',
  keyPair: { name: 'next' },
  replaced: { name: 'old', id: 'kp-1', fingerprint: 'ü'.repeat(3) },
} as const
const instanceOf = (number: number, step: CheckpointInstance['step'] = 'waiting'): CheckpointInstance => ({
  id: `i-bp67f5wnhmaxg1yq${String(number).padStart(4, '0')}`,
  power: number % 3 === 0 ? 'stopped' : 'running',
  keyPair: number % 4 === 0 ? null : { name: 'deploy-2025', id: 'kp-ybvyy6lgf6f4g0fifzqe' },
  step,
})

interface Save {
  readonly checkpoint: Checkpoint
  readonly changed: readonly CheckpointInstance[]
}

/** Returns the checkpoints of a rotation of so many instances in waves, as the library makes them. */
function savesOf(count: number, wave: number): readonly Save[] {
  const known = new Map<string, CheckpointInstance>()
  const saves: Save[] = []
  const save = (keyPair: Checkpoint['keyPair'], changed: readonly CheckpointInstance[]): void => {
    for (const instance of changed) known.set(instance.id, instance)
    saves.push({ checkpoint: { ...head, keyPair, instances: [...known.values()] }, changed })
  }
  const whole = { name: 'next', id: 'kp-2', fingerprint: '0'.repeat(32) }
  save(head.keyPair, [])
  save(whole, [])
  const numbers = Array.from({ length: count }, (_, index) => index)
  for (let from = 0; from < count; from += wave) {
    const own = numbers.slice(from, from + wave)
    const begun = own.map((number) => instanceOf(number, 'in-progress'))
    save(whole, from === 0 ? [...begun, ...numbers.slice(wave).map((number) => instanceOf(number))] : begun)
    save(
      whole,
      own.map((number) => instanceOf(number, 'done')),
    )
  }
  return saves
}

async function written(saves: readonly Save[]): Promise<readonly number[]> {
  const { onCheckpoint } = await checkpointFile(path)
  const sizes: number[] = []
  for (const { checkpoint, changed } of saves) {
    await onCheckpoint(checkpoint, { changed })
    sizes.push((await stat(path)).size)
  }
  return sizes
}

const resumed = async (): Promise<Checkpoint | undefined> => (await checkpointFile(path)).resume

test('a file returns the last written checkpoint', async () => {
  expect(await resumed()).toBeUndefined()
  const saves = savesOf(7, 3)
  for (const [index, { checkpoint }] of saves.entries()) {
    // Another operation: it does not resume what the one before has in progress.
    await rm(path, { force: true })
    await written(saves.slice(0, index + 1))
    expect(await resumed()).toEqual(checkpoint)
  }
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['rotation.checkpoint'])
})

test('a file that is cut off at any byte has the complete earlier checkpoint', async () => {
  const saves = savesOf(5, 2)
  const sizes = await written(saves)
  const whole = await readFile(path)
  const [first = 0] = sizes
  for (let size = first; size <= whole.length; size += inFull ? 1 : 13) {
    for (const tail of ['', '\0\0\0', '\0\n']) {
      await writeFile(path, Buffer.concat([whole.subarray(0, size), Buffer.from(tail)]))
      const last = sizes.findLastIndex((written) => written <= size)
      expect(await resumed(), `cut at ${size}`).toEqual(saves[last]?.checkpoint)
    }
  }
})

test('a run that resumes after a cut replaces the file before it appends', async () => {
  const saves = savesOf(4, 2)
  await written(saves)
  await writeFile(path, (await readFile(path)).subarray(0, -5))
  const { resume, onCheckpoint } = await checkpointFile(path)
  expect(resume).toEqual(saves.at(-2)?.checkpoint)
  const { checkpoint, changed } = saves.at(-1) ?? expect.fail()
  await onCheckpoint(checkpoint, { changed: checkpoint.instances })
  await onCheckpoint(checkpoint, { changed })
  expect(await resumed()).toEqual(checkpoint)
})

test('a checkpoint that could not be written is in the next one', async () => {
  const saves = savesOf(4, 2)
  const { onCheckpoint } = await checkpointFile(path)
  const [one, two, three] = saves
  await onCheckpoint(one?.checkpoint ?? expect.fail(), { changed: [] })
  await rm(path)
  const failed = onCheckpoint(two?.checkpoint ?? expect.fail(), { changed: [] })
  await expect(failed).rejects.toMatchObject({ code: 'ENOENT', path })
  await onCheckpoint(three?.checkpoint ?? expect.fail(), { changed: three?.changed ?? [] })
  expect(await resumed()).toEqual(three?.checkpoint)
})

describe('one file is for one operation at a time', () => {
  const taken = { code: 'EBUSY' }
  const saveOf = (...ids: readonly string[]): Save => {
    const instances = ids.map((id) => ({ ...instanceOf(1, 'in-progress'), id }))
    return { checkpoint: { ...head, instances }, changed: instances }
  }
  const a = saveOf('i-a1', 'i-a2')
  const b = saveOf('i-b1')

  test.each([
    ['two that began at the same time', async () => [await checkpointFile(path), await checkpointFile(path)] as const],
    [
      'two with the same options',
      async () => {
        const file = await checkpointFile(path)
        return [file, file] as const
      },
    ],
  ])('%s: the second is refused before it changes anything, and the file keeps the first', async (_, open) => {
    const [first, second] = await open()
    await first.onCheckpoint(a.checkpoint, a)
    await expect(second.onCheckpoint(b.checkpoint, b)).rejects.toMatchObject({ ...taken, path })
    await first.onCheckpoint(a.checkpoint, a)
    expect(await resumed()).toEqual(a.checkpoint)
  })

  test('a run is refused once another one has resumed its checkpoint', async () => {
    const first = await checkpointFile(path)
    await first.onCheckpoint(a.checkpoint, a)
    const second = await checkpointFile(path)
    await second.onCheckpoint(a.checkpoint, a)
    await expect(first.onCheckpoint(a.checkpoint, a)).rejects.toMatchObject({ ...taken, path })
    await expect(first.onCheckpoint(a.checkpoint, a)).rejects.toMatchObject({ ...taken, path })
    await second.onCheckpoint(a.checkpoint, a)
    expect(await resumed()).toEqual(a.checkpoint)
  })

  test('a run whose checkpoint went on since it was read is refused', async () => {
    const first = await checkpointFile(path)
    await first.onCheckpoint(a.checkpoint, a)
    const second = await checkpointFile(path)
    await first.onCheckpoint(a.checkpoint, a)
    await expect(second.onCheckpoint(a.checkpoint, a)).rejects.toMatchObject({ ...taken, path })
  })

  test('a checkpoint is refused if another run takes the name of the file while it is appended', async () => {
    const first = await checkpointFile(path)
    await first.onCheckpoint(a.checkpoint, a)
    const copy = join(folder, 'of the other')
    writeFileSync(copy, readFileSync(path))
    restore = watchFileSystem(({ call, moment }) => {
      if (call === 'sync' && moment === 'before' && existsSync(copy)) renameSync(copy, path)
    })
    const done = a.changed.map((instance) => ({ ...instance, step: 'done' as const }))
    const lost = first.onCheckpoint({ ...a.checkpoint, instances: done }, { changed: done })
    await expect(lost).rejects.toMatchObject({ ...taken, path })
    await expect(first.onCheckpoint(a.checkpoint, a)).rejects.toMatchObject({ ...taken, path })
    restore()
    expect(await resumed()).toEqual(a.checkpoint)
  })

  test('a run that takes over is refused if the earlier one appends meanwhile, whose checkpoint stays', async () => {
    await (await checkpointFile(path)).onCheckpoint(a.checkpoint, a)
    const second = await checkpointFile(path)
    const [one = expect.fail()] = a.changed
    const later = { ...one, step: 'done' as const }
    let isLater = false
    restore = watchFileSystem(({ call, moment }) => {
      if (call !== 'sync' || moment !== 'after' || isLater) return
      isLater = true
      appendFileSync(path, `${JSON.stringify({ steps: { done: [one.id] } })}\n`)
    })
    await expect(second.onCheckpoint(a.checkpoint, a)).rejects.toMatchObject({ ...taken, path })
    restore()
    expect((await resumed())?.instances).toEqual([later, ...a.changed.slice(1)])
    expect(await readdir(folder)).toEqual(['rotation.checkpoint'])
  })

  test('of two first checkpoints at the same moment one is refused', async () => {
    const other = JSON.stringify(b.checkpoint)
    const { onCheckpoint } = await checkpointFile(path)
    restore = watchFileSystem(({ call, moment }) => {
      if (call === 'sync' && moment === 'after') writeFileSync(path, `${other}\n`)
    })
    await expect(onCheckpoint(a.checkpoint, a)).rejects.toMatchObject({ ...taken, path })
    restore()
    expect(await readFile(path, 'utf8')).toBe(`${other}\n`)
  })

  test.each(['EPERM', 'ENOTSUP'])('a file system without hard links, %s, keeps checkpoints too', async (code) => {
    restore = watchFileSystem(({ call }) => {
      if (call === 'link') throw systemError(code, call)
    })
    await (await checkpointFile(path)).onCheckpoint(a.checkpoint, a)
    await (await checkpointFile(path)).onCheckpoint(a.checkpoint, a)
    expect(await resumed()).toEqual(a.checkpoint)
  })

  test('an operation after another one with the same options is stored too', async () => {
    const { onCheckpoint } = await checkpointFile(path)
    const done = a.changed.map((instance) => ({ ...instance, step: 'done' as const }))
    await onCheckpoint(a.checkpoint, a)
    await onCheckpoint({ ...a.checkpoint, instances: done }, { changed: done })
    await onCheckpoint(b.checkpoint, b)
    expect((await resumed())?.instances).toEqual([...done, ...b.changed])
  })
})

test('a key pair that is bound beside the first is stored when it alone changes', async () => {
  const { onCheckpoint } = await checkpointFile(path)
  const one = instanceOf(1)
  const other = { ...one, alsoBound: [{ name: 'x', id: 'kp-9' }] }
  await onCheckpoint({ ...head, instances: [one] }, { changed: [one] })
  await onCheckpoint({ ...head, instances: [other] }, { changed: [other] })
  expect((await resumed())?.instances).toEqual([other])
})

test('a missing folder rejects, and leaves no file behind', async () => {
  const { onCheckpoint } = await checkpointFile(join(folder, 'none', 'file'))
  const [save = expect.fail()] = savesOf(1, 1)
  await expect(onCheckpoint(save.checkpoint, save)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await readdir(folder)).toEqual([])
})

test.each([
  ['that exists', true],
  ['that the first checkpoint makes', false],
])('a symbolic link keeps pointing to the file %s', async (_, exists) => {
  const [first = expect.fail(), second = expect.fail()] = savesOf(1, 1)
  const target = join(folder, 'volume.checkpoint')
  if (exists) await (await checkpointFile(target)).onCheckpoint(first.checkpoint, first)
  symlinkSync('volume.checkpoint', join(folder, 'link'))
  symlinkSync(join(folder, 'link'), path)
  const { resume, onCheckpoint } = await checkpointFile(path)
  expect(resume).toEqual(exists ? first.checkpoint : undefined)
  await onCheckpoint(second.checkpoint, second)
  expect((await lstat(path)).isSymbolicLink()).toBe(true)
  expect((await checkpointFile(target)).resume).toEqual(second.checkpoint)
})

test('a symbolic link to itself is refused', async () => {
  symlinkSync(path, path)
  await expect(resumed()).rejects.toMatchObject({ code: 'ELOOP', path })
})

describe('only a missing file means that there was no earlier run', () => {
  const line = JSON.stringify({ ...head, instances: [] })
  test.each([
    ['an empty file', ''],
    ['a line that was cut off', line.slice(0, -1)],
    ['a checkpoint without its line feed', line],
    ['something else', '{"name":"x"}\n'],
    ['text', 'hello\n'],
    ['a list', '[]\n'],
    ['another version', `${line.replace('"version":1', '"version":2')}\n`],
    ['damage in the middle', `${line}\n{"instan\n{"steps":{}}\n`],
    ['a step of an instance that nothing else tells of', `${line}\n{"steps":{"done":["i-1"]}}\n`],
    ['a head that is none', `${line}\n{"head":7}\n{"steps":{}}\n`],
  ])('%s is refused', async (_, text) => {
    await writeFile(path, text)
    await expect(resumed()).rejects.toMatchObject({ code: 'EINVAL', path })
    expect(await readFile(path, 'utf8')).toBe(text)
  })

  test('a folder and a pipe are refused', async () => {
    path = folder
    await expect(resumed()).rejects.toMatchObject({ path: folder })
    path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    await expect(resumed()).rejects.toMatchObject({ code: 'EINVAL', path })
  })
})

test('10,000 instances in waves of 100 take at most 3 MB, and bytes grow with their number', async () => {
  const sizes: number[] = []
  for (const count of [1_000, 10_000]) {
    const all = await written(savesOf(count, 100))
    sizes.push(all.at(-1) ?? 0)
  }
  const [few = 0, many = 0] = sizes
  expect(many).toBeLessThanOrEqual(3_000_000)
  expect(many / few).toBeLessThan(11)
  expect((await resumed())?.instances.filter(({ step }) => step === 'done')).toHaveLength(10_000)
})
