import { BaseSequencer, type TestSpecification } from 'vitest/node'

// The files that take longest, which the runner does not know before it has run them once.
const long =
  /conformance[\w-]*\.test\.ts$|\/(?:readme|crash|demo|rotation|private-key|answers)\.test\.ts$|\.long\.test\.ts$/

/** Starts the files that take longest first, so that no worker ends long after the others. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean => long.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
