import '@mantine/dropzone/styles.css'
import { Group, Stack, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconFileSearch } from '@tabler/icons-react'
import { useCallback, useState } from 'react'
import { useRights } from '../../api/index.ts'
import { type DroppedFile, DroppedReport } from './dropped-report.tsx'
import { MAX_FILE_BYTES, readReportFile } from './read-report-file.ts'

/** Somebody who drops a whole folder wants `sternpost report import`. */
const MAX_FILES = 20

/** Takes files of reports and explains them in this page; nothing is sent anywhere. */
export function DropZone() {
  const { mayAdd } = useRights()
  const [files, setFiles] = useState<readonly DroppedFile[]>([])
  const [isReading, setReading] = useState(false)
  const [said, setSaid] = useState('')
  const putAway = useCallback(
    (file: DroppedFile) => setFiles(before => before.filter(each => each !== file)),
    [],
  )
  const take = async (dropped: readonly File[]) => {
    setReading(true)
    const read: DroppedFile[] = []
    for (const file of dropped.slice(0, MAX_FILES)) read.push(await readOne(file))
    setFiles(before => [...read, ...before].slice(0, MAX_FILES))
    setReading(false)
    setSaid(
      `${read.length} ${read.length === 1 ? 'file' : 'files'} read here.${
        dropped.length > MAX_FILES
          ? ` ${MAX_FILES} are read at once; for more, sternpost report import takes whole folders.`
          : ''
      }`,
    )
  }
  return (
    <section aria-label="Read report files">
      <Dropzone
        onDrop={dropped => void take(dropped)}
        loading={isReading}
        p="md"
        aria-label="Choose files of TLS reports to read them in this page"
        // Colours that fade over are unreadable for a moment.
        style={{ transition: 'none' }}
        inputProps={{ 'aria-label': 'Files of TLS reports' }}
      >
        <Group gap="md" wrap="nowrap">
          <IconFileSearch size={32} aria-hidden />
          <div>
            <Text fw={500}>Drop TLS reports here, or press to choose files</Text>
            <Text size="sm" c="dimmed">
              .json, .json.gz and .zip are read and explained in this page. Nothing is uploaded
              {mayAdd ? ' unless you say so' : ''}.
            </Text>
          </div>
        </Group>
      </Dropzone>
      <Text size="sm" role="status" mt={said === '' ? 0 : 'xs'}>
        {said}
      </Text>
      <Stack gap="md" mt={files.length === 0 ? 0 : 'sm'}>
        {files.map(file => (
          <DroppedReport key={file.key} file={file} onRemove={putAway} />
        ))}
      </Stack>
    </section>
  )
}

let count = 0

async function readOne(file: File): Promise<DroppedFile> {
  count += 1
  const base = { key: count, name: file.name }
  if (file.size > MAX_FILE_BYTES)
    return { ...base, read: await readReportFile(file.name, new Uint8Array(MAX_FILE_BYTES + 1)) }
  const bytes = new Uint8Array(await file.arrayBuffer())
  return { ...base, bytes, read: await readReportFile(file.name, bytes) }
}
