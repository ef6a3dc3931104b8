// The release build: dist/ of every package, for plain Node without the source condition. Run: npm run build
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { nodeArguments, repositoryRoot, runCommand, seconds } from './suite.ts'

/** In the order of imports: each package is compiled against the dist/ of those before it. */
const packages = ['protocol', 'network', 'lab', 'sternpost']

for (const name of packages) {
  const startedAt = performance.now()
  rmSync(join(repositoryRoot, 'packages', name, 'dist'), { recursive: true, force: true })
  const project = `packages/${name}/tsconfig.build.json`
  const { code, output } = await runCommand(
    process.execPath,
    nodeArguments('node_modules/typescript/bin/tsc', '-p', project),
  )
  if (code !== 0) {
    console.error(output)
    console.error(`build: ${name} failed`)
    process.exit(1)
  }
  console.log(`built packages/${name}/dist (${seconds(startedAt)})`)
}
