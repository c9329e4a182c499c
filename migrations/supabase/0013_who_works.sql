-- Who works on which restaurant, and how many processes use the team's services at the same time.

-- Leases of a batch's open jobs with whose they are. Members hear of members of the same organisation only.
create function private.job_holders(p_organisation uuid, p_batch uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_member(p_organisation);
  return (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('job_id', j.id, 'instance_id', l.instance_id,
             'person', coalesce(u.email, ''), 'until', l.expires_at, 'works', l.expires_at > pg_catalog.clock_timestamp())), '[]')
            from public.registration_jobs j
            join public.run_leases l on l.organisation_id = p_organisation and l.resource_id = j.id::text
            left join auth.users u on u.id = l.user_id
           where j.organisation_id = p_organisation and j.batch_job_id = p_batch and j.deleted_at is null
             and j.status in ('pending', 'in_progress'));
end $$;
create function public.job_holders(p_organisation uuid, p_batch uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$ select private.job_holders(p_organisation, p_batch) $$;

create function public.working_instances(p_organisation uuid) returns int
language sql stable security invoker set search_path = '' as $$
  select count(distinct l.instance_id)::int from public.run_leases l
   where l.organisation_id = p_organisation and l.expires_at > pg_catalog.clock_timestamp()
$$;

-- Why a row that somebody has the id of cannot be seen: it is another organisation's. Nothing of the row is told.
create function private.belongs_elsewhere(p_organisation uuid, p_id uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_member(p_organisation);
  return exists (select from public.registration_batch_jobs b where b.id = p_id and b.organisation_id <> p_organisation)
      or exists (select from public.registration_jobs j where j.id = p_id and j.organisation_id <> p_organisation)
      or exists (select from public.restaurants r where r.id = p_id and r.organisation_id <> p_organisation);
end $$;
create function public.belongs_elsewhere(p_organisation uuid, p_id uuid) returns boolean
language sql stable security invoker set search_path = '' as $$ select private.belongs_elsewhere(p_organisation, p_id) $$;

revoke execute on function private.job_holders(uuid, uuid), private.belongs_elsewhere(uuid, uuid) from public, anon;
grant execute on function private.job_holders(uuid, uuid), private.belongs_elsewhere(uuid, uuid) to authenticated;
revoke execute on function public.job_holders(uuid, uuid), public.working_instances(uuid), public.belongs_elsewhere(uuid, uuid)
  from public, anon;
grant execute on function public.job_holders(uuid, uuid), public.working_instances(uuid), public.belongs_elsewhere(uuid, uuid)
  to authenticated;

alter table public.sync_meta alter column schema_version set default 3;
update public.sync_meta set schema_version = 3;
