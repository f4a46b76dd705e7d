import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useReadCredentialsMutation } from '../../../api/servers';
import type { RedisServer } from '../../../api/types';
import { usePermission } from '../../../app/usePermission';
import { ProblemAlert } from '../../../parts/ProblemAlert';

/** Secrets, fetched only when somebody asks, masked until they ask again, and forgotten with the page. */
export function CredentialsPanel({ server, tls }: { server: RedisServer; tls: boolean }) {
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
                onClick={() => void read(server.id)}
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
        <Box color="text-body-secondary">
          {tls
            ? 'User name, password, and the certificate of the cluster’s authority.'
            : 'User name and password.'}
        </Box>
      ) : (
        <KeyValuePairs
          columns={2}
          minColumnWidth={250}
          items={[
            { label: 'User', value: <Copyable what="user name" text={secrets.username ?? ''} shown /> },
            {
              label: 'Password',
              value: <Copyable what="password" text={secrets.password ?? ''} shown={shown} />,
            },
            ...(secrets.sentinelPassword == null
              ? []
              : [
                  {
                    label: 'Password of the sentinels',
                    value: (
                      <Copyable
                        what="password of the sentinels"
                        text={secrets.sentinelPassword}
                        shown={shown}
                      />
                    ),
                  },
                ]),
            ...(secrets.caCertificate == null
              ? []
              : [
                  {
                    label: 'Authority’s certificate',
                    value: <Certificate pem={secrets.caCertificate} />,
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
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel={`Copy the ${what}`}
        copySuccessText="Copied"
        copyErrorText="The browser does not allow copying"
      />
    </SpaceBetween>
  );
}

function Certificate({ pem }: { pem: string }) {
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <Button iconName="download" onClick={() => save('ca.crt', pem)}>
        Save as ca.crt
      </Button>
      <CopyToClipboard
        variant="icon"
        textToCopy={pem}
        copyButtonAriaLabel="Copy the authority’s certificate"
        copySuccessText="Copied"
        copyErrorText="The browser does not allow copying"
      />
    </SpaceBetween>
  );
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
