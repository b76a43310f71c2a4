import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Circumstances, runCommand } from './run-command.js'

const redis = { environment: { CLOUD_KEYPAIR_REDIS: 'redis://127.0.0.1:1' } } as const
const places = '[{ "provider": "volcengine", "account": "prod", "region": "cn-beijing" }]'
const audit = ['fleet', 'audit', '--places', '-'] as const

test('a wrong command line of a fleet ends with exit code 2, and says what is wrong', async () => {
  const cases: readonly (readonly [argv: readonly string[], circumstances: Circumstances, said: RegExp])[] = [
    [['fleet', 'audt'], redis, /unknown command 'audt'[^]*Did you mean audit/],
    [['fleet', 'audit'], redis, /required option '--places <file>'/],
    [['fleet', 'rotate', 'a', '--places', '-'], redis, /missing required argument 'new-name'/],
    [['fleet', 'audit', '--places', '/does/not/exist'], redis, /cannot be read/],
    [audit, { ...redis, input: 'nonsense' }, /the standard input is not JSON/],
    [audit, { ...redis, input: '[{ "provider": "acme" }]' }, /0\.provider: [^]*array of objects with provider/],
    [audit, { ...redis, input: '[{ "provider": "aws", "zone": "a" }]' }, /0\.zone/],
    [['fleet', 'attach', 'deploy', '--places', '-'], { ...redis, input: places }, /0\.instanceIds/],
    [['fleet', 'attach', 'deploy', '--places', '-', '--yes'], { ...redis, input: places }, /--yes is for restarts/],
    [['fleet', 'rotate', 'a', 'b', '--places', '-'], { ...redis, input: places }, /no new key is given/],
    [[...audit, '--region', 'cn-beijing'], { ...redis, input: places }, /so --region does not fit/],
    [[...audit, '--failed-places', '-1'], { ...redis, input: places }, /0 or more/],
    [audit, { input: places }, /no Redis is given[^]*CLOUD_KEYPAIR_REDIS/],
    [[...audit, '--redis', 'nonsense'], { input: places }, /the URL of Redis is none/],
    [[...audit, '--redis', 'redis://:secret@localhost'], { input: places }, /--redis has a password/],
    [['fleet', 'report'], redis, /missing required argument 'run'/],
    [['fleet', 'release'], redis, /no place is given/],
    [['fleet', 'release', '--cloud', 'aws', '--endpoint', 'http://localhost'], redis, /a place has no endpoint/],
    [['fleet', 'work', '--lease', 'soon'], redis, /90s/],
    [['fleet', 'watch', 'run', '--columns', 'colour'], redis, /The columns are provider, account, region/],
  ]
  for (const [argv, circumstances, said] of cases) {
    const ended = await runCommand(argv, circumstances)
    expect({ argv, ...ended }).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(said) })
    expect(ended.stderr).not.toContain('secret')
  }
})

test('a rotation of a fleet names its places and asks a person, and without one is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-fleet-'))
  try {
    const file = join(folder, 'places.json')
    await writeFile(file, places)
    const key = join(folder, 'new.pem')
    const rotate = ['fleet', 'rotate', 'old', 'new', '--places', file, '--private-key', key] as const
    const refused = await runCommand(rotate, redis)
    expect(refused).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('--yes') })
    expect(refused.stderr).toContain('To rotate old restarts instances in 1 place, at most 1 at a time in each.\n')
    expect(refused.stderr).toContain('  volcengine/prod/cn-beijing\n')
    const said: string[] = []
    const confirm = async (question: string): Promise<boolean> => said.push(question) === 0
    const declined = await runCommand([...rotate, '--max-unavailable', '3'], { ...redis, confirm })
    expect(declined).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Nothing was changed.') })
    expect(said).toEqual(['Restart them?'])
    await expect(readFile(key)).rejects.toThrow('ENOENT')
  } finally {
    await rm(folder, { recursive: true })
  }
})
