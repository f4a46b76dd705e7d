import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { Navigate, useLocation } from 'react-router';
import { useSignInMutation } from '../api/session';
import { useAppearance } from '../parts/appearance';
import { ProblemAlert } from '../parts/ProblemAlert';
import { useAppSelector } from '../state/store';
import { nextPage } from './next-page';

export function SignInPage() {
  const [token, setToken] = useState('');
  const [missing, setMissing] = useState(false);
  const [signIn, { error, isLoading }] = useSignInMutation();
  const { phase, expired } = useAppSelector((state) => state.session);
  const { search } = useLocation();
  useAppearance();
  useEffect(() => {
    document.title = 'Sign in · Ashlar';
  }, []);

  if (phase === 'signed-in') return <Navigate to={nextPage(search, window.location.origin)} replace />;

  function submit() {
    setMissing(token.trim() === '');
    if (token.trim() !== '') void signIn(token.trim());
  }
  return (
    <main className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Form
          actions={
            <Button variant="primary" loading={isLoading} loadingText="Signing in">
              Sign in
            </Button>
          }
          header={
            <Header variant="h1" description="The control plane for your infrastructure">
              Ashlar
            </Header>
          }
          errorText={null}
        >
          <Container header={<Header variant="h2">Sign in</Header>}>
            <SpaceBetween size="m">
              {expired && !error && (
                <Alert type="info" i18nStrings={{ infoIconAriaLabel: 'Information' }}>
                  Your session has ended. Sign in again and you are back where you were.
                </Alert>
              )}
              <ProblemAlert error={error} />
              <FormField
                label="Token"
                description="Of your organization. It is exchanged for a session and not kept in this browser."
                errorText={missing && 'Paste a token.'}
                constraintText={
                  <>
                    The server wrote the administrator’s to the file <code>admin-token</code> in its data
                    directory.
                  </>
                }
              >
                <Input
                  type="password"
                  value={token}
                  onChange={({ detail }) => setToken(detail.value)}
                  autoComplete={false}
                  autoFocus
                  invalid={missing}
                />
              </FormField>
              <Box variant="small" color="text-body-secondary">
                A session lasts some hours, and ends when you sign out or the token is revoked.
              </Box>
            </SpaceBetween>
          </Container>
        </Form>
      </form>
    </main>
  );
}
