import { expect, test } from 'vitest'
import { formatScreenSizes, measureScreens } from './bundle-sizes.ts'

const manifest = {
  'index.html': { file: 'index.js', isEntry: true, imports: ['_shared.js'], css: ['index.css'] },
  '_shared.js': { file: 'shared.js' },
  '_charts.js': { file: 'charts.js', imports: ['_shared.js'] },
  'src/screens/a/a-screen.tsx': { file: 'a.js', isDynamicEntry: true, imports: ['index.html', '_charts.js'] },
  'src/screens/b/b-screen.tsx': {
    file: 'b.js',
    isDynamicEntry: true,
    imports: ['_shared.js'],
    css: ['b.css'],
  },
  'src/parts/later.tsx': { file: 'later.js', isDynamicEntry: true },
}
const bytes: Record<string, number> = {
  'index.js': 100,
  'shared.js': 20,
  'charts.js': 70,
  'a.js': 5,
  'b.js': 3,
  'index.css': 9,
  'b.css': 1,
}

test('a screen counts the shell, itself and what it stands on, each file once', () => {
  expect(measureScreens(manifest, file => bytes[file] ?? 1_000)).toEqual([
    { screen: 'a-screen', scriptBytes: 195, ownScriptBytes: 75, styleBytes: 9 },
    { screen: 'b-screen', scriptBytes: 123, ownScriptBytes: 3, styleBytes: 10 },
  ])
})

test('a screen beyond the budget is marked, and no other', () => {
  const lines = formatScreenSizes(
    measureScreens(manifest, file => bytes[file] ?? 1_000),
    150,
  ).split('\n')
  expect(lines.filter(line => line.includes('TOO LARGE'))).toEqual([expect.stringContaining('a-screen')])
})
