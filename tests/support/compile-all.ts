import { setup } from './compile.js'

// Compiles the packages and programs of this workspace, for a program that runs without a loader for TypeScript.
await setup()
