-- Asks the questions of a file in turn, and counts what comes back by status.
-- Written for wrk with one thread; `benchmarks/load.py` runs it and reads the JSON it prints.

local paths, asked = {}, 0
statuses = {}  -- global: `done` reads it out of the thread's own Lua

function init(arguments)
   for line in io.lines(arguments[1]) do
      paths[#paths + 1] = line
   end
   if arguments[2] then
      wrk.headers["Authorization"] = "Bearer " .. arguments[2]
   end
end

function request()
   asked = asked + 1
   return wrk.format("GET", paths[(asked - 1) % #paths + 1])
end

function response(status)
   statuses[status] = (statuses[status] or 0) + 1
end

function setup(thread)
   worker = thread
end

function done(summary, latency)
   local counted = {}
   for status, count in pairs(worker:get("statuses")) do
      counted[#counted + 1] = string.format('"%d": %d', status, count)
   end
   print(string.format(
      'RESULT {"seconds": %.3f, "p50_ms": %.1f, "p95_ms": %.1f, "p99_ms": %.1f, "max_ms": %.1f,'
      .. ' "statuses": {%s}, "broken_connections": %d}',
      summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
      latency:percentile(99) / 1e3, latency.max / 1e3, table.concat(counted, ", "),
      summary.errors.connect + summary.errors.read + summary.errors.write
         + summary.errors.timeout))
end
