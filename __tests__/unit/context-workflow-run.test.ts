import { describe, expect, it } from '@jest/globals';
import { isVersion, readWorkflowRun } from '../../src/context/workflow-run.js';

describe('isVersion', () => {
  it.each([
    ...['v1', 'v1.2', '1.2', '1.2.3', 'v1.2.3', '1.2.3.4', 'v1.2.3-rc.1', '1.2.3+build.5', '1.2.3rc1'],
    ...['app-v1.2.3', 'app/v1.2.3', 'app-1.2.3', '@acme/app@1.2.3', 'release/1.2.3', '2026.03.04'],
    ...['v12', '10.2', '1.20', 'v10.20.30-rc.1', 'postfix/1.2.3'],
  ])('%s is one', (name) => {
    expect(isVersion(name)).toBe(true);
  });

  it.each([
    ...[
      'main',
      '1',
      '2026',
      '1.x',
      '1.2.x',
      'v1.x',
      'release/1.2',
      'releases/v2',
      'release-1.2',
      'version1.2.3',
    ],
    ...['renovate/lodash-4.17.21', 'fix/1.2.3-crash', 'hotfix/1.2.4', 'feature/2.0.0', 'v', '', 'nightly'],
  ])('%s is none', (name) => {
    expect(isVersion(name)).toBe(false);
  });
});

describe('readWorkflowRun', () => {
  it('takes no tag from a release whose run has no name', () => {
    const event = {
      eventName: 'workflow_run',
      ref: 'refs/heads/main',
      sha: '',
      repository: 'acme/shop',
      repositoryId: '',
    };
    const runner = { serverUrl: 'https://github.com', runId: '1', runAttempt: '1' };
    const head_repository = { full_name: 'acme/shop' };
    const payload = {
      workflow_run: { event: 'release', head_branch: '', conclusion: 'success', head_repository },
    };
    expect(readWorkflowRun({ ...event, ...runner, payload }).tag).toMatchObject({
      known: false,
      problem: expect.stringContaining('started on "", which is not a tag'),
    });
  });
});
