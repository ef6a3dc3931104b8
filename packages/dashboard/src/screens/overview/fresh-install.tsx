import { Button, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import {
  IconFileSearch,
  IconSend,
  IconShieldCheck,
  IconStethoscope,
  type TablerIcon,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type Rights, useRights } from '../../api/index.ts'

const beginnings: readonly {
  readonly to: '/publish' | '/check' | '/reports' | '/outbound'
  readonly title: string
  readonly about: string
  readonly action: string
  readonly Icon: TablerIcon
  /** Default: for everybody. */
  readonly isFor?: (rights: Rights) => boolean
}[] = [
  {
    to: '/publish',
    title: 'Protect mail that comes to you',
    about:
      'From the name of your domain to DNS records and a policy that senders can fetch, in four steps. It begins in testing, in which no mail is stopped.',
    action: 'Publish a domain',
    Icon: IconShieldCheck,
    isFor: ({ mayAdd }) => mayAdd,
  },
  {
    to: '/check',
    title: 'See how a domain stands',
    about:
      'Looks at DNS, policy, mail servers and certificates of any domain and says what is wrong. It changes nothing.',
    action: 'Check a domain',
    Icon: IconStethoscope,
  },
  {
    to: '/reports',
    title: 'Understand a report',
    about: 'Drop a TLS report that was sent to you. It is read in your browser and told in sentences.',
    action: 'Drop a report',
    Icon: IconFileSearch,
  },
  {
    to: '/outbound',
    title: 'Protect mail that you send',
    about: 'Connect Postfix, and it delivers by the policies that other domains publish.',
    action: 'Connect Postfix',
    Icon: IconSend,
    isFor: ({ seesAll }) => seesAll,
  },
]

/** What a person sees who has just installed it: what this is about, and where to begin. */
export function FreshInstall() {
  const rights = useRights()
  const shown = beginnings.filter(({ isFor }) => isFor?.(rights) ?? true)
  return (
    <Stack gap="lg">
      <Stack gap="xs" maw="44rem">
        <Text>
          Mail servers encrypt what they send to each other only as long as nobody interferes: whoever stands
          between them can take the encryption away, and nobody notices.
        </Text>
        <Text>
          <b>MTA-STS</b> is a short policy that your domain publishes. It tells senders: these are my mail
          servers, deliver to them over verified TLS or not at all. <b>TLS-RPT</b> asks senders to report once
          a day how that went. Sternpost publishes the one, reads the other, and leads from testing to
          enforcing when the reports say that it is safe.
        </Text>
      </Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {shown.map(({ to, title, about, action, Icon }, index) => (
          <Card key={to} withBorder padding="lg">
            <Stack gap="sm" h="100%" align="flex-start">
              <Icon size={28} aria-hidden />
              <Title order={2} size="h4">
                {title}
              </Title>
              <Text flex={1}>{about}</Text>
              <Button component={Link} to={to} variant={index === 0 ? 'filled' : 'default'}>
                {action}
              </Button>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  )
}
