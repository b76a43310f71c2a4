import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../src/contract/checkpoint.js'
import { checkpointProblem, isSameKeyPair, readResume } from '../../src/restart/checkpoint-fit.js'

const head = {
  version: 1,
  operation: 'attach',
  provider: 'stub',
  region: 'here',
  endpoint: 'https://stub.example',
  keyPair: { name: 'deploy', id: 'kp-1' },
} as const
const begun = { id: 'i-1', power: 'running', keyPair: null, step: 'in-progress' } as const
const checkpoint: Checkpoint = { ...head, instances: [begun, { ...begun, id: 'i-2', step: 'done' }] }

describe('a checkpoint', () => {
  it('fits the run that wrote it, and every instance in progress has to be given', () => {
    expect(checkpointProblem(checkpoint, head, ['i-1'])).toBeUndefined()
    expect(checkpointProblem(checkpoint, head, ['i-2', 'i-1', 'i-3'])).toBeUndefined()
    expect(checkpointProblem(checkpoint, head, ['i-2'])).toMatchObject({
      code: 'conflict',
      outcome: 'none',
      message: 'the checkpoint has i-1 in progress, and it is not among the given instances',
      hint: 'Give all instances of the checkpoint.',
    })
  })

  it.each([
    ['operation', 'detach', 'attach'],
    ['provider', 'other', 'stub'],
    ['region', 'there', 'here'],
    ['endpoint', 'https://other.example', 'https://stub.example'],
  ] as const)('does not fit another %s', (field, now, before) => {
    expect(checkpointProblem(checkpoint, { ...head, [field]: now }, ['i-1'])).toMatchObject({
      code: 'conflict',
      message: `the checkpoint is of another ${field}: ${before}, and not ${now}`,
      hint: 'Nothing was changed. Resume with the arguments that the earlier run had.',
    })
  })

  it('does not fit another key pair, and says which', () => {
    const now = { ...head, keyPair: { name: 'deploy', id: 'kp-2', fingerprint: 'f' } }
    expect(checkpointProblem(checkpoint, now, ['i-1'])).toMatchObject({
      message: 'the checkpoint is of another key pair: deploy kp-1, and not deploy kp-2 f',
    })
  })

  it('is copied, refused if it was edited, and a mistake if it is no object', () => {
    const read = readResume(checkpoint)._unsafeUnwrap()
    expect(read).toEqual(checkpoint)
    expect(read).not.toBe(checkpoint)
    expect(readResume(undefined)._unsafeUnwrap()).toBeUndefined()
    const edited: Checkpoint = { ...checkpoint, region: JSON.parse('7') }
    expect(readResume(edited)._unsafeUnwrapErr()).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('the checkpoint is not as it was written'),
      hint: expect.stringContaining('Nothing was changed.'),
    })
    for (const none of ['null', '"text"', '3'])
      expect(() => readResume(JSON.parse(none))).toThrow(new TypeError('resume must be a checkpoint'))
  })
})

describe('two key pairs are the same', () => {
  const md5 = '00112233445566778899aabbccddeeff'

  it.each([
    ['one id', { name: 'a', id: '1' }, { name: 'a', id: '1' }, true],
    ['another id', { name: 'a', id: '1' }, { name: 'a', id: '2' }, false],
    ['another name', { name: 'a', id: '1' }, { name: 'b', id: '1' }, false],
    ['one fingerprint in two forms', { name: 'a', fingerprint: md5 }, { name: 'a', fingerprint: colons(md5) }, true],
    ['another fingerprint', { name: 'a', fingerprint: md5 }, { name: 'a', fingerprint: md5.replace('0', '1') }, false],
    ['a fingerprint that is no MD5', { name: 'a', fingerprint: 'x' }, { name: 'a', fingerprint: 'x' }, true],
    [
      'one id, and a fingerprint of one of them',
      { name: 'a', id: '1' },
      { name: 'a', id: '1', fingerprint: md5 },
      true,
    ],
    [
      'one id and two fingerprints',
      { name: 'a', id: '1', fingerprint: 'x' },
      { name: 'a', id: '1', fingerprint: 'y' },
      false,
    ],
    ['names alone', { name: 'a' }, { name: 'a' }, true],
    ['a name alone, and an id', { name: 'a' }, { name: 'a', id: '1' }, false],
    ['an id, and a fingerprint of the other', { name: 'a', id: '1' }, { name: 'a', fingerprint: md5 }, false],
  ] as const)('by %s: %#', (_, one, other, expected) => {
    expect(isSameKeyPair(one, other)).toBe(expected)
    expect(isSameKeyPair(other, one)).toBe(expected)
  })
})

function colons(md5: string): string {
  return md5.toUpperCase().match(/../g)?.join(':') ?? ''
}
