namespace DocExchange.Hammer.Exchange;

/// <summary>A hub or node of the site: killed, it starts again on its data as they lie there.</summary>
internal interface IService
{
    string Name { get; }

    /// <summary>Returns when it says that it is ready. Who talked to it before talks to it again through the same client.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>SIGKILL, in whatever it is doing, its start included.</summary>
    Task KillAsync();

    /// <summary>SIGTERM; returns when it has ended.</summary>
    Task StopAsync();
}
