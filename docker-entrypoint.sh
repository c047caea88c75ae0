#!/bin/sh
# The service, or an operators' command: docker run IMAGE tool check
if [ "$1" = tool ]; then
  shift
  exec /app/Finpay.Linkage.Tool "$@"
fi
exec /app/Finpay.Linkage.Api "$@"
