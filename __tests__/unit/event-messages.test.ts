import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventOfRunner } from '../../src/event.js';

const { GITHUB_REPOSITORY, GITHUB_EVENT_PATH } = process.env;

beforeAll(() => {
  delete process.env['GITHUB_REPOSITORY'];
  delete process.env['GITHUB_EVENT_PATH'];
});

afterAll(() => {
  Object.assign(
    process.env,
    GITHUB_REPOSITORY && { GITHUB_REPOSITORY },
    GITHUB_EVENT_PATH && { GITHUB_EVENT_PATH },
  );
});

it('tells of an event that cannot be read, as outside a workflow', () => {
  expect(eventOfRunner).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^The workflow's event cannot be read: .*GITHUB_REPOSITORY/),
      hint: expect.stringContaining('Run this action as a step of a workflow.'),
    }),
  );
});
