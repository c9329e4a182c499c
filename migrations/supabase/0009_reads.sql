-- Lists in pages, and what changed since a cursor. Row level security of the caller applies.

-- Batches after a cursor, or one, oldest first, with the number of jobs per status and step.
create function public.batch_overview(p_organisation uuid, p_after_at timestamptz, p_after_id uuid, p_limit int, p_batch uuid)
returns jsonb language sql stable security invoker set search_path = '' as $$
  -- Counted once for the page: a subselect for each batch would ask for the caller's rights as often.
  with page as materialized (
    select b.id, b.name, b.execution_mode, b.version, b.created_at, b.started_at, b.cancelled_at, b.settings
      from public.registration_batch_jobs b
     where b.organisation_id = p_organisation and b.deleted_at is null
       and (p_batch is null or b.id = p_batch)
       and (p_after_id is null or (b.created_at, b.id) > (p_after_at, p_after_id))
     order by b.created_at, b.id
     limit least(greatest(p_limit, 1), 500)),
  counted as (
    select j.batch_job_id, j.status, j.current_step, count(*) as n
      from public.registration_jobs j
     where j.batch_job_id = any (array (select page.id from page)) and j.deleted_at is null
     group by j.batch_job_id, j.status, j.current_step),
  listed as (
    select c.batch_job_id, pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(c.status, c.current_step, c.n)) as counts
      from counted c group by c.batch_job_id)
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(page) || pg_catalog.jsonb_build_object('counts', coalesce(listed.counts, '[]'))
      order by page.created_at, page.id), '[]')
    from page left join listed on listed.batch_job_id = page.id
$$;

-- Restaurants after a cursor, by name, with their last registration.
create function public.lead_overview(p_organisation uuid, p_after_name text, p_after_id uuid, p_limit int)
returns jsonb language sql stable security invoker set search_path = '' as $$
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(page) order by page.name, page.id), '[]')
    from (select r.id, r.name, r.address, r.city, r.phone, r.email, r.cuisine, last.status, last.batch_job_id, last.batch_name
            from public.restaurants r
            left join lateral (select j.status, j.batch_job_id, b.name as batch_name
                                 from public.registration_jobs j join public.registration_batch_jobs b on b.id = j.batch_job_id
                                where j.restaurant_id = r.id and j.deleted_at is null
                                order by j.created_at desc limit 1) last on true
           where r.organisation_id = p_organisation and r.deleted_at is null
             and (p_after_id is null or (r.name, r.id) > (p_after_name, p_after_id))
           order by r.name, r.id
           limit least(greatest(p_limit, 1), 1000)) page
$$;

create function public.taken_subdomains(p_organisation uuid, p_prefix text)
returns jsonb language sql stable security invoker set search_path = '' as $$
  select coalesce(pg_catalog.jsonb_object_agg(found.subdomain, found.restaurant_id), '{}')
    from (select r.subdomain, r.id as restaurant_id from public.restaurants r
           where r.organisation_id = p_organisation and r.subdomain ^@ p_prefix and r.deleted_at is null
          union
          select j.subdomain, j.restaurant_id from public.registration_jobs j
           where j.organisation_id = p_organisation and j.subdomain ^@ p_prefix and j.deleted_at is null) found
$$;

create function public.server_now() returns timestamptz language sql stable set search_path = '' as $$
  select pg_catalog.clock_timestamp()
$$;

-- Keys of rows that were written since (p_xid, p_table, p_id), in that order, up to the oldest transaction that is still open:
-- a row that commits late is never passed over (reliability §2.2). With p_limit 0 the answer is the present end.
create function public.pull_changes(p_organisation uuid, p_epoch uuid, p_xid text, p_table int, p_id text, p_limit int)
returns jsonb language plpgsql stable security invoker set search_path = '' as $$
declare
  v_meta public.sync_meta;
  v_horizon xid8 := pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot());
  v_from xid8 := coalesce(nullif(p_xid, ''), '0')::xid8;
  v_table int := coalesce(p_table, 0);
  v_id uuid := coalesce(nullif(p_id, ''), '00000000-0000-0000-0000-000000000000')::uuid;
  v_limit int := least(greatest(p_limit, 0), 1000);
  v_rows jsonb;
begin
  select * into v_meta from public.sync_meta m where m.organisation_id = p_organisation;
  if not found then
    return '{"status": "revoked"}';
  end if;
  if p_epoch is not null and p_epoch <> v_meta.epoch then
    return pg_catalog.jsonb_build_object('status', 'resync', 'epoch', v_meta.epoch);
  end if;
  if v_limit = 0 then
    return pg_catalog.jsonb_build_object('status', 'ok', 'epoch', v_meta.epoch, 'rows', '[]'::jsonb, 'more', false,
      'xid', v_horizon::text, 'table', 0, 'id', '', 'now', pg_catalog.clock_timestamp());
  end if;
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(page) order by page.x, page.t, page.id), '[]') into v_rows from (
    select * from (
      (select r.row_xid as x, 1 as t, r.id, r.version as v, r.deleted_at is not null as d, null::uuid as b, null::text as s
         from public.restaurants r where r.organisation_id = p_organisation and r.row_xid >= v_from and r.row_xid < v_horizon
          and (r.row_xid, 1, r.id) > (v_from, v_table, v_id) order by r.row_xid, r.id limit v_limit)
      union all
      (select b.row_xid, 2, b.id, b.version, b.deleted_at is not null, b.id, null
         from public.registration_batch_jobs b where b.organisation_id = p_organisation and b.row_xid >= v_from
          and b.row_xid < v_horizon and (b.row_xid, 2, b.id) > (v_from, v_table, v_id) order by b.row_xid, b.id limit v_limit)
      union all
      (select j.row_xid, 3, j.id, j.version, j.deleted_at is not null, j.batch_job_id, j.status
         from public.registration_jobs j where j.organisation_id = p_organisation and j.row_xid >= v_from
          and j.row_xid < v_horizon and (j.row_xid, 3, j.id) > (v_from, v_table, v_id) order by j.row_xid, j.id limit v_limit)
      ) changed order by changed.x, changed.t, changed.id limit v_limit) page;
  return pg_catalog.jsonb_build_object('status', 'ok', 'epoch', v_meta.epoch, 'rows', v_rows,
    'more', pg_catalog.jsonb_array_length(v_rows) >= v_limit,
    'xid', coalesce(v_rows -> -1 ->> 'x', v_from::text), 'table', coalesce((v_rows -> -1 ->> 't')::int, v_table),
    'id', coalesce(v_rows -> -1 ->> 'id', p_id, ''), 'now', pg_catalog.clock_timestamp());
end $$;

-- Batch → cities and cuisines of its restaurants.
create function public.batch_places(p_organisation uuid) returns jsonb language sql stable security invoker set search_path = '' as $$
  select coalesce(pg_catalog.jsonb_object_agg(found.batch_job_id, found.places), '{}')
    from (select j.batch_job_id, pg_catalog.jsonb_build_object(
              'cities', coalesce(pg_catalog.jsonb_agg(distinct r.city) filter (where r.city <> ''), '[]'),
              'cuisines', coalesce(pg_catalog.jsonb_agg(distinct c.cuisine) filter (where c.cuisine <> ''), '[]')) as places
            from public.registration_jobs j
            join public.restaurants r on r.id = j.restaurant_id
            left join lateral pg_catalog.unnest(r.cuisine) as c (cuisine) on true
           where j.organisation_id = p_organisation and j.batch_job_id is not null and j.deleted_at is null
           group by j.batch_job_id) found
$$;

-- Step → median seconds over the newest 200 registrations; older ones tell little about today.
create function public.step_seconds(p_organisation uuid) returns jsonb language sql stable security invoker set search_path = '' as $$
  select coalesce(pg_catalog.jsonb_object_agg(found.step_number, found.seconds), '{}')
    from (select s.step_number, percentile_cont(0.5) within group (order by s.duration_ms) / 1000 as seconds
            from (select j.id from public.registration_jobs j where j.organisation_id = p_organisation
                   order by j.created_at desc limit 200) newest
            join public.registration_job_steps s on s.job_id = newest.id
           where s.status = 'completed' and s.duration_ms is not null group by s.step_number) found
$$;

-- Company number → restaurants that have it, by name.
create function public.companies_taken(p_organisation uuid) returns jsonb language sql stable security invoker set search_path = '' as $$
  select coalesce(pg_catalog.jsonb_object_agg(found.company_number, found.having_it), '{}')
    from (select r.company_number, pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(r.id, r.name) order by r.name, r.id) as having_it
            from public.restaurants r
           where r.organisation_id = p_organisation and r.deleted_at is null and r.company_number <> ''
           group by r.company_number) found
$$;
