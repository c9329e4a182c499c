-- Leases: one holder per resource, the database's clock, a token that rises with each holder.

create function private.acquire_lease(p_organisation uuid, p_resource text, p_instance text, p_ttl_s double precision)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare v_lease public.run_leases;
begin
  perform private.require_member(p_organisation);
  insert into public.run_leases as l (organisation_id, resource_id, instance_id, token, expires_at, user_id)
  values (p_organisation, p_resource, p_instance, 1, pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => p_ttl_s), auth.uid())
  on conflict (organisation_id, resource_id) do update set
    token = case when l.instance_id = p_instance and l.expires_at > pg_catalog.clock_timestamp() then l.token else l.token + 1 end,
    instance_id = p_instance,
    user_id = auth.uid(),
    expires_at = excluded.expires_at
  where l.expires_at <= pg_catalog.clock_timestamp() or l.instance_id = p_instance
  returning * into v_lease;
  if not found then
    return null;
  end if;
  return pg_catalog.jsonb_build_object('token', v_lease.token, 'expires_at', v_lease.expires_at);
end $$;

create function private.renew_lease(p_organisation uuid, p_resource text, p_instance text, p_token bigint, p_ttl_s double precision)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare v_lease public.run_leases;
begin
  perform private.require_member(p_organisation);
  update public.run_leases l set expires_at = pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => p_ttl_s)
   where l.organisation_id = p_organisation and l.resource_id = p_resource and l.instance_id = p_instance
     and l.token = p_token and l.expires_at > pg_catalog.clock_timestamp()
  returning * into v_lease;
  if not found then
    return null;
  end if;
  return pg_catalog.jsonb_build_object('token', v_lease.token, 'expires_at', v_lease.expires_at);
end $$;

-- The row stays, so that the next token is higher.
create function private.release_lease(p_organisation uuid, p_resource text, p_instance text, p_token bigint)
returns void language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_member(p_organisation);
  update public.run_leases l set expires_at = pg_catalog.clock_timestamp()
   where l.organisation_id = p_organisation and l.resource_id = p_resource and l.instance_id = p_instance
     and l.token = p_token and l.expires_at > pg_catalog.clock_timestamp();
end $$;

-- Jobs of started batches that can move by themselves and that nobody runs; workers that ask together get different ones.
-- What the asking instance holds and does not run was claimed by a call whose answer it never got.
create function private.claim_jobs(p_organisation uuid, p_instance text, p_ttl_s double precision, p_limit int, p_running uuid[])
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_job record;
  v_claimed jsonb := '[]';
begin
  perform private.require_member(p_organisation);
  for v_job in
    select j.id
      from public.registration_jobs j
      join public.registration_batch_jobs b on b.id = j.batch_job_id
      join public.registration_job_steps s on s.job_id = j.id and s.step_number = j.current_step
     where j.organisation_id = p_organisation and j.status in ('pending', 'in_progress') and j.deleted_at is null
       and b.started_at is not null and b.cancelled_at is null and b.deleted_at is null
       and s.status in ('pending', 'in_progress', 'retrying')
       and coalesce(s.next_attempt_at, '-infinity') <= pg_catalog.clock_timestamp()
       and not exists (select from public.run_leases l where l.organisation_id = p_organisation
                          and l.resource_id = j.id::text and l.expires_at > pg_catalog.clock_timestamp()
                          and l.instance_id <> p_instance)
       and j.id <> all (coalesce(p_running, '{}'))
       -- More than half have failed: no new work starts (design §4).
       and not (select 2 * count(*) filter (where o.status = 'failed') > count(*)
                  from public.registration_jobs o where o.batch_job_id = j.batch_job_id)
     order by b.started_at, j.position, j.id
     limit least(greatest(p_limit, 0), 50)
       for update of j skip locked
  loop
    if private.acquire_lease(p_organisation, v_job.id::text, p_instance, p_ttl_s) is not null then
      v_claimed := v_claimed || pg_catalog.to_jsonb(v_job.id);
    end if;
  end loop;
  return v_claimed;
end $$;

-- The holder, checked and kept from expiring under somebody else's hand until the commit.
create function private.require_lease(p_organisation uuid, p_lease jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.run_leases l
   where l.organisation_id = p_organisation and l.resource_id = p_lease ->> 'resource_id'
     and l.instance_id = p_lease ->> 'instance_id' and l.token = (p_lease ->> 'token')::bigint
     and l.expires_at > pg_catalog.clock_timestamp()
     for share;
  if not found then
    raise exception 'lease' using errcode = 'RB002';
  end if;
end $$;
