import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useReadCredentialsMutation } from '../../api/servers';
import type { Credentials } from '../../api/types';
import { Copy } from '../../parts/Copy';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { usePermission } from '../../state/usePermission';
import './secret.css';

/** One thing that a client signs in with. */
export interface SecretField {
  readonly label: string;
  /** As in "Copy the password". */
  readonly what: string;
  readonly text: string;
  /** Shown from the beginning: a user name, say. */
  readonly isOpen?: boolean;
  /** The name of the file that it is, where it is one: it is saved, not read. */
  readonly saveAs?: string;
}

interface Props {
  id: string;
  /** What there is to fetch. */
  description: string;
  /** In the words of the kind; its authority's certificate is shown for any. */
  fieldsOf: (credentials: Credentials) => readonly SecretField[];
}

/** Secrets, fetched only when somebody asks, masked until they ask again, and forgotten with the page. */
export function CredentialsPanel({ id, description, fieldsOf }: Props) {
  const { may } = usePermission();
  const [read, reading] = useReadCredentialsMutation();
  const [shown, setShown] = useState(false);
  const secrets = reading.data;
  const allowed = may('servers:credentials');
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Fetched only when you ask; each reading is logged."
          actions={
            secrets === undefined ? (
              <Button
                loading={reading.isLoading}
                loadingText="Fetching"
                disabled={!allowed}
                disabledReason={allowed ? undefined : 'Needs the permission servers:credentials'}
                onClick={() => void read(id)}
              >
                Fetch credentials
              </Button>
            ) : (
              <SpaceBetween size="xs" direction="horizontal">
                <Button onClick={() => setShown(!shown)}>{shown ? 'Hide secrets' : 'Show secrets'}</Button>
                <Button
                  onClick={() => {
                    setShown(false);
                    reading.reset();
                  }}
                >
                  Forget
                </Button>
              </SpaceBetween>
            )
          }
        >
          Credentials
        </Header>
      }
    >
      <ProblemAlert error={reading.error} />
      {secrets === undefined ? (
        <Box color="text-body-secondary">{description}</Box>
      ) : (
        <KeyValuePairs
          columns={2}
          minColumnWidth={250}
          items={[
            ...fieldsOf(secrets).map(({ label, what, text, isOpen = false, saveAs }) => ({
              label,
              value:
                saveAs === undefined ? (
                  <Copyable what={what} text={text} shown={isOpen || shown} />
                ) : (
                  <TextFile name={saveAs} what={what} text={text} />
                ),
            })),
            ...(secrets.caCertificate == null
              ? []
              : [
                  {
                    label: 'Authority’s certificate',
                    value: (
                      <TextFile name="ca.crt" what="authority’s certificate" text={secrets.caCertificate} />
                    ),
                  },
                ]),
          ]}
        />
      )}
    </Container>
  );
}

function Copyable({ what, text, shown }: { what: string; text: string; shown: boolean }) {
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <code className="secret">{shown ? text : '••••••••••••'}</code>
      <Copy variant="icon" text={text} label={`Copy the ${what}`} />
    </SpaceBetween>
  );
}

function TextFile({ name, what, text }: { name: string; what: string; text: string }) {
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <Button iconName="download" onClick={() => save(name, text)}>
        Save as {name}
      </Button>
      <Copy variant="icon" text={text} label={`Copy the ${what}`} />
    </SpaceBetween>
  );
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
