import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { problemOf } from '../api/problem';
import { useChangeServerMutation, usePlanActionMutation } from '../api/servers';
import type { DeployAnswer, PlanPreview, Server } from '../api/types';
import { newIdempotencyKey } from './idempotency-key';
import { Loading } from './Loading';
import { PlanView } from './PlanView';
import { ProblemAlert } from './ProblemAlert';
import { TypedName } from './TypedName';

interface Props {
  server: Pick<Server, 'id' | 'name'>;
  /** As in `PATCH /servers/{id}/{action}`; `delete` deletes. */
  action: string;
  title: string;
  /** The button that carries it out. */
  verb: string;
  /** What the action is given. Null while its arguments are not complete: then there is no plan yet. */
  body: object | null;
  /** Inputs for the arguments, given the paths and messages of those that the server refused. */
  inputs?: (faults: ReadonlyMap<string, string>) => ReactNode;
  onDone: (answer: DeployAnswer) => void;
  onDismiss: () => void;
}

const settledMs = 500;

/** A plan, and the arguments that it is of. */
interface Planned {
  readonly wanted: string;
  readonly plan: PlanPreview;
}

/** An action on one resource: its arguments, its plan, and the decision. */
export function ActionDialog({ server, action, title, verb, body, inputs, onDone, onDismiss }: Props) {
  const [plan, planning] = usePlanActionMutation();
  const [change, changing] = useChangeServerMutation();
  const [name, setName] = useState('');
  const [key, setKey] = useState(newIdempotencyKey);
  const [attempt, setAttempt] = useState(0);
  const [planned, setPlanned] = useState<Planned | null>(null);
  const first = useRef(true);
  // The same arguments are the same plan, whatever object they come in.
  const wanted = body === null ? null : JSON.stringify(body);
  useEffect(() => {
    if (wanted === null) return;
    setKey(newIdempotencyKey());
    setPlanned(null);
    let asked: { abort: () => void } | undefined;
    const ask = () => {
      const request = plan({ id: server.id, action, body: JSON.parse(wanted) as object });
      asked = request;
      // What failed is shown by the mutation itself.
      request.unwrap().then(
        (answer) => setPlanned({ wanted, plan: answer }),
        () => undefined,
      );
    };
    // Whoever is typing is let finish: a password half typed need not leave this page.
    const timer = setTimeout(ask, first.current ? 0 : settledMs);
    first.current = false;
    return () => {
      clearTimeout(timer);
      asked?.abort();
    };
  }, [plan, server.id, action, wanted, attempt]);

  // Accepted is only what was shown, so a plan of earlier arguments counts no more.
  const shown = planned?.wanted === wanted ? planned.plan : undefined;
  const dangerous = shown !== undefined && shown.dangers.length > 0;
  const submit = async () => {
    if (body === null || shown?.generation == null) return;
    try {
      const { generation } = shown;
      const confirmation = dangerous ? { confirmed: server.name } : {};
      onDone(await change({ id: server.id, action, body, generation, key, ...confirmation }).unwrap());
    } catch (error) {
      // Somebody changed it since: the plan is made anew for what is there now, and has to be accepted again.
      if (problemOf(error).code === 'precondition-failed') setAttempt((before) => before + 1);
    }
  };
  const missing =
    shown?.empty === true
      ? 'There is nothing to do'
      : dangerous && name !== server.name
        ? 'Type the name first'
        : undefined;
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
              disabled={shown === undefined || missing !== undefined}
              disabledReason={missing}
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
        {shown === undefined && wanted !== null && planning.error === undefined && (
          <Loading what="the plan" />
        )}
        {shown !== undefined && <PlanView plan={shown} />}
        {dangerous && <TypedName name={server.name} typed={name} onType={setName} />}
      </SpaceBetween>
    </Modal>
  );
}
