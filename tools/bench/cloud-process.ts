import { type SimulatorSettings, type StartedSimulator, startSimulator } from '@cloud-keypair/simulator'

// A simulated cloud in a process of its own: the processor time of a bench is then that of the library alone. Each message
// ends the cloud of the message before.

let running: StartedSimulator | undefined

async function begin(settings: SimulatorSettings): Promise<void> {
  await running?.close()
  running = await startSimulator(settings)
  process.send?.(running.access)
}

process.on('message', (settings: SimulatorSettings) => void begin(settings))
process.once('disconnect', () => void running?.close())
