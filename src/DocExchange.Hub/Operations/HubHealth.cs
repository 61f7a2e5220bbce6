using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Ledger;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DocExchange.Hub.Operations;

/// <summary>Healthy while the ledger can be read and the catalogue keeps up with it.</summary>
internal sealed class HubHealth(ILedgerStore ledger, ICatalogue catalogue) : IHealthCheck
{
    private const long MaxLag = 50_000;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var lag = ledger.Size - catalogue.ProjectedSize;
        if (ledger.Size > 0)
        {
            _ = ledger.Read(ledger.Size - 1);
        }

        return Task.FromResult(lag <= MaxLag ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"The catalogue is {lag} entries behind the ledger."));
    }
}
