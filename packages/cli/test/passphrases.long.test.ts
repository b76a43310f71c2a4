import { createPrivateKey } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Circumstances, createInterruptions, runCommand, startVolcengine } from './run-command.js'

const runsFolder = '.local/state/cloud-keypair/runs'
const passphrase = 'canary-of-a-passphrase'

/** Starts a cloud with an instance that has a key pair, and a variable with a passphrase. */
async function startLaboratory() {
  const laboratory = await startVolcengine()
  const { simulator, folder, circumstances } = laboratory
  simulator.world.seedKeyPair({ name: 'old' })
  simulator.world.seedInstances([{ id: 'i-1', keyPair: 'old' }])
  const environment = { ...circumstances.environment, PASS: passphrase }
  return { ...laboratory, circumstances: { ...circumstances, environment }, file: join(folder, 'new.pem') }
}

async function mustOpen(file: string, secret = passphrase): Promise<void> {
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  expect(createPrivateKey({ key: text, passphrase: secret }).asymmetricKeyType).toBe('rsa')
}

test.each(['rotate', 'apply'])(
  '%s saves the new private key with a passphrase, which no run holds',
  async (command) => {
    await using laboratory = await startLaboratory()
    const { simulator, folder, options, circumstances, file } = laboratory
    simulator.fault({ kind: 'refuse', status: 500, code: 'InternalError', action: 'RebootInstances', times: Infinity })
    const planned = await runCommand(['plan', 'rotate', 'old', 'new', '-o', 'json', ...options], circumstances)
    const plan = join(folder, 'plan.json')
    await writeFile(plan, planned.stdout)
    const what = command === 'rotate' ? ['rotate', 'old', 'new', ...options] : ['apply', plan]
    const argv = [...what, '--private-key', file, '--passphrase', 'env:PASS', '--yes']
    const cut = await runCommand(argv, circumstances)
    expect(cut.stderr).toContain('cloud-keypair resume rotate-')
    await mustOpen(file)
    for (const name of await readdir(join(folder, runsFolder))) {
      expect(await readFile(join(folder, runsFolder, name), 'utf8')).not.toContain(passphrase)
    }
    simulator.clearFaults()
    const resumed = await runCommand(['resume', '--yes'], circumstances)
    expect(resumed.exitCode).toBe(0)
    expect(simulator.world.snapshot().keyPairs.map(({ name }) => name)).toEqual(['new'])
    expect(cut.stdout + cut.stderr + resumed.stdout + resumed.stderr).not.toContain(passphrase)
  },
)

test('resume reads the passphrase again: from where it was, or from another source', async () => {
  await using laboratory = await startLaboratory()
  const { simulator, folder, options, circumstances, file } = laboratory
  // The key is saved, and its import is refused.
  simulator.fault({ kind: 'reset', commit: false, action: 'ImportKeyPair', times: Infinity })
  const argv = ['rotate', 'old', 'new', '--private-key', file, '--passphrase', 'env:PASS', '--yes', ...options]
  const cut = await runCommand(argv, circumstances)
  expect(cut.stderr).toContain('cloud-keypair resume rotate-')
  await mustOpen(file)
  simulator.clearFaults()
  const { PASS: _, ...without } = circumstances.environment
  const lost = await runCommand(['resume', '--yes'], { ...circumstances, environment: without })
  expect(lost).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/variable PASS\nhint: .*file:PATH/) })
  await writeFile(join(folder, 'pass'), 'another\n')
  const wrong = await runCommand(['resume', '--yes', '--passphrase', `file:${join(folder, 'pass')}`], circumstances)
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('The passphrase is wrong') })
  await writeFile(join(folder, 'pass'), `${passphrase}\n`)
  const resumed = await runCommand(['resume', '--yes', '--passphrase', `file:${join(folder, 'pass')}`], {
    ...circumstances,
    environment: without,
  })
  expect(resumed).toMatchObject({ exitCode: 0 })
})

test('a person types the passphrase: twice for a new key, once for one that is there', async () => {
  await using laboratory = await startLaboratory()
  const { simulator, options, circumstances, file } = laboratory
  const argv = ['create', 'deploy', '--private-key', file, '--passphrase', 'prompt', ...options]
  const { circumstances: typing, asked } = typist(circumstances, [
    passphrase,
    'slip',
    passphrase,
    passphrase,
    passphrase,
  ])
  const slipped = await runCommand(argv, typing)
  expect(slipped).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('differ') })
  expect(simulator.calls).toEqual([])
  expect(await runCommand(argv, typing)).toMatchObject({ exitCode: 0 })
  await mustOpen(file)
  expect(asked).toHaveLength(4)
  const again = await runCommand([...argv, '--reuse'], typing)
  expect(again).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining(passphrase) })
  expect(asked).toHaveLength(5)
})

test('a passphrase is asked for by a prompt alone, and one that is not given ends the command', async () => {
  await using laboratory = await startLaboratory()
  const { simulator, options, circumstances, file } = laboratory
  const argv = ['create', 'deploy', '--private-key', file, '--passphrase', 'prompt', ...options]
  const alone = await runCommand(argv, circumstances)
  expect(alone).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/nobody is there[^]*env:NAME/) })
  const left = await runCommand(argv, typist(circumstances, [undefined]).circumstances)
  expect(left).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no passphrase was typed') })
  expect(simulator.calls).toEqual([])
})

test('Ctrl-C at the question for a passphrase ends the command with 130', async () => {
  await using laboratory = await startLaboratory()
  const { simulator, options, circumstances, file } = laboratory
  const interruptions = createInterruptions()
  const argv = ['create', 'deploy', '--private-key', file, '--passphrase', 'prompt', ...options]
  const left = await runCommand(argv, {
    ...circumstances,
    onInterruption: interruptions.onInterruption,
    askSecret: async () => {
      interruptions.send('SIGINT')
      return undefined
    },
  })
  expect(left).toMatchObject({ exitCode: 130, stdout: '', stderr: expect.stringContaining('Interrupted.') })
  expect(simulator.calls).toEqual([])
})

test.each([
  ['of 1025 bytes', 'p'.repeat(1025)],
  ['with a tab', 'correct\thorse'],
  ['with an escape', 'correct\u001bhorse'],
])('a passphrase %s is a usage error before anything is done', async (_, secret) => {
  await using laboratory = await startLaboratory()
  const { simulator, options, circumstances, file } = laboratory
  for (const command of [
    ['create', 'deploy'],
    ['rotate', 'old', 'new', '--yes'],
  ]) {
    const ended = await runCommand([...command, '--private-key', file, '--passphrase', 'env:PASS', ...options], {
      ...circumstances,
      environment: { ...circumstances.environment, PASS: secret },
    })
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' })
    expect(ended.stderr).toMatch(
      /^error: the passphrase in the variable PASS cannot be used: [^\n]*\nhint: [^\n]*\.\n$/,
    )
    expect(ended.stderr).not.toContain('horse')
  }
  expect(simulator.calls).toEqual([])
})

test('a passphrase without effect, or of an Ed25519 key, is a usage error', async () => {
  await using laboratory = await startLaboratory()
  const { simulator, folder, options, circumstances, file } = laboratory
  await writeFile(join(folder, 'new.pub'), 'ssh-ed25519 AAAA')
  const given = ['--passphrase', 'env:PASS', '--yes', ...options]
  const refused: readonly (readonly string[])[] = [
    ['rotate', 'old', 'new', '--public-key', join(folder, 'new.pub'), ...given],
    ['rotate', 'old', 'new', '--private-key', file, '--key-type', 'ed25519', ...given],
    ['create', 'new', '--private-key', file, '--key-type', 'ed25519', '--passphrase', 'env:PASS', ...options],
    ['create', 'new', '--private-key', '-', '--passphrase', 'env:PASS', ...options],
    ['create', 'new', '--in-cloud', '--private-key', file, '--passphrase', 'env:PASS', ...options],
    ['rotate', 'old', 'new', '--private-key', file, '--passphrase', passphrase, '--yes', ...options],
  ]
  for (const argv of refused) {
    const ended = await runCommand(argv, circumstances)
    expect({ argv, ...ended }).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: .*\nhint: /),
    })
    expect(ended.stderr).not.toContain(passphrase)
  }
  expect(simulator.calls).toEqual([])
})

/** Makes the circumstances of a person who types these answers, one after another. */
function typist(circumstances: Circumstances, answers: readonly (string | undefined)[]) {
  const asked: string[] = []
  const askSecret = async (question: string): Promise<string | undefined> => answers[asked.push(question) - 1]
  return { circumstances: { ...circumstances, askSecret }, asked }
}
