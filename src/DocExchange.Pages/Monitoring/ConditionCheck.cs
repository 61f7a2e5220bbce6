using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DocExchange.Pages.Monitoring;

/// <summary>The condition as gRPC's health service asks for it: what is poor still serves, what failed does not.</summary>
public sealed class ConditionCheck(ICondition condition) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var worst = condition.Look().MaxBy(part => part.Health);
        return Task.FromResult(worst switch
        {
            null or { Health: PartHealth.Well } => HealthCheckResult.Healthy(),
            { Health: PartHealth.Poor } => HealthCheckResult.Degraded(worst.What),
            _ => HealthCheckResult.Unhealthy(worst.What, worst.Fault),
        });
    }
}
