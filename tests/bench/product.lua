-- GET /v1/products/{id} with ids drawn evenly from 1..PRODUCTS. The requests are written once, before the clock
-- starts: what wrk does per request comes off the cores that the shop is measured on.
local requests = {}
function init()
  math.randomseed(os.time())
  for id = 1, tonumber(os.getenv("PRODUCTS")) do requests[id] = wrk.format("GET", "/v1/products/" .. id) end
end
function request() return requests[math.random(#requests)] end
