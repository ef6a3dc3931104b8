import type { FindingPage } from './finding-page.ts'

/** Pages of what is said about TLS reports themselves, as `lint report` and `report show` do. */
export const tlsRptReportPages = {
  'tls-rpt/report-json': {
    title: 'The report is no JSON',
    severity: 'error',
    meaning: 'The text breaks the rules of JSON; most receivers drop it.',
    remedy: 'Write reports with a JSON library, not by putting strings together.',
  },
  'tls-rpt/report-encoding': {
    title: 'The report is not UTF-8',
    severity: 'warning',
    meaning: 'Bytes that are no UTF-8 were replaced. They mostly come from SMTP replies quoted as they were.',
    remedy: 'Decode or escape foreign bytes before they go into the report.',
  },
  'tls-rpt/report-depth': {
    title: 'The report is nested too deep',
    severity: 'error',
    meaning: 'No honest report has so many levels. It was not read.',
    remedy: 'Follow the schema of RFC 8460.',
  },
  'tls-rpt/report-too-large': {
    title: 'The report is larger than we read',
    severity: 'error',
    meaning: 'It has more policies, failures or characters than the limits allow.',
    remedy: 'Split it by policy domain.',
  },
  'tls-rpt/report-duplicate-key': {
    title: 'A key stands twice',
    severity: 'warning',
    meaning: 'JSON readers disagree on which value counts; I-JSON forbids it.',
    remedy: 'Write each key once.',
  },
  'tls-rpt/report-wrapped': {
    title: 'The report is wrapped into something',
    severity: 'warning',
    meaning:
      'Around the report there is another object or a list. Most receivers look for it at the top only.',
    remedy: 'Put the report itself at the top.',
  },
  'tls-rpt/report-several': {
    title: 'Several reports in one text',
    severity: 'warning',
    meaning: 'A document is one report. Others read the first one at best.',
    remedy: 'Send each report by itself.',
  },
  'tls-rpt/report-key': {
    title: 'A key of the report is misspelt or unknown',
    severity: 'warning',
    meaning: 'The key is not one of the schema. Where its meaning is clear it was read all the same.',
    remedy: 'Use the names of RFC 8460 §4.4: lower case, hyphens.',
  },
  'tls-rpt/report-text': {
    title: 'A value should be text and is something else',
    severity: 'warning',
    meaning: 'A number, a list or null stands where the schema has a string.',
    remedy: 'Write a string, or leave the key out.',
  },
  'tls-rpt/report-text-character': {
    title: 'A text holds characters that no text has',
    severity: 'warning',
    meaning: 'NUL or half a surrogate pair; databases and other receivers refuse them.',
    remedy: 'Remove or escape them.',
  },
  'tls-rpt/report-text-length': {
    title: 'A text is too long',
    severity: 'warning',
    meaning: 'It was cut.',
    remedy: 'Keep to what helps the receiver.',
  },
  'tls-rpt/report-organization': {
    title: 'The organization is missing or odd',
    severity: 'warning',
    meaning: 'Receivers group reports by `organization-name`.',
    remedy: 'Put the name of your organization there, the same in every report.',
  },
  'tls-rpt/report-contact-info': {
    title: 'The contact is missing or odd',
    severity: 'warning',
    meaning: 'Without `contact-info` nobody can ask the sender.',
    remedy: 'Put a mail address there.',
  },
  'tls-rpt/report-id': {
    title: 'The report has no id',
    severity: 'warning',
    meaning: 'Receivers know copies by `report-id`.',
    remedy: 'Give every report an id that is never used again.',
  },
  'tls-rpt/report-date': {
    title: 'A date cannot be read, or is not in the form of RFC 3339',
    severity: 'warning',
    meaning: 'The range of the report is unknown or had to be guessed.',
    remedy: 'Write UTC times such as 2026-01-01T00:00:00Z.',
  },
  'tls-rpt/report-range': {
    title: 'The range of the report is odd',
    severity: 'warning',
    meaning: 'It ends before it begins, or is not about one day.',
    remedy: 'Report about a whole day in UTC.',
  },
  'tls-rpt/report-policies': {
    title: 'The report has no policies',
    severity: 'warning',
    meaning: 'There is nothing in it that could be counted.',
    remedy: 'Send a report only where there were sessions.',
  },
  'tls-rpt/report-policy': {
    title: 'The policy of an entry is missing or odd',
    severity: 'warning',
    meaning: 'Which policy the counts belong to is not told.',
    remedy: 'Write `policy` with its type and domain.',
  },
  'tls-rpt/report-policy-type': {
    title: 'The policy type is missing or unknown',
    severity: 'warning',
    meaning: 'The types are sts, tlsa and no-policy-found.',
    remedy: 'Use one of the three.',
  },
  'tls-rpt/report-policy-string': {
    title: 'The policy is quoted in another form',
    severity: 'advice',
    meaning: '`policy-string` is a list with one string for each line or record.',
    remedy: 'Write a list.',
  },
  'tls-rpt/report-policy-domain': {
    title: 'The policy domain is missing or no domain',
    severity: 'warning',
    meaning: 'Receivers with several domains cannot tell whom the report is about.',
    remedy: 'Write the domain in A-labels.',
  },
  'tls-rpt/report-mx-host': {
    title: 'The MX patterns are in another form',
    severity: 'advice',
    meaning: '`mx-host` is a list of patterns as the policy has them.',
    remedy: 'Write a list.',
  },
  'tls-rpt/report-count': {
    title: 'A count is missing or no number',
    severity: 'warning',
    meaning: 'Sessions that are not counted cannot be added up.',
    remedy: 'Write whole numbers, 0 included.',
  },
  'tls-rpt/report-failure-details': {
    title: 'The details of failures are missing or odd',
    severity: 'warning',
    meaning: 'There were failures, and what they were is not told.',
    remedy: 'Write a list of failure details.',
  },
  'tls-rpt/report-failure-sum': {
    title: 'The failures do not add up',
    severity: 'advice',
    meaning:
      'The sum over the details differs from the total. The standard does not ask for equality; it still makes one wonder.',
    remedy: 'Count each failed session once.',
  },
  'tls-rpt/report-result-type': {
    title: 'The result type is missing or unknown',
    severity: 'warning',
    meaning: 'What failed cannot be told from it.',
    remedy: 'Use the names of RFC 8460 §4.3.',
  },
  'tls-rpt/report-ip-address': {
    title: 'An IP address cannot be read',
    severity: 'warning',
    meaning: 'Where the session came from or went to is lost.',
    remedy: 'Write plain addresses, without brackets, port or `IPv6:`.',
  },
  'tls-rpt/report-mx-hostname': {
    title: 'The name of the MX host is odd',
    severity: 'advice',
    meaning: 'Which host failed had to be guessed.',
    remedy: 'Write the name from the MX record.',
  },
  'tls-rpt/report-mx-helo': {
    title: 'The greeting of the MX host is odd',
    severity: 'advice',
    meaning: 'The value is no text of the usual form.',
    remedy: 'Write the name the server greeted with, or nothing.',
  },
  'tls-rpt/report-additional-information': {
    title: 'The additional information is odd',
    severity: 'advice',
    meaning: 'The value is no text of the usual form.',
    remedy: 'Write a URI or a sentence.',
  },
  'tls-rpt/report-notes': {
    title: 'More deviations than are listed',
    severity: 'advice',
    meaning: 'The rest was left out.',
    remedy: 'Mend the ones that are listed; they have mostly one cause.',
  },
  'tls-rpt/report-file-name': {
    title: 'The file name is not in the form of the standard',
    severity: 'advice',
    meaning: 'Receivers use `sender!domain!begin!end!id.json.gz` to sort reports.',
    remedy: 'Name the attachment so.',
  },
  'tls-rpt/report-subject': {
    title: 'The subject is not in the form of the standard',
    severity: 'advice',
    meaning: 'Receivers look for `Report Domain: … Submitter: … Report-ID: …`.',
    remedy: 'Write it so.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>

/** Pages of why a document was refused before a report was found in it. */
export const intakePages = {
  'report/empty': {
    title: 'There is nothing in the document',
    severity: 'error',
    meaning: 'It has no bytes, or white space only.',
    remedy: 'Look at how the file was written.',
  },
  'report/document-too-large': {
    title: 'The document is larger than we read',
    severity: 'error',
    meaning: 'It is above the limit for one document and was not opened.',
    remedy: 'Raise `limits` in the configuration if such documents are honest.',
  },
  'report/unpacked-too-large': {
    title: 'The document unpacks to more than we read',
    severity: 'error',
    meaning: 'Unpacking was stopped at the limit.',
    remedy: 'Look at who sends it; a compression bomb looks like this.',
  },
  'report/ratio': {
    title: 'The document is packed suspiciously well',
    severity: 'error',
    meaning: 'Unpacking was stopped: no report shrinks that much.',
    remedy: 'Look at who sends it; a compression bomb looks like this.',
  },
  'report/members': {
    title: 'The document has too many parts',
    severity: 'error',
    meaning: 'Reading stopped at the limit for parts of a mail or archive.',
    remedy: 'Split it.',
  },
  'report/nesting': {
    title: 'Archives or mails lie too deep in each other',
    severity: 'error',
    meaning: 'Reading stopped at the limit.',
    remedy: 'Unpack it by hand.',
  },
  'report/gzip': {
    title: 'The gzip data is broken',
    severity: 'error',
    meaning: 'It ends early, or its check sum is wrong.',
    remedy: 'Get the document again.',
  },
  'report/zip': {
    title: 'The zip archive is broken',
    severity: 'error',
    meaning: 'Its directory or a member cannot be read.',
    remedy: 'Get the document again.',
  },
  'report/mail': {
    title: 'The mail cannot be taken apart',
    severity: 'error',
    meaning: 'Its parts cannot be found.',
    remedy: 'Get the mail as it came, with all its headers.',
  },
  'report/unreadable': {
    title: 'The file cannot be read',
    severity: 'unknown',
    meaning: 'The system does not let us read it, or it vanished.',
    remedy: 'Look at its permissions.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
