-- Creates with fresh references. Arguments: the first number, a file with the rest of the body, the key, how far two numbers of a thread lie apart.
local ffi = require("ffi")
local threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

local function begin(number)
  return string.format('{"partnerReferenceNo":"20261121%012d","phoneNo":"0812%08d",', number, number % 100000000)
end

-- The whole request is one string whose begin is written over in place: to put 2 MB together anew for each request would cost the two cores more than the
-- servers that are measured.
function init(args)
  next_number = tonumber(args[1]) + id
  step = tonumber(args[4])
  local file = assert(io.open(args[2], "rb"))
  local rest = file:read("*a")
  file:close()
  local first = begin(next_number)
  local head = "POST /v1/account-upgrades HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Api-Key: " .. args[3]
    .. "\r\nContent-Length: " .. #first + #rest .. "\r\n\r\n"
  whole = head .. first .. rest
  place = ffi.cast("char *", whole) + #head
end

function request()
  local first = begin(next_number)
  ffi.copy(place, first, #first)
  next_number = next_number + step
  return whole
end
