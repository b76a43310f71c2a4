import { expect, test } from 'vitest'
import { checkLogin } from '../../src/file.js'

const login = {
  address: '192.0.2.1',
  user: 'root',
  privateKey: { file: '/nowhere/key.pem' },
  hostKeys: { file: '/nowhere/known_hosts', firstContact: 'refuse' },
} as const

test.each(['*', 'i-?', '!i-1', '#i-1', 'i-1,i-2', 'i-1 i-2', 'i-1\t*', '@revoked', '|1|x', '-i', '', 7])(
  'a name of host keys that is no single name, like %j, is a TypeError',
  async (name) => {
    // @ts-expect-error: a number is no name
    const checked = checkLogin({ ...login, hostKeys: { ...login.hostKeys, name } })
    await expect(checked).rejects.toThrow(/^The name of hostKeys must /)
    await expect(checked).rejects.toBeInstanceOf(TypeError)
  },
)

test('an address that is a pattern is a TypeError', async () => {
  await expect(checkLogin({ ...login, address: '*' })).rejects.toThrow(/^address must name one instance/)
})

test.each(['text', '', null, undefined, 7, {}])(
  'a private key that is %j is a TypeError that says what to give',
  async (key) => {
    // @ts-expect-error: none of these is a private key
    const checked = checkLogin({ ...login, privateKey: key })
    await expect(checked).rejects.toThrow(
      /^privateKey must be a Secret, or an object with the path of its file: \{ file \}$/,
    )
    await expect(checked).rejects.toBeInstanceOf(TypeError)
  },
)

test.each([undefined, null, 'known_hosts', 7])(
  'host keys that are %j are a TypeError that says what to give',
  async (hostKeys) => {
    // @ts-expect-error: none of these is a rule for host keys
    const checked = checkLogin({ ...login, hostKeys })
    await expect(checked).rejects.toThrow(/^hostKeys must be an object with file and firstContact: there is no default/)
    await expect(checked).rejects.toBeInstanceOf(TypeError)
  },
)
