import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useGetSizesQuery } from '../../api/catalog';
import { problemOf } from '../../api/problem';
import { useChangeServerMutation, usePlanActionMutation } from '../../api/servers';
import type { PlanPreview, Resource } from '../../api/types';
import { newIdempotencyKey } from '../../parts/idempotency-key';
import { Page } from '../../parts/Page';
import { crumbsOf, pageHref } from '../kind';
import { ResourceGate } from '../ResourceGate';
import { useHandover } from '../use-handover';
import { useReadResource } from '../use-resource';
import { besideOthers, type FormDescription, type Secrets } from './description';
import type { Meeting } from './differences';
import { EditActions } from './FormActions';
import type { SpecFormat } from './format';
import { MeetingAlert } from './MeetingAlert';
import { PlanFault } from './PlanFault';
import { PlanReview } from './PlanReview';
import { SpecForm } from './SpecForm';
import { useSpecEditor } from './use-spec-editor';

interface Props<Form extends object> {
  description: FormDescription<Form>;
}

export function UpdatePage<Form extends object>({ description }: Props<Form>) {
  return (
    <ResourceGate names={description.names} action="update">
      {(resource) => <Update key={resource.id} description={description} resource={resource} />}
    </ResourceGate>
  );
}

/** What the form began from: the difference to it is what is asked for. */
interface Base<Form extends object> {
  readonly form: Form;
  readonly generation: number;
}

function baseOf<Form extends object>({ spec, generation }: Resource, { read }: SpecFormat<Form>): Base<Form> {
  const { form, faults } = read(spec);
  // The server stores what its own parser gave; a form that cannot hold it is a defect of this console.
  if (form === null)
    throw new Error(`the stored spec cannot be shown: ${faults.map(({ path }) => path).join(', ')}`);
  return { form, generation };
}

interface Review {
  readonly plan: PlanPreview;
  readonly patch: object;
  readonly key: string;
}

/** A resource that exists has its secrets already; what is added to it may bring its own. */
const noSecrets: Secrets = {};

function Update<Form extends object>({ description, resource }: Props<Form> & { resource: Resource }) {
  const { names, format, updateHint, sumOf, patchOf, rebase, withSecrets = besideOthers } = description;
  const { id } = resource;
  const navigate = useNavigate();
  const handOver = useHandover();
  // The page keeps what it began from, whatever the list in the background learns meanwhile.
  const [base, setBase] = useState(() => baseOf(resource, format));
  const editor = useSpecEditor(base.form, format, { listed: true });
  const [secrets, setSecrets] = useState(noSecrets);
  const [review, setReview] = useState<Review | null>(null);
  const [meeting, setMeeting] = useState<(Meeting<Form> & Base<Form>) | null>(null);
  const { data: sizes = [] } = useGetSizesQuery();
  const [plan, planning] = usePlanActionMutation();
  const [change, changing] = useChangeServerMutation();
  const { read } = useReadResource(names);

  /** Somebody changed the resource since this page began: show what, and keep what was typed here. */
  const meet = async () => {
    const theirs = baseOf(await read(id), format);
    setReview(null);
    setMeeting({ ...rebase(base.form, editor.form, theirs.form), ...theirs });
    window.scrollTo({ top: 0 });
  };
  const ask = async () => {
    // Nothing changed in the spec may still mean something to do: failed nodes are repaired by an update.
    const patch = withSecrets(patchOf(base.form, editor.form) ?? {}, secrets);
    editor.showFaults([]);
    try {
      const answer = await plan({ id, action: 'update', body: patch }).unwrap();
      if (answer.generation !== base.generation) return await meet();
      setReview({ plan: answer, patch, key: newIdempotencyKey() });
      window.scrollTo({ top: 0 });
    } catch (error) {
      editor.showFaults(problemOf(error).errors);
    }
  };
  const submit = async ({ patch, key }: Review, confirmed?: string) => {
    try {
      const { generation } = base;
      const confirmation = confirmed === undefined ? {} : { confirmed };
      handOver(
        await change({ id, action: 'update', body: patch, generation, key, ...confirmation }).unwrap(),
      );
    } catch (error) {
      if (problemOf(error).code === 'precondition-failed') await meet();
    }
  };
  const settle = (form: Form, next: Base<Form>) => {
    setBase({ form: next.form, generation: next.generation });
    editor.replace(form);
    setMeeting(null);
    changing.reset();
  };

  const crumbs = crumbsOf(names, resource);
  if (review !== null)
    return (
      <PlanReview
        title={`Review the update of ${resource.name}`}
        crumbs={crumbs}
        plan={review.plan}
        submitLabel={`Update ${names.noun.one}`}
        change={changing}
        onSubmit={(confirmed) => void submit(review, confirmed)}
        onBack={() => setReview(null)}
      />
    );
  return (
    <Page title={`Update ${resource.name}`} crumbs={crumbs} description={updateHint}>
      <SpaceBetween size="l">
        {meeting !== null && (
          <MeetingAlert
            noun={names.noun.one}
            meeting={meeting}
            onKeep={() => settle(meeting.merged, meeting)}
            onDiscard={() => settle(meeting.form, meeting)}
          />
        )}
        <PlanFault error={planning.error} editor={editor} />
        <SpecForm
          description={description}
          editor={editor}
          stored={base.form}
          secrets={secrets}
          onSecrets={setSecrets}
        />
        <EditActions
          sum={sumOf(editor.form, sizes)}
          planning={planning.isLoading}
          disabledReason={
            editor.broken
              ? 'The YAML has faults'
              : meeting !== null
                ? 'First decide about the change that was made meanwhile'
                : undefined
          }
          onPlan={() => void ask()}
          onCancel={() => void navigate(pageHref(names, id))}
        />
      </SpaceBetween>
    </Page>
  );
}
