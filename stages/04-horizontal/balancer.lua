-- Which instance of the shop gets a request. It runs inside nginx (balancer_by_lua): nginx.conf calls prepare() once,
-- start() in each worker, choose() for each attempt to reach an instance, and done() when a request is over.
--
-- The list of instances is a file, one line each: name, port (or address:port, of another machine), "in" or "out". The
-- first worker looks at it ten times a second and asks those that are in whether they are ready; what it finds is shared
-- with the other workers, and written to the file "applied", so that whoever changed the list can wait until that has
-- taken effect. A file "leaving" says that nginx itself is about to end. Nothing is reloaded. Among the instances that
-- are up, two are drawn and the one with less to do gets the request: nearly as even as always asking for the least busy
-- one, without all workers rushing to the same. One that has just come up starts with a tenth of its share and has all
-- of it after some seconds.
local balancer = require "ngx.balancer"

local LOOK_SECONDS, CHECK_SECONDS, CHECK_TIMEOUT_MS = 0.1, 0.5, 1000
local FAILURES_TO_BE_DOWN = 2    -- of a health check; a refused connection is enough at once
local SLOW_START_SECONDS, SLOW_START_SHARE = 5, 0.1
-- The shop's own limits, and a little more: five seconds for who only looks, twenty for who does something, two minutes
-- for a report.
local CONNECT_SECONDS, SEND_SECONDS = 1, 10
local LOOK_SECONDS_MAX, ACT_SECONDS_MAX, REPORT_SECONDS_MAX = 8, 25, 125

local shared = ngx.shared.balancer -- "list", "version", "leaving", and for each instance "up:NAME", its time of coming up
local M = {}

-- --- the list, in each worker ----------------------------------------------------------------------------------

local instances, version = {}, -1 -- as parsed from the shared text
local busy = {}                   -- name: requests of this worker that it has

local function parse(text)
    local found = {}
    for name, place, state in text:gmatch("(%S+) ([%d.:]*%d) (%S+)") do
        local address, port = place:match("^(.-):?(%d+)$")
        if address == "" then address = "127.0.0.1" end
        found[#found + 1] = {name = name, address = address, port = tonumber(port), taken_in = state == "in"}
    end
    return found
end

local function refresh()
    local current = shared:get("version") or 0
    if current ~= version then
        instances, version = parse(shared:get("list") or ""), current
    end
end

-- --- choosing --------------------------------------------------------------------------------------------------

local function share_of(instance)
    local age = ngx.now() - (shared:get("up:" .. instance.name) or 0)
    return math.max(SLOW_START_SHARE, math.min(1, age / SLOW_START_SECONDS))
end

local function candidates(tried, only_up)
    local found = {}
    for _, instance in ipairs(instances) do
        if instance.taken_in and not tried[instance.name] and (not only_up or shared:get("up:" .. instance.name)) then
            found[#found + 1] = instance
        end
    end
    return found
end

-- Each as likely as its share is large; `except` is left out.
local function draw_one(from, except)
    local sum = 0
    for _, instance in ipairs(from) do
        if instance ~= except then sum = sum + share_of(instance) end
    end
    local at, last = math.random() * sum, nil
    for _, instance in ipairs(from) do
        if instance ~= except then
            at, last = at - share_of(instance), instance
            if at <= 0 then return instance end
        end
    end
    return last
end

local function draw(from)
    if #from < 2 then return from[1] end
    local first = draw_one(from)
    local second = draw_one(from, first)
    local load_first = (busy[first.name] or 0) / share_of(first)
    local load_second = (busy[second.name] or 0) / share_of(second)
    return load_second < load_first and second or first
end

local function leave(context)
    local name = context.instance
    if name then busy[name] = busy[name] - 1 end
    context.instance = nil
end

-- Something went wrong with it: no more requests until a health check has found it well.
local function suspect(name)
    if shared:get("up:" .. name) then
        shared:delete("up:" .. name)
        ngx.log(ngx.WARN, "instance ", name, " has failed a request")
    end
end

-- How long an instance may be silent. One that is frozen still takes connections, so only time tells.
local function patience()
    if ngx.var.uri:find("^/v1/admin/") then return REPORT_SECONDS_MAX end
    local method = ngx.req.get_method()
    return (method == "GET" or method == "HEAD") and LOOK_SECONDS_MAX or ACT_SECONDS_MAX
end

function M.choose()
    local context = ngx.ctx
    refresh()
    if context.tried then
        local _, status = balancer.get_last_failure()
        if status == 502 and context.instance then suspect(context.instance) end
        leave(context)
    else
        context.tried = {}
    end
    -- if none is up, all are asked: their own answer says more than ours would
    local instance = draw(candidates(context.tried, true)) or draw(candidates(context.tried, false))
    if not instance then return ngx.exit(503) end
    context.tried[instance.name] = true
    context.instance = instance.name
    busy[instance.name] = (busy[instance.name] or 0) + 1
    balancer.set_timeouts(CONNECT_SECONDS, SEND_SECONDS, patience())
    balancer.set_more_tries(1) -- nginx.conf says how many at most, and what may be tried again
    assert(balancer.set_current_peer(instance.address, instance.port))
end

-- Is this nginx about to end? Then who is answered should come back on another connection.
function M.leaving() return shared:get("leaving") end

function M.done()
    local context = ngx.ctx
    if not context.instance then return end
    if (ngx.var.upstream_status or ""):find("502%s*$") then suspect(context.instance) end
    leave(context)
end

-- --- the first worker: looking at the file, asking for health -----------------------------------------------------

local home
local failures = {} -- name: health checks that failed in a row
local applied       -- what was written last

local function ready(instance)
    local socket = ngx.socket.tcp()
    socket:settimeout(CHECK_TIMEOUT_MS)
    local connected, why = socket:connect(instance.address, instance.port)
    if not connected then return false, why == "connection refused" end
    socket:send("GET /readyz HTTP/1.1\r\nHost: balancer\r\nConnection: close\r\n\r\n")
    local line = socket:receive("*l")
    if line then socket:receive("*a") end
    socket:close()
    return line ~= nil and line:find("^HTTP/1%.1 200 ") ~= nil, false
end

local function check(instance)
    local name, key = instance.name, "up:" .. instance.name
    local well, refused = ready(instance)
    failures[name] = well and 0 or (failures[name] or 0) + 1
    if well and not shared:get(key) then
        shared:set(key, ngx.now())
        ngx.log(ngx.NOTICE, "instance ", name, " is up")
    elseif not well and shared:get(key) and (refused or failures[name] >= FAILURES_TO_BE_DOWN) then
        shared:delete(key)
        ngx.log(ngx.WARN, "instance ", name, " is down")
    end
end

local function write_applied()
    local lines = {}
    for _, instance in ipairs(instances) do
        local state = instance.taken_in and (shared:get("up:" .. instance.name) and "up" or "down") or "out"
        lines[#lines + 1] = instance.name .. " " .. state .. "\n"
    end
    local text = table.concat(lines)
    if text == applied then return end
    local file = io.open(home .. "/applied.new", "w")
    if not file then return end
    file:write(text)
    file:close()
    if os.rename(home .. "/applied.new", home .. "/applied") then applied = text end
end

local function exists(name)
    local file = io.open(home .. "/" .. name)
    if file then file:close() end
    return file ~= nil
end

local function read_list(folder)
    local file = io.open(folder .. "/instances")
    local text = file and file:read("*a") or ""
    if file then file:close() end
    if text == shared:get("list") then return false end
    shared:set("list", text)
    shared:incr("version", 1, 0)
    return true
end

local function look()
    shared:set("leaving", exists("leaving"))
    local changed = read_list(home)
    refresh()
    for _, instance in ipairs(instances) do
        if not instance.taken_in then shared:delete("up:" .. instance.name) end
    end
    write_applied()
    return changed
end

local function check_all()
    local checks = {}
    for _, instance in ipairs(instances) do
        if instance.taken_in then checks[#checks + 1] = ngx.thread.spawn(check, instance) end
    end
    for _, thread in ipairs(checks) do ngx.thread.wait(thread) end
end

-- One round after another, so that a slow one is never overtaken.
local function watch(premature, next_check)
    if premature then return end
    if look() or ngx.now() >= next_check then
        next_check = ngx.now() + CHECK_SECONDS
        check_all()
        write_applied()
    end
    ngx.timer.at(LOOK_SECONDS, watch, next_check)
end

local function write_pid()
    local file = io.open(home .. "/worker." .. ngx.worker.id(), "w")
    if not file then return end
    file:write(ngx.worker.pid(), "\n")
    file:close()
end

-- Before there are workers: the first request must find a list, and it may be waiting already.
M.prepare = read_list

function M.start(folder)
    home = folder
    write_pid() -- a master that was killed cannot end its workers: whoever starts the next one does
    math.randomseed(ngx.now() * 1000 + ngx.worker.pid())
    if ngx.worker.id() == 0 then ngx.timer.at(0, watch, 0) end
end

return M
