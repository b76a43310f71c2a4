/** The option of Node.js with which a process loads the packages that `compile.ts` compiled. */
export const compiledPackages = '--conditions=cloud-keypair-compiled'
