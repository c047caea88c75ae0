-- Reads of something random. Arguments: the path with a %d for a number, how large it gets, the key.
function init(args)
  math.randomseed(os.time())
  path, below = args[1], tonumber(args[2])
  headers = { ["X-Api-Key"] = args[3] }
end

function request()
  return wrk.format("GET", string.format(path, math.random(0, below - 1)), headers)
end
