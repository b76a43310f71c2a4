import type { KeyPairError } from '@cloud-keypair/core'
import { commandHint } from './command-hint.js'

type Advised = Pick<KeyPairError, 'code' | 'hint'> & Partial<Pick<KeyPairError, 'outcome'>>

/** Returns what to do about an error: its hint in the words of the command, or else advice on its code. */
export function adviceOn({ code, hint, outcome }: Advised): string {
  if (hint !== undefined) return commandHint(hint)
  if (outcome === 'unknown') {
    return 'Read what the cloud has before you run the command again: cloud-keypair show, usages and which.'
  }
  return adviceOnCode(code)
}

function adviceOnCode(code: KeyPairError['code']): string {
  switch (code) {
    case 'invalid-argument':
      return 'Correct what the message names, and run the command again.'
    case 'unauthenticated':
      return 'Check the credentials: cloud-keypair doctor shows where they come from.'
    case 'permission-denied':
      return 'Add the permission to the user or role. The page docs/permissions.md has those of each command.'
    case 'not-found':
      return 'Check the name or id, and the region. cloud-keypair list shows the key pairs.'
    case 'already-exists':
      return 'Choose another name, or delete the existing key pair.'
    case 'conflict':
      return 'Read what the cloud has, with cloud-keypair show and which, and decide.'
    case 'in-use':
      return 'Detach the key pair from these instances first, or give --if-in-use.'
    case 'incomplete':
      return 'Look at the error of each item, and run the command again for those that did not succeed.'
    case 'instance-state':
      return 'Run the command again when the instance is running or stopped.'
    case 'instance-unsupported':
      return 'Leave this instance out: it cannot have a key pair.'
    case 'quota-exceeded':
      return 'Delete key pairs that nobody uses, which cloud-keypair audit shows, or ask the cloud for a higher quota.'
    case 'billing':
      return 'Look at the account in the console of the cloud.'
    case 'capacity':
      return 'Run the command again later, when the cloud can start the instance.'
    case 'throttled':
    case 'busy':
    case 'unavailable':
    case 'invalid-response':
      return 'Run the command again later.'
    case 'timeout':
      return 'Run the command again, with a longer --timeout.'
    case 'network':
      return 'Check the network, the region and the endpoint, and run the command again.'
    case 'aborted':
      return 'Run the command again.'
    case 'storage':
      return 'Check the file and its folder, and run the command again.'
    case 'unsupported':
      return 'See cloud-keypair capabilities for what this cloud can do.'
    case 'unknown':
      return "Look up the cloud's own code in its documents. If there is none, report this as a defect of cloud-keypair."
  }
}
