import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files with servers, processes or whole heaps before the many short ones, so that no core idles at the end while another one
 * is at a long file. By itself Vitest knows only from earlier runs what is long, and a fresh clone has none.
 */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isShort = ({ project }: TestSpecification): boolean => project.name === 'unit';
    return [...sorted.filter((file) => !isShort(file)), ...sorted.filter(isShort)];
  }
}
