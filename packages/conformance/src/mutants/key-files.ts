import { writeFileSync } from 'node:fs'
import { appendFile, chmod, writeFile } from 'node:fs/promises'
import type { SavePrivateKey, Secret } from '@cloud-keypair/core'
import { killedBy, type Mutant } from './mutant.js'

/** Ways to keep a private key in a file badly. */
export const keyFileMutants: readonly Mutant[] = [
  ...killedBy('KP-FILE-01', 5, {
    'a key file can be read by everybody': {
      saveToFile: (saveToFile) => (path, options) => {
        const save = saveToFile(path, options)
        return loadingAs(save, async (privateKey) => {
          await save(privateKey)
          await chmod(path, 0o644)
        })
      },
    },
    'the mode of a key file is left to the umask': {
      saveToFile: () => (path) => (privateKey) => writeFile(path, privateKey.reveal(), { flag: 'wx' }),
    },
    'a key file can be read by everybody until it is complete': {
      saveToFile: () => (path) => async (privateKey) => {
        writeFileSync(path, privateKey.reveal(), { flag: 'wx', mode: 0o644 })
        setTimeout(() => void chmod(path, 0o600).catch(() => {}), 50)
      },
    },
    'a save resolves before the key is in its file': {
      saveToFile: (saveToFile) => (path, options) => async (privateKey) => {
        setTimeout(() => void saveToFile(path, options)(privateKey).catch(() => {}), 5)
      },
    },
    'a key file has more than the key': {
      saveToFile: (saveToFile) => (path, options) => async (privateKey) => {
        await saveToFile(path, options)(privateKey)
        await appendFile(path, '# made by a program\n')
      },
    },
  }),
  ...killedBy('KP-FILE-02', 5, {
    'an existing key file is overwritten': {
      saveToFile: () => (path) => (privateKey) => writeFile(path, privateKey.reveal(), { mode: 0o600 }),
    },
  }),
  ...killedBy('KP-FILE-03', 5, {
    'a key file of an earlier run is not used': { saveToFile: (saveToFile) => (path) => saveToFile(path) },
  }),
]

function loadingAs(save: SavePrivateKey, saves: (privateKey: Secret) => Promise<void>): SavePrivateKey {
  return save.load === undefined ? saves : Object.assign(saves, { load: save.load })
}
