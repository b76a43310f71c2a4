/** The names of the library in its hints, and those of the command in their place. */
const names: readonly (readonly [string, string])[] = [
  ["ifFileExists: 'reuse'", '--reuse'],
  ['give its public key to ensure', 'give its public key (ssh-keygen -y) to cloud-keypair ensure'],
  ['ifInUse', '--if-in-use'],
  ['keyType', '--key-type'],
  ['give acceptLoss: true', 'give --accept-loss'],
  ['leaseMs', '--lease'],
  ['the option region', '--region'],
  ['the option endpoint', '--endpoint'],
  ['onlyIfVacant', '--only-if-vacant'],
  [
    'Each item in details.batch has its own result.',
    'Look at the error of each item, and run the command again for those that did not succeed.',
  ],
  ['details.batch', 'the result'],
  [
    'Give another file, or go on with the key in this one: ',
    'Give another file, or go on with the key in this one by ',
  ],
  ['Give the option credentials, or another profile.', 'Give another profile, or an access key in variables.'],
  [', or into the option certificateAuthorities', ''],
]

/** Returns a hint of the library in the words of the command line. */
export function commandHint(hint: string): string {
  return names.reduce((text, [ofLibrary, ofCommand]) => text.replaceAll(ofLibrary, ofCommand), hint)
}
