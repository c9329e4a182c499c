-- Which status may follow which, as the program's own table has it (regbatch_desktop/domain/steps.py; a test compares them).
-- A refused change is refused for everybody, whoever the row's policies let in.

create table private.job_transitions (old_status text, new_status text, primary key (old_status, new_status));
insert into private.job_transitions values
  ('action_required', 'cancelled'), ('action_required', 'completed'), ('action_required', 'failed'),
  ('action_required', 'in_progress'), ('action_required', 'pending'), ('completed', 'action_required'),
  ('completed', 'failed'), ('completed', 'in_progress'), ('completed', 'pending'), ('failed', 'action_required'),
  ('failed', 'cancelled'), ('failed', 'completed'), ('failed', 'in_progress'), ('failed', 'pending'),
  ('in_progress', 'action_required'), ('in_progress', 'cancelled'), ('in_progress', 'completed'),
  ('in_progress', 'failed'), ('in_progress', 'pending'), ('pending', 'action_required'), ('pending', 'cancelled'),
  ('pending', 'completed'), ('pending', 'failed'), ('pending', 'in_progress');

-- For a step also "back to pending, then on", which the program commits at once.
create table private.step_transitions (old_status text, new_status text, primary key (old_status, new_status));
insert into private.step_transitions values
  ('action_required', 'completed'), ('action_required', 'in_progress'), ('action_required', 'pending'),
  ('action_required', 'skipped'), ('completed', 'action_required'), ('completed', 'in_progress'),
  ('completed', 'pending'), ('completed', 'skipped'), ('failed', 'action_required'), ('failed', 'completed'),
  ('failed', 'in_progress'), ('failed', 'pending'), ('failed', 'skipped'), ('in_progress', 'action_required'),
  ('in_progress', 'completed'), ('in_progress', 'failed'), ('in_progress', 'pending'), ('in_progress', 'retrying'),
  ('in_progress', 'skipped'), ('pending', 'action_required'), ('pending', 'completed'), ('pending', 'in_progress'),
  ('pending', 'skipped'), ('retrying', 'action_required'), ('retrying', 'completed'), ('retrying', 'failed'),
  ('retrying', 'in_progress'), ('retrying', 'pending'), ('retrying', 'skipped'), ('skipped', 'action_required'),
  ('skipped', 'completed'), ('skipped', 'in_progress'), ('skipped', 'pending');

create function private.check_job_status() returns trigger language plpgsql set search_path = '' as $$
begin
  if not exists (select from private.job_transitions t where t.old_status = old.status and t.new_status = new.status) then
    raise exception 'INVALID_STATUS' using errcode = '23514',
      detail = pg_catalog.format('a job that is %s cannot become %s', old.status, new.status);
  end if;
  return new;
end $$;
create trigger check_status before update of status on public.registration_jobs
  for each row when (old.status is distinct from new.status) execute function private.check_job_status();

create function private.check_step_status() returns trigger language plpgsql set search_path = '' as $$
begin
  if not exists (select from private.step_transitions t where t.old_status = old.status and t.new_status = new.status) then
    raise exception 'INVALID_STATUS' using errcode = '23514',
      detail = pg_catalog.format('a step that is %s cannot become %s', old.status, new.status);
  end if;
  return new;
end $$;
create trigger check_status before update of status on public.registration_job_steps
  for each row when (old.status is distinct from new.status) execute function private.check_step_status();

-- A cancelled batch stays cancelled.
create function private.check_batch_status() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.cancelled_at is not null and new.cancelled_at is distinct from old.cancelled_at then
    raise exception 'INVALID_STATUS' using errcode = '23514', detail = 'a cancelled batch stays cancelled';
  end if;
  return new;
end $$;
create trigger check_status before update of cancelled_at on public.registration_batch_jobs
  for each row execute function private.check_batch_status();

-- What an effect was seen to do is never unseen.
create function private.check_effect_state() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.state = 'succeeded' and new.state <> 'succeeded' then
    raise exception 'INVALID_STATUS' using errcode = '23514', detail = 'an effect that succeeded stays so';
  end if;
  return new;
end $$;
create trigger check_state before update on public.effects for each row execute function private.check_effect_state();
