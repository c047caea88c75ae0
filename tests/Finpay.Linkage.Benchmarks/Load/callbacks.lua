-- Notifications with fresh references: no two are alike. Arguments: the first number, the path.
local threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  next_number = tonumber(args[1]) + id
  head = "POST " .. args[2] .. " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
  merchant = args[3]
  step = tonumber(args[4])
end

function request()
  local body = string.format(
    '{"kycResponse":"KYC Approved","kycMessage":"Your KYC has been approved","partnerReferenceNo":"20261121%012d","phoneNo":"6281%09d","merchantId":"%s"}',
    next_number, next_number % 1000000000, merchant)
  next_number = next_number + step
  return head .. #body .. "\r\n\r\n" .. body
end
