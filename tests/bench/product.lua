-- GET /v1/products/{id} with ids drawn evenly from 1..PRODUCTS.
local products = tonumber(os.getenv("PRODUCTS"))
function init() math.randomseed(os.time()) end
function request() return wrk.format("GET", "/v1/products/" .. math.random(products)) end
