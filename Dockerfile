# The gateway and kmsgw: no shell, no root, nothing written outside /var/lib/kmsgateway and /tmp. deploy/image/README.md tells how to run it.

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
RUN deploy/image/publish.sh /out $TARGETARCH

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
COPY --from=build /out/app /app
COPY config/kmsgateway.json /app/config/
COPY --from=build --chown=1654:1654 /out/data /var/lib/kmsgateway

# DOTNET_ENVIRONMENT alone: where the image set ASPNETCORE_ENVIRONMENT, another DOTNET_ENVIRONMENT would change nothing.
ENV DOTNET_ENVIRONMENT=Production \
    DOTNET_EnableDiagnostics=0 \
    KMSGATEWAY__DataDirectory=/var/lib/kmsgateway

# By number: an orchestrator cannot tell by a name that it is not root.
USER 1654
WORKDIR /app
VOLUME /var/lib/kmsgateway
EXPOSE 4317 4318 8080
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s --retries=3 CMD ["/app/kmsgw", "healthcheck"]
ENTRYPOINT ["dotnet", "/app/KmsGateway.Proxy.dll"]
