import { Button, Card, Text, Title } from '@mantine/core'
import { IconAlertCircle, IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ApiOutput } from 'sternpost/api'
import { TextLink } from '../../parts/index.ts'
import css from './alert-list.module.css'

type Alert = ApiOutput<'GET /overview'>['alerts'][number]

const severities = {
  error: { word: 'Error', Icon: IconAlertCircle },
  warning: { word: 'Warning', Icon: IconAlertTriangle },
} as const

/** The part of a domain's page at which an alert is explained, and what to do there. */
const places: Readonly<Record<Alert['kind'], { readonly hash: string; readonly action: string }>> = {
  rollout: { hash: 'gate', action: 'See what is missing' },
  certificate: { hash: 'certificate', action: 'See the certificate' },
  failures: { hash: 'failures', action: 'See the cause and the remedy' },
  'reporter-silent': { hash: 'reporters', action: 'See who reports' },
}

const FIRST_ALERTS = 6

/** What somebody must look at, each with the place and the next action. */
export function AlertList({ alerts, count }: { readonly alerts: readonly Alert[]; readonly count: number }) {
  const [isLong, setLong] = useState(false)
  const shown = isLong ? alerts : alerts.slice(0, FIRST_ALERTS)
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="alerts">
      <Title order={2} size="h4" id="alerts" mb="xs">
        Alerts
      </Title>
      {alerts.length === 0 ? (
        <Text c="dimmed">Nothing asks for your attention.</Text>
      ) : (
        <ul className={css.list}>
          {shown.map(alert => {
            const { word, Icon } = severities[alert.severity]
            const { hash, action } = places[alert.kind]
            return (
              <li key={`${alert.kind} ${alert.domain} ${alert.message}`} className={css.alert}>
                <Icon
                  size={20}
                  className={css.sign}
                  data-severity={alert.severity}
                  aria-label={word}
                  role="img"
                />
                <div>
                  {alert.domain !== undefined && (
                    <TextLink to="/domains/$domain" params={{ domain: alert.domain }} fw={600}>
                      <bdi>{alert.domain}</bdi>
                    </TextLink>
                  )}
                  <Text size="sm" className={css.message}>
                    {alert.message}
                  </Text>
                  {alert.domain !== undefined && (
                    <TextLink
                      to="/domains/$domain"
                      params={{ domain: alert.domain }}
                      hash={hash}
                      size="sm"
                      aria-label={`${action}: ${alert.domain}`}
                    >
                      {action}
                    </TextLink>
                  )}
                </div>
              </li>
            )
          })}
        </ul>
      )}
      {alerts.length > shown.length && (
        <Button variant="subtle" size="compact-sm" onClick={() => setLong(true)}>
          Show {alerts.length.toLocaleString('en')} alerts
        </Button>
      )}
      {count > alerts.length && (
        <Text size="sm" c="dimmed" mt="xs">
          {count.toLocaleString('en')} in all; the table below has the others under “Problems”.
        </Text>
      )}
    </Card>
  )
}
