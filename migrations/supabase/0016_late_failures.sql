-- A call that a person was asked about turns out to have failed, by a late answer or the person's word: when it is one that the rest
-- cannot do without, the step that asked has failed (regbatch_desktop/domain/steps.py; a test compares them).

insert into private.step_transitions values ('action_required', 'failed');

alter table public.sync_meta alter column schema_version set default 6;
update public.sync_meta set schema_version = 6;
