namespace DocExchange.Cli.Demo;

/// <summary>One part of the demonstration.</summary>
internal abstract class DemoPhase(string chinese, string english)
{
    public string Chinese { get; } = chinese;

    public string English { get; } = english;

    public abstract Task RunAsync(DemoSite site, DemoDisplay display, CancellationToken cancellation);
}
