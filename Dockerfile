# The API with the operators' tool (default) and, with --target sandbox, the API with its stand-in for Finnet.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
# The images bring their own .NET: the base has only what that needs of the system.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0

FROM ${SDK_IMAGE} AS build
WORKDIR /source
COPY . .
# Compiled ahead (ReadyToRun), so that a restart does not wait for the compiler.
# API and tool share one folder, so that .NET and the libraries are in the image once.
RUN publish() { dotnet publish "src/Finpay.Linkage.$1" -c Release --use-current-runtime --self-contained -p:PublishReadyToRun=true -o "/app/$2"; } \
 && publish Api api && publish Tool api && publish Sandbox sandbox

FROM ${RUNTIME_IMAGE} AS runtime
RUN mkdir -p /data && chown 1654:1654 /data
WORKDIR /app
VOLUME /data
# The diagnostic port needs a writable /tmp; the root file system may be read-only.
ENV DOTNET_EnableDiagnostics=0 DOTNET_gcServer=0

FROM runtime AS sandbox
COPY --from=build /app/sandbox .
USER 1654:1654
EXPOSE 5080 5090
ENTRYPOINT ["./Finpay.Linkage.Sandbox", "--data", "/data", "--any-address"]

FROM runtime AS api
COPY --from=build /app/api .
COPY docker-entrypoint.sh /usr/local/bin/
RUN ln -s /app/Finpay.Linkage.Tool /usr/local/bin/tool
USER 1654:1654
ENV ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_HTTP_PORTS=8080 Storage__DataFolder=/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/localhost/8080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3"]
ENTRYPOINT ["docker-entrypoint.sh"]
