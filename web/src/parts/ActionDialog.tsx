import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState, type ReactNode } from 'react';
import { problemOf } from '../api/problem';
import { useChangeServerMutation, usePlanActionMutation } from '../api/servers';
import type { DeployAnswer, Server } from '../api/types';
import { newIdempotencyKey } from './idempotency-key';
import { Loading } from './Loading';
import { PlanView } from './PlanView';
import { ProblemAlert } from './ProblemAlert';

interface Props {
  server: Pick<Server, 'id' | 'name'>;
  /** As in `PATCH /servers/{id}/{action}`; `delete` deletes. */
  action: string;
  title: string;
  /** The button that carries it out. */
  verb: string;
  /** What the action is given. Null while its arguments are not complete: then there is no plan yet. */
  body: object | null;
  /** Destroys what cannot be had back: the name has to be typed. */
  typed?: boolean;
  /** Inputs for the arguments, given the paths and messages of those that the server refused. */
  inputs?: (faults: ReadonlyMap<string, string>) => ReactNode;
  onDone: (answer: DeployAnswer) => void;
  onDismiss: () => void;
}

/** An action on one resource: its arguments, its plan, and the decision. */
export function ActionDialog({
  server,
  action,
  title,
  verb,
  body,
  typed = false,
  inputs,
  onDone,
  onDismiss,
}: Props) {
  const [plan, planning] = usePlanActionMutation();
  const [change, changing] = useChangeServerMutation();
  const [name, setName] = useState('');
  const [key, setKey] = useState(newIdempotencyKey);
  const [attempt, setAttempt] = useState(0);
  // The same arguments are the same plan, whatever object they come in.
  const wanted = body === null ? null : JSON.stringify(body);
  useEffect(() => {
    if (wanted === null) return;
    setKey(newIdempotencyKey());
    const asked = plan({ id: server.id, action, body: JSON.parse(wanted) as object });
    return () => asked.abort();
  }, [plan, server.id, action, wanted, attempt]);

  const shown = wanted === null ? undefined : planning.data;
  const submit = async () => {
    if (body === null || shown?.generation == null) return;
    try {
      onDone(await change({ id: server.id, action, body, generation: shown.generation, key }).unwrap());
    } catch (error) {
      // Somebody changed it since: the plan is made anew for what is there now, and has to be accepted again.
      if (problemOf(error).code === 'precondition-failed') setAttempt((before) => before + 1);
    }
  };
  const confirmed = !typed || name === server.name;
  const faults = new Map(
    (planning.error === undefined ? [] : problemOf(planning.error).errors).map(({ path, message }) => [
      path,
      message,
    ]),
  );
  return (
    <Modal
      visible
      size="large"
      header={title}
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={shown === undefined || shown.empty || planning.isLoading || !confirmed}
              loading={changing.isLoading}
              loadingText="Handing over the plan"
              onClick={() => void submit()}
            >
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        {inputs?.(faults)}
        {changing.error !== undefined && <ProblemAlert error={changing.error} />}
        {planning.error !== undefined && (
          <ProblemAlert
            error={planning.error}
            shownElsewhere={(path) => inputs !== undefined && faults.has(path)}
            onRetry={() => setAttempt((before) => before + 1)}
          />
        )}
        {planning.isLoading && <Loading what="the plan" />}
        {shown !== undefined && !planning.isLoading && <PlanView plan={shown} />}
        {typed && (
          <FormField
            label={
              <>
                To confirm, type <code>{server.name}</code>
              </>
            }
          >
            <Input
              value={name}
              ariaLabel={`To confirm, type ${server.name}`}
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => setName(detail.value)}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
}
