import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { saveToFile, type SaveToFileOptions } from '../../src/file.js'
import { generateKeyPair, type GeneratedKeyPairMaterial } from '../../src/key-material/generate.js'
import { Secret } from '../../src/secret.js'
import { openSshKeygen, readText, sharedRun, type SshKeygen } from '../key-material/ssh-keygen.js'
import { type Step, systemError, watchFileSystem } from './steps.js'
import { compiledPackages } from '../../../../tests/support/compiled-packages.js'
import { inFull } from '../../../../tests/support/in-full.js'
import { rsaKey } from '../../../../tests/support/rsa-keys.js'

let pair: GeneratedKeyPairMaterial
let keygen: SshKeygen
let folder: string
let path: string
let restore: () => void = () => undefined

beforeAll(async () => {
  pair = rsaKey()
})
beforeEach(() => {
  keygen = openSshKeygen()
  folder = keygen.folder
  path = join(folder, 'deploy')
})
afterEach(() => {
  restore()
  restore = () => undefined
  keygen[Symbol.dispose]()
})

function save(to = path, options?: SaveToFileOptions): Promise<void> {
  return saveToFile(to, options)(pair.privateKey)
}

async function load(): Promise<Secret | undefined> {
  const { load: reuse } = saveToFile(path, { ifFileExists: 'reuse' })
  if (reuse === undefined) throw new Error('reuse without load')
  return reuse()
}

/** Returns the rejection of a promise. Verifies that it fits a `storage` error, and has nothing of the key. */
async function rejectionOf(promise: Promise<unknown>, of = path): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('not rejected with an error')
  expect(error).toMatchObject({ path: of, code: expect.any(String), syscall: expect.any(String) })
  expect(error.message).toContain(of)
  expect(sharedRun(inspect(error, { depth: 9, showHidden: true }), pair.privateKey.reveal())).toBeUndefined()
  return error
}

function failAt(matches: (step: Step) => boolean, code: string): void {
  restore = watchFileSystem((step) => {
    if (matches(step)) throw systemError(code, step.call)
  })
}

function expectSaved(): void {
  expect(readText(path)).toBe(pair.privateKey.reveal())
  expect(statSync(path).mode & 0o7777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['deploy'])
}

describe('saving', () => {
  test('makes one file of mode 0600 from which ssh-keygen derives the public key', async () => {
    await save()
    expectSaved()
    expect(keygen.run('-y', '-f', path).trim()).toBe(pair.publicKey.line)
  })

  test.each(['0000', '0022', '0077', '0277', '0777'])('gives mode 0600 under the umask %s', async (umask) => {
    // A worker thread or process of the test runner may not change its umask, so another process saves.
    keygen.write('source', pair.privateKey.reveal())
    run('sh', ['-c', `umask ${umask} && exec "$@"`, 'sh', ...saver(join(folder, 'source'))])
    expect(statSync(path).mode & 0o7777).toBe(0o600)
    expect(readText(path)).toBe(pair.privateKey.reveal())
  })

  test('syncs the file before it gets its name, and the name before it resolves', async () => {
    const steps: string[] = []
    restore = watchFileSystem(({ call, path: at, moment }) => {
      if (moment === 'after') steps.push(`${call} ${at === folder ? 'folder' : at === path ? 'file' : 'temporary'}`)
    })
    await save()
    const order = ['writeFile temporary', 'sync temporary', 'link temporary', 'sync folder'].map((step) =>
      steps.indexOf(step),
    )
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(steps).toContain('close temporary')
    expect(steps).toContain('close folder')
  })

  test('does not expand a tilde', async () => {
    const error = await rejectionOf(save('~/deploy-of-nobody'), join(process.cwd(), '~/deploy-of-nobody'))
    expect(error).toMatchObject({ code: 'ENOENT' })
  })

  test('into a missing folder, or into a file, is rejected', async () => {
    expect(await rejectionOf(save(join(folder, 'none/deploy')), join(folder, 'none/deploy'))).toMatchObject({
      code: 'ENOENT',
    })
    writeFileSync(join(folder, 'file'), '')
    expect(await rejectionOf(save(join(folder, 'file/deploy')), join(folder, 'file/deploy'))).toMatchObject({
      code: 'ENOTDIR',
    })
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe('a name that is taken', () => {
  test.each([
    ['a file', () => writeFileSync(path, 'of somebody else')],
    ['an empty file', () => writeFileSync(path, '')],
    ['a folder', () => mkdirSync(path)],
    ['a symbolic link that leads nowhere', () => symlinkSync(join(folder, 'nowhere'), path)],
  ])('by %s is refused before anything is written, and left as it is', async (_, take) => {
    take()
    const names = readdirSync(folder)
    const opened: string[] = []
    restore = watchFileSystem(({ call, path: at }) => {
      if (call === 'open') opened.push(at)
    })
    for (const ifFileExists of ['refuse', 'reuse'] as const) {
      expect(await rejectionOf(save(path, { ifFileExists }))).toMatchObject({ code: 'EEXIST' })
    }
    expect(opened).toEqual([])
    expect(readdirSync(folder)).toEqual(names)
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  test.each([[undefined], ['EPERM']])(
    'by another file meanwhile is refused and left alone (link fails with %s)',
    async (linkFailure) => {
      restore = watchFileSystem(({ call, moment }) => {
        if (call !== 'link' || moment !== 'before') return
        writeFileSync(path, 'of somebody else', { mode: 0o644 })
        if (linkFailure !== undefined) throw systemError(linkFailure, call)
      })
      expect(await rejectionOf(save())).toMatchObject({ code: 'EEXIST' })
      expect(readText(path)).toBe('of somebody else')
      expect(statSync(path).mode & 0o777).toBe(0o644)
      expect(readdirSync(folder)).toEqual(['deploy'])
    },
  )

  test.each(['with', 'without'])(
    'by twenty concurrent saves, %s hard links, is saved by exactly one',
    async (links) => {
      if (links === 'without') failAt(({ call, moment }) => call === 'link' && moment === 'before', 'EPERM')
      const keys = Array.from({ length: 20 }, (_, index) => `key number ${index}\n`.repeat(200))
      const results = await Promise.allSettled(keys.map((key) => saveToFile(path)(new Secret(key))))
      const winners = keys.filter((_, index) => results[index]?.status === 'fulfilled')
      expect(winners).toEqual([readText(path)])
      expect(readdirSync(folder)).toEqual(['deploy'])
    },
  )
})

describe('a failing file system', () => {
  test.each([
    ['open', 'EACCES'],
    ['stat', 'EIO'],
    ['writeFile', 'ENOSPC'],
    ['sync', 'EIO'],
    ['close', 'EDQUOT'],
    ['link', 'EMLINK'],
    ['link', 'EXDEV'],
  ])('at the %s of the temporary file (%s) leaves nothing', async (call, code) => {
    failAt(
      (step) => step.call === call && step.moment === (call === 'close' ? 'after' : 'before') && step.path !== folder,
      code,
    )
    const error = await rejectionOf(save())
    expect(error).toMatchObject({ code })
    expect(readdirSync(folder)).toEqual([])
  })

  test.each(['unlink', 'sync folder'])('at the %s after the file has its name keeps the file', async (call) => {
    failAt(
      (step) =>
        step.moment === 'before' &&
        (call === 'unlink' ? step.call === call : step.call === 'sync' && step.path === folder),
      'EIO',
    )
    const error = await rejectionOf(save())
    expect(error.message).toContain(`complete in ${path}`)
    expect(readText(path)).toBe(pair.privateKey.reveal())
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o7777).toBe(0o600)
  })

  test.each(['EINVAL', 'ENOTSUP'])('that has no fsync for folders (%s) is no failure', async (code) => {
    failAt((step) => step.call === 'sync' && step.path === folder && step.moment === 'before', code)
    await save()
    expectSaved()
  })

  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])(
    'without hard links (%s) gets the file in one write',
    async (code) => {
      failAt((step) => step.call === 'link' && step.moment === 'before', code)
      await save()
      expectSaved()
    },
  )

  test.each(['stat', 'writeFile', 'sync'])('without hard links that fails at the %s leaves nothing', async (call) => {
    failAt(
      (step) => step.moment === 'before' && (step.call === 'link' || (step.call === call && step.path === path)),
      'EPERM',
    )
    await rejectionOf(save())
    expect(readdirSync(folder)).toEqual([])
  })

  test('that cannot change modes is no failure if the file is private anyway', async () => {
    failAt((step) => step.call === 'chmod' && step.moment === 'before', 'EPERM')
    await save()
    expectSaved()
  })

  test('that lets others read its files gets no key', async () => {
    let written = false
    restore = watchFileSystem((step) => {
      if (step.call === 'chmod' && step.moment === 'after') chmodSync(step.path, 0o755)
      written ||= step.call === 'writeFile'
    })
    expect(await rejectionOf(save())).toMatchObject({ code: 'EPERM' })
    expect(written).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })

  test('that runs full in the middle of the file leaves nothing', () => {
    const source = keygen.write('source', pair.privateKey.reveal())
    expect(statSync(source).size).toBeGreaterThan(1024)
    // A limit of one block makes the first write a short one, and the second fail.
    expect(() => run('bash', ['-c', 'ulimit -f 1 && exec "$@"', 'bash', ...saver(source)])).toThrow(/EFBIG/)
    expect(readdirSync(folder)).toEqual(['source'])
  })
})

describe('reusing', () => {
  test('is offered only when it is asked for', () => {
    expect(saveToFile(path).load).toBeUndefined()
    expect(saveToFile(path, {}).load).toBeUndefined()
    expect(saveToFile(path, { ifFileExists: undefined }).load).toBeUndefined()
    expect(saveToFile(path, { ifFileExists: 'refuse' }).load).toBeUndefined()
  })

  test('finds nothing if there is no file', async () => {
    expect(await load()).toBeUndefined()
    symlinkSync(join(folder, 'nowhere'), path)
    expect(await load()).toBeUndefined()
  })

  test('loads a saved key, after a sync of its folder', async () => {
    await save()
    const synced: string[] = []
    restore = watchFileSystem(({ call, path: at }) => {
      if (call === 'sync') synced.push(at)
    })
    expect((await load())?.reveal()).toBe(pair.privateKey.reveal())
    expect(synced).toContain(folder)
    expectSaved()
  })

  test('loads a file that only its owner can read', async () => {
    await save()
    chmodSync(path, 0o400)
    expect((await load())?.reveal()).toBe(pair.privateKey.reveal())
  })

  test.each([0o640, 0o604, 0o610, 0o620, 0o602, 0o644])(
    'refuses a file of mode %o, and says how to mend it',
    async (mode) => {
      await save()
      chmodSync(path, mode)
      expect((await rejectionOf(load())).message).toContain(`chmod 600 ${path}`)
      expect(statSync(path).mode & 0o777).toBe(mode)
    },
  )

  test('loads a mounted secret, which belongs to another user and is readable by a group', async () => {
    await save()
    chmodSync(path, 0o440)
    const uid = vi.spyOn(process, 'getuid').mockReturnValue(statSync(path).uid + 1)
    onTestFinished(() => uid.mockRestore())
    expect((await load())?.reveal()).toBe(pair.privateKey.reveal())
  })

  test('loads an Ed25519 key in the format of OpenSSH', async () => {
    keygen.make('deploy', '-t', 'ed25519')
    expect((await load())?.reveal()).toBe(readText(path))
  })

  test('refuses a file that is cut short, empty, or no private key', async () => {
    await save()
    truncateSync(path, 1000)
    await rejectionOf(load())
    for (const text of ['', 'hello', pair.publicKey.line, readFileSync('/proc/self/exe').toString('latin1', 0, 1000)]) {
      writeFileSync(path, text)
      await rejectionOf(load())
    }
  })

  test('refuses a key that it cannot read, with the command that converts it', async () => {
    keygen.makeRsa('deploy')
    expect((await rejectionOf(load())).message).toContain('ssh-keygen -p -m PEM')
  })

  test('refuses anything but a file, and does not wait for the writer of a pipe', async () => {
    mkdirSync(path, 0o700)
    expect((await rejectionOf(load())).message).toContain('not a regular file')
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', ['-m', '600', pipe])
    const promise = saveToFile(pipe, { ifFileExists: 'reuse' }).load?.() ?? Promise.resolve()
    expect((await rejectionOf(promise, pipe)).message).toContain('not a regular file')
  })

  test('refuses a file larger than 65,536 bytes without reading it', async () => {
    keygen.write('deploy', pair.privateKey.reveal().padEnd(65_537))
    const calls: string[] = []
    restore = watchFileSystem(({ call }) => calls.push(call))
    expect(await rejectionOf(load())).toMatchObject({ code: 'EFBIG' })
    expect(calls).not.toContain('readFile')
    restore()
    truncateSync(path, 65_536)
    expect(await load()).toBeInstanceOf(Secret)
  })
})

describe('a process that is killed while it saves', () => {
  test.each([
    ['links', ['nothing', 'saved', 'temporary']],
    // The one case in which the name comes before the whole file; `reuse` refuses to load what is cut.
    ['no-links', ['cut', 'nothing', 'saved', 'temporary']],
  ] as const)('leaves the whole file or a temporary one of mode 0600, on a file system with %s', (links, outcomes) => {
    const source = keygen.write('source', pair.privateKey.reveal())
    const steps = Number(run(process.execPath, saver(source, links).slice(1)))
    expect(steps).toBeGreaterThan(20)
    const killed = Array.from({ length: steps }, (_, step) => step).filter((step) => inFull || step % 6 === 3)
    const seen = killed.map((step) => {
      const room = join(folder, `room-${step}`)
      mkdirSync(room)
      expect(() =>
        run(process.execPath, [...saver(source, links, join(room, 'deploy')).slice(1), String(step)]),
      ).toThrow()
      return whatIsLeft(room)
    })
    const found = [...new Set(seen)].toSorted()
    if (inFull) expect(found).toEqual(outcomes)
    else expect(outcomes).toEqual(expect.arrayContaining(found))
  })

  function whatIsLeft(room: string): string {
    const names = readdirSync(room)
    for (const name of names) {
      expect(name).toMatch(/^(?:deploy|\.cloud-keypair-[0-9a-f-]{36})$/)
      expect(statSync(join(room, name)).mode & 0o7777).toBe(0o600)
    }
    if (!names.includes('deploy')) return names.length === 0 ? 'nothing' : 'temporary'
    return readText(join(room, 'deploy')) === pair.privateKey.reveal() ? 'saved' : 'cut'
  }
})

/** Returns the command of the process that saves; see `save-and-die.ts`. */
function saver(source: string, links = 'links', target = path): readonly string[] {
  const program = fileURLToPath(new URL('../../compiled/programs/save-and-die.js', import.meta.url))
  return [process.execPath, compiledPackages, program, target, source, links]
}

/** Runs a command; a failure throws with what it printed. */
function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' })
}

test('a file with an Ed25519 key is used again if OpenSSH reads the file, and refused otherwise', async () => {
  const { privateKey } = await generateKeyPair({ keyType: 'ed25519' })
  const text = privateKey.reveal()
  const forms = {
    'as it was saved': text,
    'with text behind the key': `${text}text`,
    'without its last line feed': text.trimEnd(),
    'without the last dash': `${text.slice(0, -2)}\n`,
    'with lines as of Windows': text.replaceAll('\n', '\r\n'),
    'with a byte order mark': `\ufeff${text}`,
    'with text before the key': `text\n${text}`,
    'with blanks at the ends of lines': text.replaceAll('\n', ' \n'),
    'with indented lines': text.replaceAll(/^/gm, '  '),
  }
  const load = saveToFile(path, { ifFileExists: 'reuse' }).load ?? expect.fail()
  const read: string[] = []
  for (const [form, changed] of Object.entries(forms)) {
    writeFileSync(path, changed, { mode: 0o600 })
    const isTaken = await load().then(
      () => true,
      () => false,
    )
    const isRead = await (async () => keygen.run('-y', '-f', path))().then(
      () => true,
      () => false,
    )
    expect([form, isTaken]).toEqual([form, isRead])
    if (isRead) read.push(form)
  }
  expect(read).toEqual(['as it was saved', 'with text behind the key'])
  const said = await rejectionOf(load())
  expect(said).toMatchObject({ code: 'EINVAL', path, message: expect.stringContaining('OpenSSH does not read it') })
})

describe('a passphrase', () => {
  const passphrase = new Secret('correct horse battery staple')
  const wrong = new Secret('incorrect horse')

  function reuse(secret?: Secret): Promise<Secret | undefined> {
    return saveToFile(path, { ifFileExists: 'reuse', passphrase: secret }).load?.() ?? Promise.resolve(undefined)
  }

  test.each([{ bits: 2048 }, { keyType: 'ecdsa' }] as const)(
    'encrypts a key of %j in a file that ssh-keygen reads with it, and load too',
    async (newKey) => {
      const { privateKey, publicKey } = await generateKeyPair(newKey)
      await saveToFile(path, { passphrase })(privateKey)
      expect(readText(path)).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
      expect(statSync(path).mode & 0o7777).toBe(0o600)
      expect(keygen.run('-y', '-P', passphrase.reveal(), '-f', path).trim()).toBe(publicKey.line)
      expect(() => keygen.run('-y', '-P', wrong.reveal(), '-f', path)).toThrow(/incorrect passphrase/)
      expect((await reuse(passphrase))?.reveal()).toBe(privateKey.reveal())
    },
  )

  test('that is wrong, missing or of no use is an error that says what to do, and has no secret', async () => {
    await saveToFile(path, { passphrase })(pair.privateKey)
    const messages = await Promise.all(
      [wrong, undefined].map(async (secret) => (await rejectionOf(reuse(secret))).message),
    )
    expect(messages[0]).toContain('The passphrase is wrong, or the file is damaged; Give the passphrase of this file')
    expect(messages[1]).toContain('The private key is encrypted with a passphrase')
    writeFileSync(path, pair.privateKey.reveal())
    messages.push((await rejectionOf(reuse(passphrase))).message)
    expect(messages[2]).toContain('Leave out the passphrase, or encrypt the key: ssh-keygen -p -m PKCS8')
    keygen.run('-p', '-q', '-m', 'PKCS8', '-N', passphrase.reveal(), '-f', path)
    expect((await reuse(passphrase))?.reveal()).toBe(pair.privateKey.reveal())
    expect(messages.join(' ')).not.toMatch(/horse/)
  })

  test('goes with no Ed25519 key, which older versions of OpenSSH would not read, and leaves no file', async () => {
    const { privateKey } = await generateKeyPair({ keyType: 'ed25519' })
    const { message } = await rejectionOf(saveToFile(path, { passphrase })(privateKey))
    expect(message).toContain('An Ed25519 key is not saved with a passphrase')
    expect(sharedRun(message, privateKey.reveal())).toBeUndefined()
    expect(readdirSync(folder)).toEqual([])
  })

  test.each(['', 'two\nlines', 'x'.repeat(1025)])('that nobody can type is a TypeError', (text) => {
    expect(() => saveToFile(path, { passphrase: new Secret(text) })).toThrow(TypeError)
  })
})
