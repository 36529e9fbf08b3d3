import { spawn } from 'node:child_process';

/** Runs a bash script in a folder and returns what it prints. Rejects with what it said where it fails. */
export function shell(script: string, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output.trim());
      else reject(new Error(`${script}: exit ${code}: ${errors.slice(-2000)}`));
    });
  });
}
