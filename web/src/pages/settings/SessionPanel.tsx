import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { permissionsInWords } from '../../parts/format';
import { Time } from '../../parts/Time';
import { useAppSelector } from '../../state/store';

export function SessionPanel() {
  const session = useAppSelector((state) => state.session.session);
  if (!session) return null;
  return (
    <Container header={<Header variant="h2">Session</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Organization', value: session.organization.name },
          { label: 'Token', value: session.name },
          { label: 'Permissions', value: permissionsInWords(session.permissions) },
          { label: 'Ends', value: <Time at={session.expiresAt} /> },
        ]}
      />
    </Container>
  );
}
