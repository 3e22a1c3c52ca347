-- POST /v1/orders: one line, a random product and day, a new Idempotency-Key each time. Prints how many
-- answers were 201, because only those are orders.
local products = tonumber(os.getenv("PRODUCTS"))
local tokens, days = {}, {}
for token in os.getenv("TOKENS"):gmatch("%S+") do tokens[#tokens + 1] = token end
for day in os.getenv("DAYS"):gmatch("%S+") do days[#days + 1] = day end
local run, count = os.getenv("RUN_ID"), 0
local threads = {}

function setup(thread) threads[#threads + 1] = thread; thread:set("number", #threads) end
function init() math.randomseed(os.time() + number); confirmed, other = 0, 0 end

function request()
  count = count + 1
  local body = string.format('{"lines":[{"product_id":%d,"day":"%s","quantity":1}],"payment":{"card_token":"card_ok"}}',
    math.random(products), days[math.random(#days)])
  return wrk.format("POST", "/v1/orders", {
    ["Authorization"] = "Bearer " .. tokens[count % #tokens + 1],
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = run .. "-" .. number .. "-" .. count,
  }, body)
end

function response(status) if status == 201 then confirmed = confirmed + 1 else other = other + 1 end end

function done(summary)
  local good, bad = 0, 0
  for _, thread in ipairs(threads) do good = good + thread:get("confirmed"); bad = bad + thread:get("other") end
  print(string.format("CONFIRMED %d OTHER %d SECONDS %.3f", good, bad, summary.duration / 1e6))
end
