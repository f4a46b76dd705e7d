import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { problemOf } from '../../../api/problem';
import { useChangeServerMutation, useLazyGetRedisQuery, usePlanActionMutation } from '../../../api/servers';
import type { PlanPreview, RedisServerDetail } from '../../../api/types';
import { newIdempotencyKey } from '../../../parts/idempotency-key';
import { Page } from '../../../parts/Page';
import { EditActions } from '../form/Actions';
import { PlanFault } from '../form/PlanFault';
import { PlanReview } from '../form/PlanReview';
import { SpecForm } from '../form/SpecForm';
import { useSpecEditor } from '../form/use-spec-editor';
import { patchOf, rebase, type Meeting } from '../model/changes';
import type { RedisForm } from '../model/form';
import { formOfSpec } from '../model/spec';
import { ServerGate } from '../ServerGate';
import { useHandover } from '../use-handover';
import { MeetingAlert } from './MeetingAlert';

export function UpdatePage() {
  return <ServerGate action="update">{(server) => <Update key={server.id} server={server} />}</ServerGate>;
}

/** What the form began from: the difference to it is what is asked for. */
interface Base {
  readonly form: RedisForm;
  readonly generation: number;
}

function baseOf(server: RedisServerDetail): Base {
  const read = formOfSpec(server.spec);
  // The server stores what its own parser gave; a form that cannot hold it is a defect of this console.
  if (read.form === null)
    throw new Error(`the stored spec cannot be shown: ${read.faults.map(({ path }) => path).join(', ')}`);
  return { form: read.form, generation: server.generation };
}

interface Review {
  readonly plan: PlanPreview;
  readonly patch: object;
  readonly key: string;
}

function Update({ server }: { server: RedisServerDetail }) {
  const navigate = useNavigate();
  const handOver = useHandover();
  // The page keeps what it began from, whatever the list in the background learns meanwhile.
  const [base, setBase] = useState(() => baseOf(server));
  const editor = useSpecEditor(base.form, true);
  const [review, setReview] = useState<Review | null>(null);
  const [meeting, setMeeting] = useState<(Meeting & Base) | null>(null);
  const [plan, planning] = usePlanActionMutation();
  const [change, changing] = useChangeServerMutation();
  const [readAgain] = useLazyGetRedisQuery();

  /** Somebody changed the cluster since this page began: show what, and keep what was typed here. */
  const meet = async () => {
    const theirs = baseOf(await readAgain({ id: server.id }).unwrap());
    setReview(null);
    setMeeting({
      ...rebase(base.form, editor.form, theirs.form),
      form: theirs.form,
      generation: theirs.generation,
    });
    window.scrollTo({ top: 0 });
  };
  const ask = async () => {
    // Nothing changed in the spec may still mean something to do: failed nodes are repaired by an update.
    const patch = patchOf(base.form, editor.form) ?? {};
    editor.showFaults([]);
    try {
      const answer = await plan({ id: server.id, action: 'update', body: patch }).unwrap();
      if (answer.generation !== base.generation) return await meet();
      setReview({ plan: answer, patch, key: newIdempotencyKey() });
      window.scrollTo({ top: 0 });
    } catch (error) {
      editor.showFaults(problemOf(error).errors);
    }
  };
  const submit = async ({ patch, key }: Review) => {
    try {
      const { generation } = base;
      handOver(await change({ id: server.id, action: 'update', body: patch, generation, key }).unwrap());
    } catch (error) {
      if (problemOf(error).code === 'precondition-failed') await meet();
    }
  };
  const settle = (form: RedisForm, next: Base) => {
    setBase({ form: next.form, generation: next.generation });
    editor.replace(form);
    setMeeting(null);
    changing.reset();
  };

  const crumbs = [
    { text: 'Redis clusters', href: '/servers' },
    { text: server.name, href: `/servers/${server.id}` },
  ];
  if (review !== null)
    return (
      <PlanReview
        title={`Review the update of ${server.name}`}
        crumbs={crumbs}
        plan={review.plan}
        submitLabel="Update cluster"
        change={changing}
        onSubmit={() => void submit(review)}
        onBack={() => setReview(null)}
      />
    );
  return (
    <Page
      title={`Update ${server.name}`}
      crumbs={crumbs}
      description="Change nodes, networks and policies. Without a change, an update repairs nodes that failed."
    >
      <SpaceBetween size="l">
        {meeting !== null && (
          <MeetingAlert
            meeting={meeting}
            onKeep={() => settle(meeting.merged, meeting)}
            onDiscard={() => settle(meeting.form, meeting)}
          />
        )}
        <PlanFault error={planning.error} editor={editor} />
        <SpecForm editor={editor} exists password={null} onPassword={() => undefined} />
        <EditActions
          form={editor.form}
          planning={planning.isLoading}
          disabledReason={
            editor.broken
              ? 'The YAML has faults'
              : meeting !== null
                ? 'First decide about the change that was made meanwhile'
                : undefined
          }
          onPlan={() => void ask()}
          onCancel={() => void navigate(`/servers/${server.id}`)}
        />
      </SpaceBetween>
    </Page>
  );
}
