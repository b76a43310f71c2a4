import type { Step } from './step.js'

// In the cloud SLOW, an instance takes seconds to stop and to start.

/** The instance is asked to stop, and its end is waited for. */
const stopping = ['StopInstance', 'DescribeInstances'] as const

/** Operations with restarts that are interrupted, and what is left to be done then. */
export const interruptionSteps: readonly Step[] = [
  { command: 'import deploy --public-key deploy.pub $SLOW', expected: { exitCode: 0 } },
  {
    command: 'attach deploy i-1 --now --yes $SLOW',
    signals: [{ signal: 'SIGINT', when: stopping }],
    expected: {
      exitCode: 130,
      stdout: /i-1\tfailed/,
      stderr: /Stopping: instances that were stopped are started again first[^]*starting i-1[^]*\nInterrupted\. /,
    },
  },
  { command: 'which i-1 -o json $SLOW', expected: { exitCode: 0, stdout: /"power": "running"/ } },
  // There is a run only if the signal came later than on an idle machine.
  { command: 'resume --forget', expected: { exitCode: 0 } },
  {
    command: 'attach deploy i-1 --now --yes $SLOW',
    signals: [
      { signal: 'SIGINT', when: stopping },
      { signal: 'SIGINT', when: /Press Ctrl-C again/ },
    ],
    expected: {
      exitCode: 130,
      stdout: /^$/,
      stderr:
        /These instances may be stopped: i-1\nhint: To start them and to finish, run: cloud-keypair resume attach-/,
    },
  },
  { command: 'attach deploy i-1 --now --yes $SLOW', expected: { exitCode: 1, stderr: /has not ended[^]*--forget/ } },
  { command: 'resume --yes', expected: { exitCode: 0, stdout: /i-1\tsucceeded/ } },
  {
    command: 'detach deploy i-1 --now --yes $SLOW',
    signals: [{ signal: 'SIGTERM', when: stopping }],
    expected: { exitCode: 143, stderr: /Stopping: / },
  },
  { command: 'resume --forget', expected: { exitCode: 0 } },
]
